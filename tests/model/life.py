"""A short life of the worker: import, things happen, refresh; with one blow of fate somewhere in it."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from sqlalchemy import Engine
from tests.model.fate import DiedError, Fate, SandboxWire, mortal_commits
from tests.stories.stage import NOON

from zenhub_sync.cli.sandbox_environment import environment
from zenhub_sync.config import Config
from zenhub_sync.jobs.import_tickets import IMPORT
from zenhub_sync.jobs.refresh_tickets import REFRESH
from zenhub_sync.jobs.run_job import Job, JobRun, run_job
from zenhub_sync.jobs.setup_portal import setup_portal
from zenhub_sync.jobs.worker import JobOptions, Worker
from zenhub_sync.sandbox.clock import SandboxClock
from zenhub_sync.sandbox.world import World
from zenhub_sync.settings import load_settings
from zenhub_sync.store.leases import who_am_i
from zenhub_sync.store.store import Store
from zenhub_sync.wiring import build_worker, open_accounts, pipeline_names

_BASE = "http://127.0.0.1:1"
# After one blow the second run must be enough; a few more, so that a failure is told as one and not as a hang.
_MOST_RUNS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Tale:
    """What happens: `begin` furnishes the world, `act` lives a day in it; `bad` are the tickets rated badly.

    `meanwhile` is what customers do, by the job, between a run of it that was struck and the next one.
    """

    begin: Callable[[World], Sequence[int]]
    act: Callable[[World, Sequence[int]], None]
    config: Config = field(default_factory=Config)
    meanwhile: Mapping[str, Callable[[World, Sequence[int]], None]] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Life:
    """One world, one database, one fate; `store` and `plant` are where bugs are planted."""

    tale: Tale
    engine: Engine
    fate: Fate
    world: World = field(default_factory=lambda: World(clock=SandboxClock(NOON, frozen=True)))
    errors: list[BaseException] = field(default_factory=list)
    store: Callable[[Engine, str], Store] = Store
    plant: Callable[[Worker], None] | None = None
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def live(self) -> None:
        """Play the tale to its end, starting again after every death."""
        bad = self.tale.begin(self.world)
        self._set_up()
        wire = SandboxWire(self.world, self.fate)
        self._until_it_succeeds(IMPORT, wire, bad)
        self.tale.act(self.world, bad)
        self._until_it_succeeds(REFRESH, wire, bad)
        self.world.clock.advance(3600)
        wire.land_everything()

    def again(self) -> None:
        """Run both jobs once more, unharmed."""
        unharmed = SandboxWire(self.world, Fate())
        for job in (IMPORT, REFRESH):
            self._once(job, unharmed)

    def _until_it_succeeds(self, job: Job, wire: SandboxWire, numbers: Sequence[int]) -> None:
        meanwhile = self.tale.meanwhile.get(job.name)
        for _ in range(_MOST_RUNS):
            done = False
            try:
                ended = self._once(job, wire)
            except DiedError:
                self.fate.dead = False
            else:
                done = ended.error is None
                self.errors += [ended.error] if ended.error is not None else []
            if done and meanwhile is None:
                return
            if meanwhile is not None:
                meanwhile(self.world, numbers)
                meanwhile = None
        raise AssertionError(f"{job.name} did not end well in {_MOST_RUNS} runs: {self.errors}")

    def _once(self, job: Job, wire: SandboxWire) -> JobRun:
        self.world.clock.advance(61)
        # A holder that is no living process of this host: what a SIGKILL leaves behind.
        words = who_am_i().split(" ")
        holder = " ".join([words[0], "pid", "999999999", "started", str(next(self._numbers)), *words[5:]])
        settings = load_settings(environment(_BASE), accounts=True)
        try:
            with (
                mortal_commits(self.fate),
                open_accounts(settings, self.tale.config, self.world.clock, Random(0), wire) as accounts,
            ):
                store = self.store(self.engine, holder)
                worker = build_worker(settings, self.tale.config, accounts, store, self.world.clock)
                if self.plant is not None:
                    self.plant(worker)
                return run_job(worker, job, JobOptions(), f"run-{next(self._numbers)}")
        finally:
            self.engine.dispose()

    def _set_up(self) -> None:
        settings = load_settings(environment(_BASE), accounts=True)
        wire = SandboxWire(self.world, Fate())
        with open_accounts(settings, self.tale.config, self.world.clock, Random(0), wire) as accounts:
            names = pipeline_names(self.tale.config)
            setup_portal(accounts.hubspot, names, self.world.clock, portal_id=None, dry_run=False)

    # --- the ledger's word ---------------------------------------------------------------------------------------

    def account(self) -> dict[str, object]:
        """Say what the world holds in the end; equal for every fate, or something was lost or made twice."""
        portal = self.world.portal
        tickets = [portal.properties_of("tickets", ticket) for ticket in portal.ids("tickets")]
        tasks = [self._task(task) for task in portal.ids("tasks")]
        store = Store(self.engine)
        overview = store.overview()
        known = store.known(int(t["zendesk_ticket_id"]) for t in tickets)
        self.engine.dispose()
        return {
            "tickets": Counter(
                (t["zendesk_ticket_id"], t["hs_pipeline_stage"], t["zendesk_csat"], t.get("zenhub_task_key"))
                for t in tickets
            ),
            "links": Counter(
                (kind, len(portal.associated("tickets", ticket, kind)))
                for ticket in portal.ids("tickets")
                for kind in ("companies", "contacts", "tasks")
            ),
            "stages": {number: (ticket.stage_id, ticket.stage_owner) for number, ticket in sorted(known.items())},
            "tasks": Counter(tasks),
            "left": (overview.live_effects, len(overview.parked), len(overview.unreadable)),
            "crashes": tuple(self.world.crashes),
        }

    def _task(self, task_id: str) -> tuple[object, ...]:
        portal = self.world.portal
        task = portal.properties_of("tasks", task_id)
        linked = tuple(len(portal.associated("tasks", task_id, kind)) for kind in ("tickets", "companies", "contacts"))
        return task["hs_task_body"].splitlines()[-1], task["hubspot_owner_id"], linked
