"""The state of the store in numbers and lists, for people who wait for it.

It knows the words of the tables alone (`open`, `none`): what a ticket is takes longer to load than to count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, Table, func, literal_column, select

from zenhub_sync.store import cursors, directory, parking, runs, unreadable
from zenhub_sync.store.outbox_states import LIVE
from zenhub_sync.store.tables import ESCALATED, EVER_ESCALATED, effects, tickets

UNREADABLE_LISTS = ("surveys_unreadable", "ratings_unreadable")
"""Facts that say which lists of ratings Zendesk does not show us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerlessCompany:
    """A company with open escalations whose owner cannot get their tasks, and why."""

    company_id: str
    reason: str
    escalations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The state of the store in numbers and lists, for people; escalations by state, but for `none`."""

    tickets: int
    unmatched: int
    escalations: Mapping[str, int]
    live_effects: int
    parked: Sequence[parking.ParkedEffect]
    unreadable: Sequence[unreadable.UnreadableTicket]
    cursors: Sequence[cursors.Cursor]
    runs: Sequence[runs.Run] = field(default_factory=tuple)
    ownerless: Sequence[OwnerlessCompany] = field(default_factory=tuple)
    unreadable_lists: Sequence[str] = ()


def read(connection: Connection) -> Overview:
    return Overview(
        tickets=count_tickets(connection),
        unmatched=_count(connection, tickets, tickets.c.company_id.is_(None)),
        escalations=_escalations(connection),
        live_effects=count_live(connection),
        parked=parking.parked(connection),
        unreadable=unreadable.every(connection),
        cursors=cursors.every(connection),
        runs=runs.latest(connection),
        ownerless=_ownerless(connection),
        unreadable_lists=[name for name in UNREADABLE_LISTS if directory.fact(connection, name)],
    )


def count_tickets(connection: Connection) -> int:
    """Return how many tickets are known."""
    return _count(connection, tickets)


def count_live(connection: Connection) -> int:
    """Return how many effects delivery still has to move."""
    return _count(connection, effects, effects.c.state.in_([state.value for state in LIVE]))


def _count(connection: Connection, table: Table, *of_these: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).select_from(table).where(*of_these)).scalar_one()


def _escalations(connection: Connection) -> dict[str, int]:
    escalated = select(tickets.c.escalation, func.count()).where(literal_column(EVER_ESCALATED))
    rows = connection.execute(escalated.group_by(tickets.c.escalation))
    return {row[0]: row[1] for row in rows}


def _ownerless(connection: Connection) -> list[OwnerlessCompany]:
    """Return the companies with open escalations and no valid owner, as their tickets were last looked at."""
    cases = connection.execute(select(tickets.c.company_id, tickets.c.ownerless).where(literal_column(ESCALATED)))
    found = Counter((row.company_id, row.ownerless) for row in cases if row.company_id is not None and row.ownerless)
    return [
        OwnerlessCompany(company_id=company, reason=reason, escalations=number)
        for (company, reason), number in sorted(found.items(), key=lambda each: (-each[1], each[0]))
    ]
