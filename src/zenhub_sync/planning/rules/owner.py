"""Rule 7: who gets the task, and what the task says of why it came to this person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """Where in HubSpot the person is named who gets the task."""

    CSM = "csm"
    COMPANY = "company"
    PARENT = "parent"
    CONTACT = "contact"
    FALLBACK = "fallback"


CHAIN = (Step.CSM, Step.COMPANY, Step.PARENT, Step.CONTACT)
"""The order in which they are asked, unless the configuration says another; the fallback is always last."""


class Why(StrEnum):
    """Why the task did not go to whom the company names first."""

    NO_COMPANY = "no_company"
    COMPANY_WITHOUT_OWNER = "company_without_owner"
    OWNER_ARCHIVED = "owner_archived"
    OWNER_UNKNOWN = "owner_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerPolicy:
    """The chain of owners. `csm_property` is the company property that names its CSM, if there is one.

    While `follow`, a task that nobody touched goes to whom the chain names now.
    """

    fallback: str | None = None
    csm_property: str | None = None
    chain: Sequence[Step] = CHAIN
    follow: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalOwner:
    """A user of the portal who can own records; an archived one can no longer log in."""

    id: str
    name: str
    email: str
    archived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerChoice:
    """`owner` None: nobody is left, and `problem` says so to the operator.

    `step` says by which step of the chain it came to `owner`, `meant_for` who should have got it.
    """

    owner: PortalOwner | None
    step: Step | None = None
    why: Why | None = None
    meant_for: str | None = None
    problem: str | None = None


def choose_owner(
    *,
    has_company: bool,
    named: Mapping[Step, str | None],
    owners: Mapping[str, PortalOwner],
    policy: OwnerPolicy,
) -> OwnerChoice:
    """Choose the first active owner whom a step of the chain names, else the configured fallback.

    `named` are ids or e-mails by step. HubSpot accepts an archived owner without a word (live portal report,
    2026-09-25), so it is checked here.
    """
    skipped: list[PortalOwner | None] = []
    for step in policy.chain:
        name = (named.get(step) or "").strip()
        owner = find_owner(owners.values(), name)
        if owner is not None:
            return _reached(owner, step, skipped, has_company=has_company)
        if name:
            skipped.append(owners.get(name) or _known(owners.values(), name))
    substitute = find_owner(owners.values(), policy.fallback or "")
    if substitute is not None:
        return _reached(substitute, Step.FALLBACK, skipped, has_company=has_company)
    why = _why(skipped, has_company=has_company)
    return OwnerChoice(owner=None, why=why, meant_for=_name(skipped), problem=_problem(why, policy.fallback))


def ownerless_of(choice: OwnerChoice) -> str:
    """Say why the ticket's company has no valid owner, for the store; nothing if it has one, or is not known."""
    if choice.why in {None, Why.NO_COMPANY} or choice.step in {Step.CSM, Step.COMPANY}:
        return ""
    return choice.why.value if choice.why is not None else ""


def find_owner(owners: Iterable[PortalOwner], named: str) -> PortalOwner | None:
    """Return the active owner with this id or e-mail."""
    return _known((owner for owner in owners if not owner.archived), named)


def _known(owners: Iterable[PortalOwner], named: str) -> PortalOwner | None:
    wanted = named.strip().lower()
    return next((owner for owner in owners if wanted and wanted in {owner.id, owner.email.lower()}), None)


def _reached(
    owner: PortalOwner, step: Step, skipped: Sequence[PortalOwner | None], *, has_company: bool
) -> OwnerChoice:
    if step in {Step.CSM, Step.COMPANY} and not skipped:
        return OwnerChoice(owner=owner, step=step)
    return OwnerChoice(owner=owner, step=step, why=_why(skipped, has_company=has_company), meant_for=_name(skipped))


def _why(skipped: Sequence[PortalOwner | None], *, has_company: bool) -> Why:
    """Say what came in the way: of several, what is true of the one whom the chain names first."""
    if not has_company:
        return Why.NO_COMPANY
    if not skipped:
        return Why.COMPANY_WITHOUT_OWNER
    return Why.OWNER_ARCHIVED if skipped[0] is not None else Why.OWNER_UNKNOWN


def _name(skipped: Sequence[PortalOwner | None]) -> str | None:
    first = skipped[0] if skipped else None
    return (first.name or first.email or first.id) if first is not None else None


def _problem(why: Why, fallback: str | None) -> str:
    told = {
        Why.NO_COMPANY: "the ticket has no company",
        Why.COMPANY_WITHOUT_OWNER: "the company has no owner",
        Why.OWNER_ARCHIVED: "the company's owner is archived",
        Why.OWNER_UNKNOWN: "the company's owner is not among the portal's owners",
    }[why]
    if fallback is None:
        return f"{told}, and owners.fallback is not set; set it, or give the company an owner"
    return f"{told}, and owners.fallback is no active owner of the portal; set it to one"
