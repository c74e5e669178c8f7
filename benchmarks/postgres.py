"""What a ticket costs where the store is PostgreSQL: the server that the tests start, without waiting for its disk."""

from __future__ import annotations

import time
from collections.abc import Iterator

import psycopg
from tests.postgres import databases, own_server

from benchmarks.cost import PEERS, extract_and_store
from benchmarks.figures import Figure
from benchmarks.stages import set_stage
from zenhub_sync.jobs.import_tickets import IMPORT

_REASON = "rows travel to another process; its own CPU time is not in the figure"


def measure(tickets: int) -> Iterator[Figure]:
    """Import so many tickets up to the store, and up to HubSpot, each into a database of its own."""
    with own_server() as server, databases(server.url, 2) as [first, second]:
        with set_stage(tickets, database_url=first) as stage:
            stored = extract_and_store(stage) / tickets * 1e6
        yield Figure(
            name="read, plan, store", value=stored, unit="µs CPU/ticket", target=150, peers=PEERS, reason=_REASON
        )
        with set_stage(tickets, database_url=second) as stage:
            began, begun = time.perf_counter(), time.process_time()
            stage.run(IMPORT)
            wall = time.perf_counter() - began - stage.bulk.spent
            cpu = time.process_time() - begun - stage.bulk.spent
        yield Figure(
            name="read, plan, store, deliver", value=tickets / cpu, unit="tickets/s CPU", target=2000, least=True,
            note=f"{tickets / wall:,.0f} a second of wall time", reason=_REASON,
        )  # fmt: skip
        yield Figure(
            name="store", value=_stored_bytes(second) / tickets, unit="bytes/ticket", target=300, note="after pruning",
            reason="PostgreSQL keeps 24 bytes of its own for each row, and wider indexes",
        )  # fmt: skip


def _stored_bytes(url: str) -> int:
    """Return the size of all tables and indexes without what is pruned after a month and without free pages."""
    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://"), autocommit=True) as connection:
        connection.execute("DELETE FROM effects WHERE state IN ('done', 'superseded') AND kind != 'open_escalation'")
        connection.execute("VACUUM FULL")
        [[size]] = connection.execute(
            "SELECT sum(pg_total_relation_size(oid))::bigint FROM pg_class WHERE relkind = 'r' AND "
            "relnamespace = 'public'::regnamespace"
        ).fetchall()
    return int(size)
