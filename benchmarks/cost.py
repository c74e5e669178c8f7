"""What a ticket costs: requests, CPU time and disk, from an import and a refresh in this process.

CPU times are medians of several turns, each beside a turn of the plain loop of `benchmarks.reference`: on a busy
machine both grow, and their ratio stays.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from statistics import median

from benchmarks.figures import Figure
from benchmarks.reference import plain_loop
from benchmarks.stages import Stage, set_stage
from zenhub_sync.jobs.export_pages import after
from zenhub_sync.jobs.import_tickets import CURSOR, IMPORT
from zenhub_sync.jobs.plan_page import plan_page
from zenhub_sync.jobs.refresh_tickets import REFRESH
from zenhub_sync.jobs.sync_pages import Sweep, start_of
from zenhub_sync.jobs.worker import JobOptions
from zenhub_sync.store.staging import StagedPage

TURNS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Seconds of CPU time that the same tickets took: in the plain loop, up to the store, and up to HubSpot."""

    reference: float
    stored: float
    delivered: float


def measure(tickets: int) -> Iterator[Figure]:
    """Import so many tickets, several times over, and refresh with nothing new."""
    turns = [_turn(tickets) for _ in range(TURNS)]
    reference, stored, delivered = (
        median(getattr(turn, name) for turn in turns) / tickets * 1e6 for name in ("reference", "stored", "delivered")
    )
    ratio = median(turn.stored / turn.reference for turn in turns)
    yield Figure(name="plain loop: read, store 13 columns", value=reference, unit="µs CPU/ticket")
    yield Figure(name="read, plan, store", value=stored, unit="µs CPU/ticket", target=150)
    yield Figure(name="read, plan, store / plain loop", value=ratio, unit="times")
    yield Figure(
        name="read, plan, store, deliver", value=1e6 / delivered, unit="tickets/s CPU", target=2000, least=True
    )
    with set_stage(tickets) as stage:
        yield from _counts(stage, tickets)


def _counts(stage: Stage, tickets: int) -> Iterator[Figure]:
    stage.run(IMPORT)
    for vendor, target in (("zendesk", 1), ("hubspot", 15)):
        requests = stage.bulk.of(vendor) / tickets * 1000
        yield Figure(name=f"import, {vendor}", value=requests, unit="requests/1,000 tickets", target=target)
    yield Figure(
        name="store", value=stored_bytes(stage) / tickets, unit="bytes/ticket", target=300, note="after pruning"
    )
    stage.run(REFRESH)
    stage.bulk.calls.clear()
    stage.run(REFRESH)
    requests = stage.bulk.of("zendesk") + stage.bulk.of("hubspot")
    yield Figure(name="refresh, nothing changed", value=requests, unit="requests", target=3)


def _turn(tickets: int) -> Turn:
    with set_stage(tickets) as stage:
        reference = plain_loop(stage.bulk)
        stored = _extract_and_store(stage)
    with set_stage(tickets) as stage:
        begun = time.process_time()
        stage.run(IMPORT)
        delivered = time.process_time() - begun - stage.bulk.spent
    return Turn(reference=reference, stored=stored, delivered=delivered)


def _extract_and_store(stage: Stage) -> float:
    with stage.worker() as worker, worker.store.lease() as held:
        first = start_of(worker, CURSOR)
        sweep = Sweep(worker=worker, options=JobOptions(force=True), cursor=first, create=True, held=held)
        begun, served = time.process_time(), stage.bulk.spent
        for page in sweep.pages():
            planned = plan_page(worker, page, {}, create=True)
            read = [plan.mirror.zendesk_id for plan in planned.plans]
            staged = StagedPage(mirrored=planned.mirrored, effects=planned.effects, read=read)
            worker.store.stage_page(staged, held, worker.now())
            sweep.cursor = after(sweep.cursor, page)
        return time.process_time() - begun - (stage.bulk.spent - served)


def stored_bytes(stage: Stage) -> int:
    """Return the size of the database file without what is pruned after a month and without free pages."""
    with closing(sqlite3.connect(stage.database)) as connection:
        connection.execute("DELETE FROM effects WHERE state IN ('done', 'superseded') AND kind != 'open_escalation'")
        connection.commit()
        connection.execute("VACUUM")
    return stage.database.stat().st_size
