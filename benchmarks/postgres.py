"""What a ticket costs where the store is PostgreSQL: the server that the tests start, without waiting for its disk."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

import psycopg
from tests.postgres import OwnServer, databases, own_server

from benchmarks.cost import PEERS, TURNS, extract_and_store
from benchmarks.figures import Figure
from benchmarks.stages import set_stage
from zenhub_sync.jobs.import_tickets import IMPORT

_ROWS = "PostgreSQL keeps 36 bytes of its own for each row, and each index 7 to 22"
_REASON = "rows travel to another process; its own CPU time is not in the figure"


def measure(tickets: int) -> Iterator[Figure]:
    """Import so many tickets up to the store, and up to HubSpot, several times over, each time into empty tables."""
    with own_server() as server:
        turns = [_turn(server, tickets) for _ in range(TURNS)]
    stored, delivered, wall = (
        median(getattr(turn, name) for turn in turns) for name in ("stored", "delivered", "wall")
    )
    yield Figure(
        name="read, plan, store", value=stored / tickets * 1e6, unit="µs CPU/ticket", target=150, peers=PEERS,
        reason=_REASON,
    )  # fmt: skip
    yield Figure(
        name="read, plan, store, deliver", value=tickets / delivered, unit="tickets/s CPU", target=2000, least=True,
        note=f"{tickets / wall:,.0f} a second of wall time", reason=_REASON,
    )  # fmt: skip
    yield Figure(
        name="store", value=(turns[0].bytes - turns[0].empty_bytes) / tickets, unit="bytes/ticket", target=300,
        note=f"after VACUUM FULL; empty tables take {turns[0].empty_bytes / 1e6:.1f} MB beside", reason=_ROWS,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """Seconds that the same tickets took: of CPU time up to the store and up to HubSpot, and of wall time."""

    stored: float
    delivered: float
    wall: float
    bytes: int
    empty_bytes: int


def _turn(server: OwnServer, tickets: int) -> _Turn:
    with databases(server.url, 2) as [first, second]:
        with set_stage(tickets, database_url=first) as stage:
            stored = extract_and_store(stage)
        with set_stage(tickets, database_url=second) as stage:
            with stage.worker():
                empty = _stored_bytes(second)
            began, begun = time.perf_counter(), time.process_time()
            stage.run(IMPORT)
            wall = time.perf_counter() - began - stage.bulk.spent
            delivered = time.process_time() - begun - stage.bulk.spent
        return _Turn(stored=stored, delivered=delivered, wall=wall, bytes=_stored_bytes(second), empty_bytes=empty)


def _stored_bytes(url: str) -> int:
    """Return the size of all tables and indexes, without the dead rows that autovacuum has not come to."""
    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://"), autocommit=True) as connection:
        connection.execute("VACUUM FULL")
        [[size]] = connection.execute(
            "SELECT sum(pg_total_relation_size(oid))::bigint FROM pg_class WHERE relkind = 'r' AND "
            "relnamespace = 'public'::regnamespace"
        ).fetchall()
    return int(size)
