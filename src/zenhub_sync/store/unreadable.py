"""Tickets that Zendesk gave and that could not be read: parked, asked for again later, never skipped silently."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Connection, Delete, delete, func, select

from zenhub_sync.store.statements import among, insert_into, listed
from zenhub_sync.store.tables import unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableTicket:
    """`reason` names the fields at fault, never their values."""

    zendesk_id: int
    reason: str
    since: float = 0.0
    attempts: int = 0


def park(connection: Connection, found: Sequence[UnreadableTicket], now: float, due_at: float) -> None:
    for ticket in found:
        statement = insert_into(connection, unreadable).values(
            zendesk_id=ticket.zendesk_id, reason=ticket.reason[:500], since=now, attempts=1, due_at=due_at
        )
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["zendesk_id"],
                set_={
                    "reason": statement.excluded.reason,
                    "attempts": unreadable.c.attempts + 1,
                    "due_at": due_at,
                },
            )
        )


def clear(connection: Connection, ids: Iterable[int]) -> int:
    """Forget tickets that were read in the end, or given up; return how many were here."""
    return connection.execute(_clearing(connection.dialect.name), listed(connection, ids)).rowcount


@cache
def _clearing(dialect: str) -> Delete:
    return delete(unreadable).where(among(dialect, unreadable.c.zendesk_id))


def due(connection: Connection, now: float, limit: int = 100) -> list[int]:
    return list(
        connection.execute(
            select(unreadable.c.zendesk_id)
            .where(unreadable.c.due_at <= now, unreadable.c.zendesk_id > 0)
            .order_by(unreadable.c.due_at)
            .limit(limit)
        ).scalars()
    )


def every(connection: Connection) -> list[UnreadableTicket]:
    columns = (unreadable.c.zendesk_id, unreadable.c.reason, unreadable.c.since, unreadable.c.attempts)
    return [
        UnreadableTicket(**row._mapping) for row in connection.execute(select(*columns).order_by(unreadable.c.since))
    ]


def count(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(unreadable)).scalar_one()
