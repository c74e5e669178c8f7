"""Everything that can happen to the worker and around it, as a state machine over the whole sandbox."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from sqlalchemy import Engine, delete
from tests.model.fate import Blow, DiedError, Fate, MortalWire, Strike
from tests.model.life import InProcess, Life, set_up
from tests.model.tales import Tale
from tests.model.town import FALLBACK, Town
from tests.stories.stage import NOON

from zenhub_sync.config import Config
from zenhub_sync.jobs.import_tickets import IMPORT
from zenhub_sync.jobs.refresh_tickets import REFRESH
from zenhub_sync.jobs.run_job import Job
from zenhub_sync.sandbox.clock import SandboxClock
from zenhub_sync.sandbox.world import World
from zenhub_sync.store.engine import open_engine, writing
from zenhub_sync.store.migrate import migrate
from zenhub_sync.store.store import Store
from zenhub_sync.store.tables import metadata
from zenhub_sync.telemetry import configure_logging

_MOST_RUNS = 6
_MOST_TICKETS = 6
_WHICH = st.integers(0, 5)
_JOBS = st.sampled_from((IMPORT, REFRESH))
_BLOWS = st.sampled_from(Blow)
_LATE = st.sampled_from((5.0, 20.0, 90.0))
_WRITES = st.sampled_from(("POST /crm/objects/2026-09/tasks", "POST /crm/objects/2026-09/tickets", "/associations/"))
_STATUSES = ("new", "open", "pending", "hold", "solved", "closed")


def _nobody(_world: World) -> Sequence[int]:
    return ()


def _nothing(_world: World, _numbers: Sequence[int]) -> None:
    return None


_TALE = Tale(
    name="MACHINE", begin=_nobody, act=_nothing, config=Config.model_validate({"owners": {"fallback": FALLBACK}})
)


@dataclass(slots=True, kw_only=True)
class Aim(Fate):
    """Fate that counts, in one run, the effect points alone whose name has `only` in it."""

    only: str = ""

    def note(self, what: str) -> Strike | None:
        return Fate.note(self, what) if self.only in what else None

    def turn_to(self, *strikes: Strike, only: str = "") -> None:
        """Start counting anew, for the next run."""
        self.strikes, self.only, self.dead = {strike.at: strike for strike in strikes}, only, False
        self.trail.clear()


@cache
def _engine() -> Engine:
    """Return one database for all examples; each begins by emptying it."""
    engine = open_engine("sqlite://")
    migrate(engine)
    return engine


@cache
def _furnished() -> bytes:
    """Keep a furnished town, its portal set up; three customers have a ticket each."""
    town = Town(World(clock=SandboxClock(NOON, frozen=True)))
    town.settle()
    for customer in range(3):
        town.arrive(customer, "solved")
    set_up(town.world, _TALE, ())
    return pickle.dumps(town)


class Machine(RuleBasedStateMachine):
    """One Zendesk account, one portal, one worker; people, customers and fate act on them in any order."""

    def __init__(self) -> None:
        super().__init__()
        configure_logging("ERROR", "json")
        self.town: Town = pickle.loads(_furnished())  # noqa: S301 - made above
        self.world, self.fate = self.town.world, Aim()
        self.life = Life(tale=_TALE, engine=_engine(), fate=self.fate, world=self.world)
        self.wire = MortalWire(InProcess(self.world, _TALE, ()), self.fate, self.world.clock.epoch)
        self._empty()

    @initialize(imported=st.booleans())
    def begin(self, *, imported: bool) -> None:
        """Let the worker know the tickets already, or not."""
        if imported:
            self.job_runs(IMPORT)

    # --- customers and agents -----------------------------------------------------------------------------------

    @rule(customer=st.integers(0, 2), status=st.sampled_from(_STATUSES[:5]))
    def ticket_arrives(self, customer: int, status: str) -> None:
        if len(self.town.tickets) < _MOST_TICKETS:
            self.town.arrive(customer, status)

    @rule(which=_WHICH, status=st.sampled_from(_STATUSES))
    def status_changes(self, which: int, status: str) -> None:
        with suppress(ValueError):
            self.world.desk.set_status(self._ticket(which), status)

    @rule(which=_WHICH, points=st.sampled_from((1, 1, 2, 5)))
    def customer_rates(self, which: int, points: int) -> None:
        with suppress(ValueError):
            self.town.rate(self._ticket(which), points)

    @rule(which=_WHICH, act=st.sampled_from(("touch", "delete", "restore")))
    def ticket_is_touched_deleted_or_restored(self, which: int, act: str) -> None:
        with suppress(ValueError):
            getattr(self.world.desk, act)(self._ticket(which))

    @rule(which=_WHICH, other=_WHICH)
    def tickets_are_merged(self, which: int, other: int) -> None:
        with suppress(ValueError):
            self.world.desk.merge(self._ticket(which), self._ticket(other))

    # --- people in HubSpot --------------------------------------------------------------------------------------

    @precondition(lambda self: self.world.portal.ids("tickets"))
    @rule(which=_WHICH, stage=st.sampled_from(("zenhub_new", "zenhub_hold", "zenhub_contato_cs", "zenhub_solved")))
    def person_moves_the_hubspot_ticket(self, which: int, stage: str) -> None:
        ids = self.world.portal.ids("tickets")
        moved = ids[which % len(ids)]
        self.town.moved.add(int(self.world.portal.properties_of("tickets", moved)["zendesk_ticket_id"]))
        self.world.portal.update("tickets", moved, {"hs_pipeline_stage": stage})

    @precondition(lambda self: self.town.open_tasks())
    @rule(which=_WHICH, deleted=st.booleans())
    def person_ends_a_task(self, which: int, *, deleted: bool) -> None:
        """Complete a task, or delete it; not one that is deleted before the worker has heard that it was made.

        Such a task is made again: what is in the recycle bin, no association shows.
        """
        tasks = sorted(self.town.open_tasks())
        task = tasks[which % len(tasks)]
        if not deleted:
            self.world.portal.update("tasks", task, {"hs_task_status": "COMPLETED"})
        elif self.world.portal.find("tickets", "zenhub_task_id", task):
            self.world.portal.archive("tasks", task)

    @rule(which=st.integers(0, 1), act=st.sampled_from(("owner leaves", "company changes hands", "company appears")))
    def customers_and_owners_change(self, which: int, act: str) -> None:
        portal, owner = self.world.portal, self.town.owners[which]
        if act == "owner leaves":
            portal.archive_owner(owner)
        elif act == "company changes hands":
            portal.update("companies", self.town.company, {"hubspot_owner_id": owner})
        elif not portal.find("companies", "domain", "tarde.com.br"):
            portal.create("companies", {"name": "Tarde", "domain": "tarde.com.br"})

    # --- time, the worker, and fate -----------------------------------------------------------------------------

    @rule(seconds=st.sampled_from((5.0, 100.0, 3600.0, 86_400.0)))
    def time_passes(self, seconds: float) -> None:
        self.world.clock.advance(seconds)

    @rule(job=_JOBS)
    def job_runs(self, job: Job) -> None:
        self.fate.turn_to()
        ended = self.life.run_once(job, self.wire, self.fate)
        assert ended.error is None, ended.error

    @rule(job=_JOBS, at=st.integers(1, 60), blow=_BLOWS, late=_LATE)
    def job_is_struck(self, job: Job, at: int, blow: Blow, late: float) -> None:
        self._run_struck(job, Strike(at=at, blow=blow, late=late))

    @rule(which=_WHICH, job=_JOBS, only=_WRITES, at=st.integers(1, 4), blow=_BLOWS, late=_LATE)
    def bad_rating_comes_and_a_write_is_struck(
        self, which: int, job: Job, only: str, at: int, blow: Blow, late: float
    ) -> None:
        with suppress(ValueError):
            self.town.rate(self._ticket(which), 1)
        self._run_struck(job, Strike(at=at, blow=blow, late=late), only)

    @rule()
    def database_is_lost(self) -> None:
        self._empty()

    # --- what must hold -----------------------------------------------------------------------------------------

    @invariant()
    def nothing_is_made_twice(self) -> None:
        assert not list(self.town.made_twice())
        assert self.world.crashes == []

    def teardown(self) -> None:
        self._come_to_rest()
        store = Store(self.life.engine)
        overview = store.overview()
        assert (overview.live_effects, list(overview.parked), list(overview.unreadable)) == (0, [], [])
        assert not list(self.town.amiss())
        assert not list(self.town.made_twice())

    def _come_to_rest(self) -> None:
        """Run both jobs, unharmed, until they find nothing more to write."""
        self.world.clock.advance(3600.0)
        self.wire.land_everything()
        for _ in range(_MOST_RUNS):
            written = len(self.world.ledger.writes())
            for job in (IMPORT, REFRESH):
                self.job_runs(job)
            if len(self.world.ledger.writes()) == written:
                return
            self.world.clock.advance(3600.0)
        raise AssertionError(f"{_MOST_RUNS} rounds were not enough to come to rest")

    def _ticket(self, which: int) -> int:
        return self.town.tickets[which % len(self.town.tickets)]

    def _run_struck(self, job: Job, strike: Strike, only: str = "") -> None:
        self.fate.turn_to(strike, only=only)
        with suppress(DiedError):
            self.life.run_once(job, self.wire, self.fate)
        self.fate.turn_to()

    def _empty(self) -> None:
        with writing(self.life.engine) as connection:
            for table in metadata.sorted_tables:
                connection.execute(delete(table))
