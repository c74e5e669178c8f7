"""Where each job stands in Zendesk's export."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from zenhub_sync.store.statements import upsert
from zenhub_sync.store.tables import cursors


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """`value` is Zendesk's own, opaque. `start_time` (Unix seconds) begins the first page, and then follows behind:

    it is where to start again if Zendesk refuses the value.
    """

    name: str
    start_time: int
    value: str | None = None
    moved_at: float = 0.0


def read(connection: Connection, name: str) -> Cursor | None:
    row = connection.execute(select(cursors).where(cursors.c.name == name)).one_or_none()
    return Cursor(**row._mapping) if row is not None else None


def every(connection: Connection) -> list[Cursor]:
    return [Cursor(**row._mapping) for row in connection.execute(select(cursors).order_by(cursors.c.name))]


def move(connection: Connection, cursor: Cursor, now: float) -> None:
    upsert(
        connection,
        cursors,
        [{"name": cursor.name, "value": cursor.value, "start_time": cursor.start_time, "moved_at": now}],
    )
