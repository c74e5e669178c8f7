"""Run one slot of a job with everything made anew, and survive whatever happens."""

from __future__ import annotations

import gc
import uuid
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from random import Random

from zenhub_sync.clock import Clock
from zenhub_sync.config import Config
from zenhub_sync.errors import LeaseHeld
from zenhub_sync.jobs.run_job import Job, JobRun, explain, run_job
from zenhub_sync.jobs.worker import JobOptions
from zenhub_sync.planning.slots import Attempt, Claim
from zenhub_sync.service.ending import Ending
from zenhub_sync.settings import Settings
from zenhub_sync.store.leases import Lease
from zenhub_sync.store.opening import open_store
from zenhub_sync.telemetry import get_logger
from zenhub_sync.transport.asking import in_threads
from zenhub_sync.wiring import Meters, build_worker, open_accounts

# A backfill gives up its turn when it hears of who waits; it, or another job's run, is waited for by the next tick.
_PATIENCE = 20.0

log = get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Who hears of a run: that it started, and how it ended. Neither may raise."""

    started: Callable[[str, str], None]
    ended: Callable[[JobRun, Meters], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """Runs slots, one at a time."""

    settings: Settings
    config: Config
    clock: Clock
    ending: Ending
    told: Told

    def run(self, job: Job, seen: Claim | None, attempt: Attempt) -> JobRun | None:
        """Run the slot if it can be had; None if another run holds the lease or was faster: then the slot waits."""
        run_id = str(uuid.uuid4())
        try:
            return self._run(job, seen, attempt, run_id)
        except LeaseHeld as problem:
            log.info("slot_waits", job=job.name, slot=attempt.slot, because=str(problem))
            return None

    def _run(self, job: Job, seen: Claim | None, attempt: Attempt, run_id: str) -> JobRun:
        meters = Meters()
        with (
            closing(open_store(self.settings.store.database_url.get_secret_value())) as store,
            open_accounts(self.settings, self.config, self.clock, Random(), meters=meters) as accounts,
            in_threads() as asking,
        ):
            accounts.turn.end = self.ending.check
            worker = build_worker(self.settings, self.config, accounts, store, self.clock, asking)

            def admit(held: Lease) -> None:
                store.claim_slot(job.name, seen, attempt, run_id, held, worker.now())
                log.info("slot_claimed", job=job.name, slot=attempt.slot, attempt=attempt.number)
                self.told.started(job.name, run_id)

            ended = run_job(worker, replace(job, admit=admit), JobOptions(patience=_PATIENCE), run_id)
            if ended.error is not None:
                log.warning("run_failed", job=job.name, slot=attempt.slot, because=explain(ended.error))
            self.told.ended(ended, meters)
        # What the run leaves in circles is used again by the next one; the collector itself hardly ever comes by.
        gc.collect()
        return ended
