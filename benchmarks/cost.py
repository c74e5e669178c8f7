"""What a ticket costs in CPU time, from imports in this process.

CPU times are medians of several turns, each beside a turn of the plain loop of `benchmarks.reference`: on a busy
machine both grow, and their ratio stays.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from benchmarks.figures import Figure
from benchmarks.reference import plain_loop
from benchmarks.stages import Stage, set_stage
from zenhub_sync.jobs.import_tickets import CURSOR, IMPORT
from zenhub_sync.jobs.plan_page import plan_page
from zenhub_sync.jobs.sync_pages import Sweep, start_of
from zenhub_sync.jobs.worker import JobOptions
from zenhub_sync.store.staging import StagedPage

TURNS = 5
REASON = (
    "it decides, too, and keeps what HubSpot is to be told as durable effects: three tables and 17 digests a ticket"
)
PEERS = "plain loop 114, dlt extract 414, zenpy 1,914, tap-zendesk 2,193, Airbyte 24,900"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Seconds of CPU time that the same tickets took: in the plain loop, up to the store, and up to HubSpot."""

    reference: float
    stored: float
    delivered: float


def measure(tickets: int) -> Iterator[Figure]:
    """Import so many tickets, several times over."""
    turns = [_turn(tickets) for _ in range(TURNS)]
    reference, stored, delivered = (
        median(getattr(turn, name) for turn in turns) / tickets * 1e6 for name in ("reference", "stored", "delivered")
    )
    ratio = median(turn.stored / turn.reference for turn in turns)
    yield Figure(name="plain loop: read, store 13 columns", value=reference, unit="µs CPU/ticket")
    yield Figure(name="read, plan, store", value=stored, unit="µs CPU/ticket", target=150, peers=PEERS, reason=REASON)
    yield Figure(
        name="the same", value=1e6 / stored, unit="tickets/s CPU", target=6000, least=True,
        peers="dlt extract 2,390; zenpy 518; tap-zendesk 453 (8 as shipped)", reason=REASON,
    )  # fmt: skip
    yield Figure(name="read, plan, store / plain loop", value=ratio, unit="times")
    yield Figure(
        name="read, plan, store, deliver", value=1e6 / delivered, unit="tickets/s CPU", target=2000, least=True,
        note="HubSpot itself takes 1,000 to 1,900 a second", reason="what is sent is stored before, and settled after",
    )  # fmt: skip


def _turn(tickets: int) -> Turn:
    with set_stage(tickets) as stage:
        reference = plain_loop(stage.bulk)
        stored = extract_and_store(stage)
    with set_stage(tickets) as stage:
        begun = time.process_time()
        stage.run(IMPORT)
        delivered = time.process_time() - begun - stage.bulk.spent
    return Turn(reference=reference, stored=stored, delivered=delivered)


def extract_and_store(stage: Stage) -> float:
    with stage.worker() as worker, worker.store.lease() as held:
        first = start_of(worker, CURSOR)
        sweep = Sweep(worker=worker, options=JobOptions(force=True), cursor=first, create=True, held=held)
        begun, served = time.process_time(), stage.bulk.spent
        for fetched in sweep.export().pages():
            planned = plan_page(worker, fetched.page, {}, create=True)
            read = [plan.mirror.zendesk_id for plan in planned.plans]
            staged = StagedPage(mirrored=planned.mirrored, effects=planned.effects, read=read)
            worker.store.stage_page(staged, held, worker.now())
        return time.process_time() - begun - (stage.bulk.spent - served)
