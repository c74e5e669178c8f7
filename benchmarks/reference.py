"""The plain loop that the worker's cost is compared with: the same libraries, thirteen typed columns, and no decision.

httpx takes the pages of the export, pydantic reads their bytes, SQLAlchemy Core writes a thousand rows a transaction.
A machine's speed changes from hour to hour; the ratio to this loop, measured in turns with it, hardly does.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from pydantic import AwareDatetime, BaseModel, TypeAdapter
from sqlalchemy import BigInteger, Column, DateTime, Engine, MetaData, String, Table, create_engine, event
from sqlalchemy.dialects.sqlite import insert

from benchmarks.bulk import Bulk

_EXPORT = "https://acme.zendesk.com/api/v2/incremental/tickets/cursor"

_tickets = Table(
    "tickets",
    MetaData(),
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("subject", String),
    Column("status", String),
    Column("priority", String),
    Column("type", String),
    Column("requester_id", BigInteger),
    Column("submitter_id", BigInteger),
    Column("organization_id", BigInteger),
    Column("group_id", BigInteger),
    Column("score", String),
    Column("created_at", DateTime(timezone=True)),
    Column("updated_at", DateTime(timezone=True)),
    Column("generated_timestamp", BigInteger),
)


class _Rating(BaseModel):
    score: str | None = None


class _Ticket(BaseModel):
    id: int
    subject: str | None = None
    status: str
    priority: str | None = None
    type: str | None = None
    requester_id: int | None = None
    submitter_id: int | None = None
    organization_id: int | None = None
    group_id: int | None = None
    satisfaction_rating: _Rating | None = None
    created_at: AwareDatetime
    updated_at: AwareDatetime
    generated_timestamp: int

    def row(self) -> dict[str, Any]:
        """Return the ticket's thirteen columns."""
        rating = self.satisfaction_rating
        return {**self.__dict__, "score": rating.score if rating is not None else None}


class _Page(BaseModel):
    tickets: list[_Ticket]
    after_cursor: str | None = None
    end_of_stream: bool


_PAGE = TypeAdapter(_Page)


def plain_loop(bulk: Bulk) -> float:
    """Return the seconds of CPU time that reading and storing all tickets takes; the vendor's are not in it."""
    with TemporaryDirectory(prefix="benchmark-") as room, httpx.Client(transport=bulk) as client:
        engine = _open(Path(room) / "reference.db")
        begun, served = time.process_time(), bulk.spent
        _read_and_store(client, engine)
        cpu = time.process_time() - begun - (bulk.spent - served)
        engine.dispose()
    return cpu


def _read_and_store(client: httpx.Client, engine: Engine) -> None:
    statement = insert(_tickets)
    overwrite = {column.name: statement.excluded[column.name] for column in _tickets.columns if not column.primary_key}
    upsert = statement.on_conflict_do_update(index_elements=["id"], set_=overwrite)
    params: dict[str, str] = {}
    while True:
        page = _PAGE.validate_json(client.get(_EXPORT, params=params).content)
        with engine.begin() as connection:
            connection.execute(upsert, [ticket.row() for ticket in page.tickets])
        if page.end_of_stream or page.after_cursor is None:
            return
        params = {"cursor": page.after_cursor}


def _open(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA journal_mode = WAL")

    _tickets.metadata.create_all(engine)
    return engine
