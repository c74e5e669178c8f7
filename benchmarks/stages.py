"""The worker, ready to run against a `Bulk` in this process, on SQLite unless told otherwise."""

from __future__ import annotations

import gc
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from benchmarks.bulk import Bulk, furnish
from benchmarks.crowd import PLAIN, Crowd
from zenhub_sync.cli.sandbox_environment import environment
from zenhub_sync.clock import Clock
from zenhub_sync.collecting import COLLECT_EVERY
from zenhub_sync.config import Config
from zenhub_sync.jobs.backfill_tickets import run_backfill
from zenhub_sync.jobs.run_job import Job, JobRun, run_job
from zenhub_sync.jobs.setup_portal import setup_portal
from zenhub_sync.jobs.spans import Span
from zenhub_sync.jobs.worker import JobOptions, Worker
from zenhub_sync.sandbox.clock import SandboxClock
from zenhub_sync.sandbox.world import World
from zenhub_sync.settings import Settings, load_settings
from zenhub_sync.store.opening import open_store
from zenhub_sync.telemetry import configure_logging
from zenhub_sync.transport.asking import Asking, OneByOne
from zenhub_sync.transport.stack import Wire
from zenhub_sync.wiring import build_worker, open_accounts, pipeline_names

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass(slots=True, kw_only=True)
class Stage:
    """A furnished account, a database file, and what runs jobs on them."""

    bulk: Bulk
    config: Config
    settings: Settings
    clock: Clock
    database: Path
    database_url: str
    asking: Asking
    wire: Wire | None = None

    @contextmanager
    def worker(self) -> Iterator[Worker]:
        store = open_store(self.database_url)
        with open_accounts(self.settings, self.config, self.clock, Random(0), self.wire or self.bulk) as accounts:
            yield build_worker(self.settings, self.config, accounts, store, self.clock, self.asking)
        store.close()

    def run(self, job: Job) -> JobRun:
        """Run a job that has to succeed."""
        with self.worker() as worker:
            return _succeeded(run_job(worker, job, JobOptions(force=True), str(uuid.uuid4())))

    def backfill(self) -> JobRun:
        """Read all of history, also what was read before."""
        span = Span(since=NOW - timedelta(days=10 + self.bulk.crowd.days))
        with self.worker() as worker:
            return _succeeded(run_backfill(worker, span, JobOptions(force=True), str(uuid.uuid4()), lambda _: None))


def _succeeded(ended: JobRun) -> JobRun:
    if ended.error is not None:
        raise ended.error
    return ended


@contextmanager
def set_stage(
    tickets: int,
    *,
    clock: Clock | None = None,
    asking: Asking | None = None,
    config: Config | None = None,
    database_url: str | None = None,
    crowd: Crowd = PLAIN,
) -> Iterator[Stage]:
    """Furnish an account of so many tickets; its portal is set up."""
    configure_logging("ERROR", "json")
    gc.set_threshold(*COLLECT_EVERY)
    frozen = SandboxClock(NOW, frozen=True)
    world = World(clock=frozen)
    furnish(world, crowd)
    config = config or Config()
    settings = load_settings(environment("http://127.0.0.1:1"), accounts=True)
    with TemporaryDirectory(prefix="benchmark-") as room:
        stage = Stage(
            bulk=Bulk(tickets=tickets, world=world, now=NOW, crowd=crowd),
            config=config,
            settings=settings,
            clock=frozen,
            database=Path(room) / "zenhub.db",
            database_url=database_url or f"sqlite:///{Path(room) / 'zenhub.db'}",
            asking=asking or OneByOne(),
        )
        with open_accounts(settings, config, frozen, Random(0), stage.bulk) as accounts:
            setup_portal(accounts.hubspot, pipeline_names(config), frozen, portal_id=None, dry_run=False)
        stage.clock = clock or frozen
        stage.bulk.calls.clear()
        stage.bulk.spent = 0.0
        yield stage
