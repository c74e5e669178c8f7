"""Rule 7: who gets the task, and what the task says of why it came to this person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Why(StrEnum):
    """Why the task did not go to the owner of the company."""

    NO_COMPANY = "no_company"
    COMPANY_WITHOUT_OWNER = "company_without_owner"
    OWNER_ARCHIVED = "owner_archived"
    OWNER_UNKNOWN = "owner_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalOwner:
    """A user of the portal who can own records; an archived one can no longer log in."""

    id: str
    name: str
    email: str
    archived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerChoice:
    """`owner` None: nobody is left, and `problem` says so to the operator. `meant_for` names who should have got it."""

    owner: PortalOwner | None
    why: Why | None = None
    meant_for: str | None = None
    problem: str | None = None


def choose_owner(
    *, has_company: bool, company_owner: str | None, owners: Mapping[str, PortalOwner], fallback: str | None
) -> OwnerChoice:
    """Choose the company's owner if there is an active one, else the configured fallback.

    HubSpot accepts an archived owner without a word (live portal report, 2026-09-25), so it is checked here.
    """
    meant = owners.get(company_owner or "")
    if meant is not None and not meant.archived:
        return OwnerChoice(owner=meant)
    why = _why(has_company=has_company, company_owner=company_owner, meant=meant)
    substitute = find_owner(owners.values(), fallback) if fallback else None
    name = meant.name or meant.email or meant.id if meant is not None else None
    if substitute is None:
        return OwnerChoice(owner=None, why=why, meant_for=name, problem=_problem(why, fallback))
    return OwnerChoice(owner=substitute, why=why, meant_for=name)


def find_owner(owners: Iterable[PortalOwner], named: str) -> PortalOwner | None:
    """Return the active owner with this id or e-mail."""
    wanted = named.strip().lower()
    return next((o for o in owners if not o.archived and wanted and wanted in {o.id, o.email.lower()}), None)


def _why(*, has_company: bool, company_owner: str | None, meant: PortalOwner | None) -> Why:
    if not has_company:
        return Why.NO_COMPANY
    if not company_owner:
        return Why.COMPANY_WITHOUT_OWNER
    return Why.OWNER_ARCHIVED if meant is not None else Why.OWNER_UNKNOWN


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
