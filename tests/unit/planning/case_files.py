"""Read the tables of cases. A key that nobody knows is an error, so that no expectation is skipped by a typing slip.

A case has `name`, `because`, a past, a present and an expectation:

before    null (never seen), or what was imported and delivered earlier: `seen` (fields of the ticket then), `match`,
          and any field of the mirror to change by hand (`escalation: closed`, `stage_owner: person`, ...)
adopted   instead: fields of a HubSpot ticket that an earlier store made
completed instead of a ticket: true, a person completed the task
ticket    fields that differ from the ordinary ticket; `rating` (with `asked_ago`, `first_ago`) and `requester` by
          field; `updated_ago`, `rated_ago`; `facts` with `solved_at` in Unix seconds
match     company_id, contact_id
policy    overrides; `max_rating_age` in days
then      change, effects (all, in order; of each, what is named), adoption, mirror (what is named), notes (all),
          opens, closes, suppresses, moves
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from tests.fakes.facts import NOW, TICKET, delivered, plan, source_ticket

from zenhub_sync.planning.adoption import adopt
from zenhub_sync.planning.policy import Policy
from zenhub_sync.planning.tickets import (
    EscalationState,
    ExistingTicket,
    HubSpotId,
    Match,
    MirroredTicket,
    Rating,
    Requester,
    Score,
    SourceTicket,
    StageOwner,
    StageRole,
    Status,
    TicketFacts,
)

FOLDER = Path(__file__).with_name("cases")
_KEYS = {"name", "because", "before", "adopted", "completed", "ticket", "match", "policy", "then"}
_WORDS: Mapping[str, Any] = {
    "status": Status,
    "score": Score,
    "stage": StageRole,
    "status_stage": StageRole,
    "stage_owner": StageOwner,
    "escalation": EscalationState,
    "digests": str.encode,
    "asked": lambda roles: tuple(StageRole(role) for role in roles),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One row of a table, its facts made."""

    name: str
    source: SourceTicket
    known: MirroredTicket | None
    existing: ExistingTicket | None
    match: Match
    policy: Policy
    then: Mapping[str, Any]
    completed: bool = False


def every_case() -> list[Case]:
    """Return the cases of all files."""
    files = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.yaml"))}
    return [_case(file, raw) for file, rows in files.items() for raw in rows]


def _case(file: str, raw: dict[str, Any]) -> Case:
    strange = set(raw) - _KEYS
    if strange or not raw.get("because") or not raw.get("then"):
        raise ValueError(f"{file}: {raw.get('name')}: unknown keys {strange}, or no `because` or `then`")
    policy = _policy(raw.get("policy") or {})
    existing = _existing(raw["adopted"]) if "adopted" in raw else None
    return Case(
        name=f"{file}: {raw['name']}",
        source=_ticket(raw.get("ticket") or {}),
        known=adopt(existing, policy) if existing is not None else _before(raw["before"], policy),
        existing=existing,
        match=_match(raw.get("match") or {}),
        policy=policy,
        then=raw["then"],
        completed=raw.get("completed", False),
    )


def _before(raw: dict[str, Any] | None, policy: Policy) -> MirroredTicket | None:
    if raw is None:
        return None
    fields = {name: _WORDS[name](word) if name in _WORDS and word is not None else word for name, word in raw.items()}
    seen = _ticket({"generated_at": 1_000, **fields.pop("seen", {})})
    known = delivered(plan(seen, match=_match(fields.pop("match", {})), policy=policy).mirror)
    if fields.pop("undelivered", False):
        known = replace(known, hubspot_id=None, delivered_revision=0, stage_id=None)
    return replace(known, **fields)


def _ticket(raw: dict[str, Any]) -> SourceTicket:
    fields = dict(raw)
    if "updated_ago" in fields:
        fields["updated_at"] = NOW - span(fields.pop("updated_ago"))
    rating = dict(fields.pop("rating", {}))
    if "rated_ago" in fields:
        rating["at"] = NOW - span(fields.pop("rated_ago"))
    for name in ("asked", "first"):
        if f"{name}_ago" in rating:
            rating[f"{name}_at"] = NOW - span(rating.pop(f"{name}_ago"))
    if "score" in rating:
        rating["score"] = Score(rating["score"])
    if rating:
        fields["rating"] = Rating(**rating)
    if fields.get("requester"):
        fields["requester"] = Requester(**fields["requester"])
    if "status" in fields:
        fields["status"] = Status(fields["status"])
    if "tags" in fields:
        fields["tags"] = tuple(fields["tags"])
    facts = _facts(fields.pop("facts", {}))
    return source_ticket(**fields, facts=facts)


def _facts(raw: Mapping[str, int]) -> TicketFacts:
    return TicketFacts(solved_at=datetime.fromtimestamp(raw["solved_at"], UTC) if raw else None)


def _existing(raw: dict[str, Any]) -> ExistingTicket:
    fields = {"hubspot_id": HubSpotId("9001"), "stage_id": "77", "task_key": None, "task_id": None, **raw}
    fields["roles"] = frozenset(StageRole(role) for role in raw["roles"])
    return ExistingTicket(zendesk_id=TICKET, **fields)


def _match(raw: dict[str, Any]) -> Match:
    return Match(**raw)


def _policy(raw: dict[str, Any]) -> Policy:
    fields = dict(raw)
    if "max_rating_age" in fields:
        fields["max_rating_age"] = span(fields["max_rating_age"])
    if fields.get("scanner_window"):
        fields["scanner_window"] = span(fields["scanner_window"])
    if "custom_roles" in fields:
        fields["custom_roles"] = {number: StageRole(role) for number, role in fields["custom_roles"].items()}
    return Policy(**fields)


def span(text: str) -> timedelta:
    """Read `7d`, `3h` or `10s`."""
    unit = {"d": "days", "h": "hours", "s": "seconds"}[text[-1]]
    return timedelta(**{unit: float(text[:-1])})
