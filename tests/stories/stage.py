"""The stage for stories: the whole worker against the sandbox over real HTTP, on a clock that only we move."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random

from zenhub_sync.config import Config
from zenhub_sync.jobs.import_tickets import IMPORT
from zenhub_sync.jobs.refresh_tickets import REFRESH
from zenhub_sync.jobs.report import Report
from zenhub_sync.jobs.run_job import Job, JobRun, run_job
from zenhub_sync.jobs.setup_portal import SetupReport, setup_portal
from zenhub_sync.jobs.worker import JobOptions, Worker
from zenhub_sync.planning.portal import PipelineNames
from zenhub_sync.sandbox.clock import SandboxClock
from zenhub_sync.sandbox.ledger import Write
from zenhub_sync.sandbox.server import Sandbox
from zenhub_sync.settings import Settings, load_settings
from zenhub_sync.store.opening import open_store, open_store_to_read
from zenhub_sync.store.overview import Overview
from zenhub_sync.transport.asking import Asking, OneByOne
from zenhub_sync.wiring import build_worker, open_accounts, open_hubspot, pipeline_names

# A Sunday noon in November 2026: after the end of everything that the vendor sheets call ended.
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
_MINUTE_WITHHELD = 61.0


@dataclass(slots=True, kw_only=True)
class Stage:
    """A sandbox, a database, and the commands that a story gives."""

    sandbox: Sandbox
    settings: Settings
    config: Config
    database_url: str
    asking: Asking = field(default_factory=OneByOne)
    _runs: Iterator[int] = field(default_factory=itertools.count)

    @property
    def clock(self) -> SandboxClock:
        return self.sandbox.clock

    @property
    def pipeline(self) -> PipelineNames:
        return pipeline_names(self.config)

    def setup(self, *, dry_run: bool = False) -> SetupReport:
        with open_hubspot(self.settings, self.config, self.clock, Random(0)) as hubspot:
            return setup_portal(hubspot, self.pipeline, self.clock, portal_id=None, dry_run=dry_run)

    def run(self, job: Job, *, dry_run: bool = False, force: bool = False) -> JobRun:
        """Run a job once the export shows what happened in the last minute."""
        self.clock.advance(_MINUTE_WITHHELD)
        with self.worker() as worker:
            ended = run_job(worker, job, JobOptions(dry_run=dry_run, force=force), f"run-{next(self._runs)}")
        assert self.sandbox.crashes == []
        return ended

    @contextmanager
    def worker(self) -> Iterator[Worker]:
        """Open what a job works with."""
        with (
            closing(open_store(self.database_url)) as store,
            open_accounts(self.settings, self.config, self.clock, Random(0)) as accounts,
        ):
            yield build_worker(self.settings, self.config, accounts, store, self.clock, self.asking)

    def done(self, job: Job, *, dry_run: bool = False, force: bool = False) -> Report:
        """Run a job that has to succeed."""
        ended = self.run(job, dry_run=dry_run, force=force)
        if ended.error is not None:
            raise ended.error
        return ended.report

    def import_(self, *, dry_run: bool = False, force: bool = False) -> Report:
        return self.done(IMPORT, dry_run=dry_run, force=force)

    def refresh(self, *, dry_run: bool = False, force: bool = False) -> Report:
        return self.done(REFRESH, dry_run=dry_run, force=force)

    def overview(self) -> Overview:
        """Return what `status` tells."""
        store = open_store_to_read(self.database_url)
        try:
            return store.overview()
        finally:
            store.close()

    def hubspot_ticket(self, zendesk_id: int) -> Mapping[str, str]:
        """Return the one HubSpot ticket of a Zendesk ticket."""
        return self.sandbox.portal.properties_of("tickets", self.hubspot_id(zendesk_id))

    def hubspot_id(self, zendesk_id: int) -> str:
        found = self.sandbox.portal.find("tickets", "zendesk_ticket_id", str(zendesk_id))
        assert len(found) == 1, f"{len(found)} HubSpot tickets for ticket {zendesk_id}"
        return found[0]

    def tasks_of(self, zendesk_id: int) -> dict[str, Mapping[str, str]]:
        """Return the tasks that are associated with the HubSpot ticket, by id."""
        portal = self.sandbox.portal
        return {
            task: portal.properties_of("tasks", task)
            for task in portal.associated("tickets", self.hubspot_id(zendesk_id), "tasks")
        }

    def writes(self) -> tuple[Write, ...]:
        """Return what the worker wrote to HubSpot so far."""
        return self.sandbox.ledger.writes(by="api")


@contextmanager
def set_stage(database_url: str, config: Config | None = None, sandbox: Sandbox | None = None) -> Iterator[Stage]:
    """Open a sandbox with an empty database beside it."""
    with sandbox or Sandbox(clock=SandboxClock(NOON, frozen=True)) as box:
        environment = {
            "ZENDESK_SUBDOMAIN": "acme",
            "ZENDESK_CLIENT_ID": "zenhub",
            "ZENDESK_CLIENT_SECRET": "sandbox-secret",
            "ZENDESK_BASE_URL": box.base_url,
            "HUBSPOT_ACCESS_TOKEN": "pat-na1-sandbox",
            "HUBSPOT_BASE_URL": box.base_url,
        }
        yield Stage(
            sandbox=box,
            settings=load_settings(environment, accounts=True),
            config=config or Config(),
            database_url=database_url,
        )
