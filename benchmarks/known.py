"""What the store costs by the number of tickets known, where nothing changed."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.populating import populate
from zenhub_sync.store import standing
from zenhub_sync.store.engine import open_engine, reading, writing
from zenhub_sync.store.leases import Lease
from zenhub_sync.store.migrate import migrate
from zenhub_sync.store.pruning import Retention
from zenhub_sync.store.store import Store

_NOW = 1_795_000_000
_AT_ONCE = 5_000


def measure(tickets: int) -> Iterator[Figure]:
    """Fill a database with so many tickets, and do what a refresh, a look of the service and the pruning do."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'zenhub-sync.db'}")
        migrate(engine)
        with writing(engine) as connection:
            populate(connection, tickets, _NOW)
        with closing(Store(engine)) as store, store.lease() as held:
            known = f"{tickets:,} known"
            idle = _cpu(lambda: _refresh(store, held))
            yield Figure(
                name=f"refresh, nothing changed, the store's part, {known}", value=idle, unit="ms CPU", target=500
            )
            with reading(engine) as connection:
                look = _cpu(lambda: standing.read(connection, _NOW - 31 * 86_400))
            yield Figure(name=f"a look of the service, {known}", value=look, unit="ms CPU", target=100)
            rows, longest, took = _prune(store, held)
            yield Figure(name="deleting what is old", value=rows / took, unit="rows/s", least=True)
            yield Figure(
                name="its longest transaction", value=longest * 1000, unit="ms", note=f"{_AT_ONCE:,} rows each"
            )


def _cpu(work: Callable[[], object]) -> float:
    """Return the milliseconds of the second time: connections are open, statements are built."""
    work()
    begun = time.process_time()
    work()
    return (time.process_time() - begun) * 1000


def _refresh(store: Store, held: Lease) -> None:
    """Ask and write what a refresh does that has nothing to do."""
    store.interrupted()
    store.unpark(held, _NOW)
    for _ in range(3):
        store.lease_batch(held, _NOW, 1_000)
        store.next_due()
        store.escalated()
    store.lost()
    store.cursor("refresh")
    store.known_count()
    store.matching.unmatched(2_000)
    store.matching.waiting_unmatched()
    store.matching.moved(500, _NOW + 1.0)
    store.note_fact("relinked", "", held, _NOW)
    store.parked_count()
    store.live_count()
    store.prune(held, Retention(), _NOW - 3_650 * 86_400, _AT_ONCE)


def _prune(store: Store, held: Lease) -> tuple[int, float, float]:
    rows, longest, begun = 0, 0.0, time.perf_counter()
    while True:
        started = time.perf_counter()
        deleted = store.prune(held, Retention(), _NOW, _AT_ONCE)
        longest = max(longest, time.perf_counter() - started)
        rows += deleted
        if deleted < _AT_ONCE:
            return rows, longest, time.perf_counter() - begun
