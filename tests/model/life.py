"""A short life of the worker: import, things happen, refresh; with blows of fate somewhere in it."""

from __future__ import annotations

import copyreg
import functools
import itertools
import pickle
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

import httpx
from sqlalchemy import Engine
from tests.model.fate import DiedError, Fate, MortalWire, as_seen, mortal_commits
from tests.model.tales import TALES, Tale
from tests.stories.stage import NOON

from zenhub_sync.cli.sandbox_environment import environment
from zenhub_sync.jobs.import_tickets import IMPORT
from zenhub_sync.jobs.refresh_tickets import REFRESH
from zenhub_sync.jobs.run_job import Job, JobRun, run_job
from zenhub_sync.jobs.setup_portal import setup_portal
from zenhub_sync.jobs.worker import JobOptions, Worker
from zenhub_sync.sandbox.clock import SandboxClock
from zenhub_sync.sandbox.world import World, service_of
from zenhub_sync.settings import Settings, load_settings
from zenhub_sync.store.leases import who_am_i
from zenhub_sync.store.store import Store
from zenhub_sync.transport.asking import Asking, OneByOne
from zenhub_sync.wiring import build_worker, open_accounts, pipeline_names

# After one blow the second run must be enough; a few more, so that a failure is told as one and not as a hang.
_MOST_RUNS = 6
_PAGES = "/api/v2/incremental/tickets/cursor.json"

# Worlds are kept furnished, as bytes; a lock has no state to keep.
copyreg.pickle(type(threading.Lock()), lambda _: (threading.Lock, ()))
copyreg.pickle(type(threading.RLock()), lambda _: (threading.RLock, ()))


class InProcess(httpx.BaseTransport):
    """Carry requests into a sandbox in the same process."""

    def __init__(self, world: World, tale: Tale, about: Sequence[int]) -> None:
        self._world, self._tale, self._about = world, tale, about
        self._pages = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        seen = as_seen(request)
        self._pages += seen.path == _PAGES
        if self._tale.meddle is not None and seen.path == _PAGES and self._pages == 2:
            self._tale.meddle(self._world, self._about)
        service = service_of(seen.path)
        assert service is not None
        response = self._world.exchange(service, seen, lambda _: None).response
        assert response is not None
        response = self._tale.retell(seen, response)
        return httpx.Response(response.status, headers=response.headers, content=response.body)


@functools.cache
def _settings() -> Settings:
    return load_settings(environment("http://127.0.0.1:1"), accounts=True)


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
    asking: Asking = field(default_factory=OneByOne)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def live(self) -> None:
        """Play the tale to its end in a world furnished for it, starting again after every death."""
        self.world, about = furnished(self.tale)
        wire = MortalWire(InProcess(self.world, self.tale, about), self.fate, self.world.clock.epoch)
        self._until_it_succeeds(IMPORT, wire, about)
        self.tale.act(self.world, about)
        self._until_it_succeeds(REFRESH, wire, about)
        self.world.clock.advance(3600)
        wire.land_everything()

    def again(self) -> tuple[int, int]:
        """Run both jobs once more, unharmed; return how many tickets refresh read and how many records were written."""
        before = len(self.world.ledger.writes())
        unharmed = MortalWire(InProcess(self.world, self.tale, ()), Fate(), self.world.clock.epoch)
        _, refreshed = (self.run_once(job, unharmed, Fate()) for job in (IMPORT, REFRESH))
        return refreshed.report.tally.read, len(self.world.ledger.writes()) - before

    def _until_it_succeeds(self, job: Job, wire: MortalWire, about: Sequence[int]) -> None:
        meanwhile = self.tale.meanwhile.get(job.name)
        for _ in range(_MOST_RUNS):
            done = self._succeeds(job, wire)
            if meanwhile is not None:
                meanwhile(self.world, about)
                meanwhile = None
            elif done:
                return
        raise AssertionError(f"{job.name} did not end well in {_MOST_RUNS} runs: {self.errors}")

    def _succeeds(self, job: Job, wire: MortalWire) -> bool:
        try:
            ended = self.run_once(job, wire, self.fate)
            self.fate.go_on()
        except DiedError:
            self.fate.dead = False
            return False
        if ended.error is not None:
            self.errors.append(ended.error)
        return ended.error is None

    def run_once(self, job: Job, wire: MortalWire, fate: Fate) -> JobRun:
        self.world.clock.advance(61)
        # A holder that is no living process of this host: what a SIGKILL leaves behind.
        words = who_am_i().split(" ")
        holder = " ".join([words[0], "pid", "999999999", "started", str(next(self._numbers)), *words[5:]])
        with (
            mortal_commits(fate),
            open_accounts(_settings(), self.tale.config, self.world.clock, Random(0), wire) as accounts,
        ):
            store = self.store(self.engine, holder)
            worker = build_worker(_settings(), self.tale.config, accounts, store, self.world.clock, self.asking)
            if self.plant is not None:
                self.plant(worker)
            return run_job(worker, job, JobOptions(), f"run-{next(self._numbers)}")

    def account(self) -> dict[str, object]:
        return account_of(self.world, Store(self.engine))


def furnished(tale: Tale) -> tuple[World, Sequence[int]]:
    """Return a world in which a tale begins, its portal set up, and the tickets that the tale is about."""
    world, about = pickle.loads(_furniture(tale.name))  # noqa: S301 - made below
    return world, about


@functools.cache
def _furniture(name: str) -> bytes:
    tale = TALES[name]
    world = World(clock=SandboxClock(NOON, frozen=True), portal_options=tale.portal)
    about = tale.begin(world)
    set_up(world, tale, about)
    return pickle.dumps((world, about))


def set_up(world: World, tale: Tale, about: Sequence[int]) -> None:
    """Set up the portal of a world."""
    wire = InProcess(world, tale, about)
    with open_accounts(_settings(), tale.config, world.clock, Random(0), wire) as accounts:
        setup_portal(accounts.hubspot, pipeline_names(tale.config), world.clock, portal_id=None, dry_run=False)
    has_key = any(made.id == "zenhub_key" for made in world.ledger.writes(action="define"))
    assert has_key == tale.portal.task_unique_properties, "a tale must be told in the portal that it names"
    world.forget_requests()


def account_of(world: World, store: Store) -> dict[str, object]:
    """Say what there is in the end; equal for every fate, or something was lost or made twice.

    HubSpot's tickets with their stage, rating and key, all links, the tasks with theirs, whose each stage is, and what
    is left undone.
    """
    portal, overview = world.portal, store.overview()
    tickets = [portal.properties_of("tickets", ticket) for ticket in portal.ids("tickets")]
    known = store.known(int(ticket["zendesk_ticket_id"]) for ticket in tickets)
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
        "tasks": Counter(_task(world, task) for task in portal.ids("tasks")),
        "left": (overview.live_effects, len(overview.parked), len(overview.unreadable)),
        "crashes": tuple(world.crashes),
    }


def _task(world: World, task_id: str) -> tuple[object, ...]:
    task = world.portal.properties_of("tasks", task_id)
    linked = tuple(
        len(world.portal.associated("tasks", task_id, kind)) for kind in ("tickets", "companies", "contacts")
    )
    lines = task["hs_task_body"].splitlines()  # one more for each note, and none twice
    return lines[-1], len(lines), task["hubspot_owner_id"], linked
