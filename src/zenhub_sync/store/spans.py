"""Spans of history: a cursor of their own while they are read, and afterwards the memory that they were."""

from __future__ import annotations

from sqlalchemy import Connection, delete

from zenhub_sync.store.directory import note_fact
from zenhub_sync.store.tables import cursors


def end(connection: Connection, name: str, now: float) -> None:
    """Forget the span's cursor, and remember that it was read to its end."""
    connection.execute(delete(cursors).where(cursors.c.name == name))
    note_fact(connection, ended_fact(name), "", now)


def ended_fact(name: str) -> str:
    """Name the fact that a span was read to its end."""
    return f"ended:{name}"
