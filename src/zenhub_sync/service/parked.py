"""The records that wait, and what kind of trouble each is: bounded names for metrics and alerts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from zenhub_sync.store.overview import Overview

_TASK = "open_escalation"

ADVICE = {
    "no_owner": "give the company an owner in HubSpot, or set owners.fallback",
    "refused_by_hubspot": "HubSpot refuses the record: see zenhub-sync parked list, mend it, then parked retry",
    "unreadable": "Zendesk gave a ticket that cannot be read: look at it there; it is asked for again every hour",
    "other": "see zenhub-sync parked list",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedRecord:
    """A record as people are told of it; a ticket without a readable id has a negative stand-in."""

    ticket: int
    what: str
    since: float
    reason: str


def parked_records(overview: Overview) -> Iterator[ParkedRecord]:
    """Return everything that is parked, whichever way it got there."""
    for effect in overview.parked:
        yield ParkedRecord(ticket=effect.lane, what=effect.kind, since=effect.since, reason=effect.reason)
    for ticket in overview.unreadable:
        yield ParkedRecord(ticket=ticket.zendesk_id, what="unreadable", since=ticket.since, reason=ticket.reason)


def kind_of_trouble(record: ParkedRecord) -> str:
    """Return one of the names in `ADVICE`."""
    if record.what == "unreadable":
        return "unreadable"
    if record.reason.startswith("hubspot"):
        return "refused_by_hubspot"
    return "no_owner" if record.what == _TASK else "other"
