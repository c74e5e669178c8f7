"""A world at the start of each phase of the worker's life, as often as it is asked for."""

from __future__ import annotations

import copyreg
import pickle
import threading
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from sqlalchemy import Engine, event
from tests.model.fate import Fate
from tests.model.faults.wire import FaultyWire
from tests.model.life import Life
from tests.model.tales import SMALL

from zenhub_sync.cli.sandbox_environment import environment
from zenhub_sync.config import Config
from zenhub_sync.errors import ZenhubError
from zenhub_sync.hubspot.client import HubSpot
from zenhub_sync.jobs.run_job import Job, run_job
from zenhub_sync.jobs.setup_portal import setup_portal
from zenhub_sync.jobs.worker import JobOptions
from zenhub_sync.sandbox.world import World
from zenhub_sync.settings import load_settings
from zenhub_sync.store.engine import open_engine
from zenhub_sync.store.opening import migrate_database
from zenhub_sync.store.store import Store
from zenhub_sync.wiring import build_worker, open_accounts, pipeline_names

CONFIG = Config.model_validate({"zendesk": {"per_page": 2}})

# A world is copied with its locks, which nobody holds between two requests.
copyreg.pickle(type(threading.Lock()), lambda _: (threading.Lock, ()))
copyreg.pickle(type(threading.RLock()), lambda _: (threading.RLock, ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How one run went: what stopped it, and whether it left nothing undone."""

    error: ZenhubError | None
    done: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A part of the worker's life: the job it runs, and the world and the database that it finds.

    `lose_first_task`: the answer to the first task create is always lost, so that its recovery can be struck.
    """

    name: str
    job: Job | None
    world: World
    database: bytes
    lose_first_task: bool = False


@dataclass(slots=True, kw_only=True)
class Scene:
    """One world and one database, in which runs can be started."""

    phase: Phase
    engine: Engine
    world: World
    _runs: int = field(default=0)

    def run(self, wire: FaultyWire) -> Ended:
        """Run the phase's job once, as a process of its own would."""
        wire.new_run()
        self._runs += 1
        self.world.clock.advance(61)
        settings = load_settings(environment("http://127.0.0.1:1"), accounts=True)
        with open_accounts(settings, CONFIG, self.world.clock, Random(self._runs), wire) as accounts:
            if self.phase.job is None:
                return self._set_up(accounts.hubspot)
            store = Store(self.engine)
            worker = build_worker(settings, CONFIG, accounts, store, self.world.clock)
            ended = run_job(worker, self.phase.job, JobOptions(), f"{self.phase.name}-{self._runs}")
            assert not isinstance(ended.error, KeyboardInterrupt)
            assert ended.error is None or isinstance(ended.error, ZenhubError), ended.error
            left = store.live_count() + store.parked_count()
            return Ended(error=ended.error, done=ended.error is None and not left)

    def _set_up(self, hubspot: HubSpot) -> Ended:
        try:
            setup_portal(hubspot, pipeline_names(CONFIG), self.world.clock, portal_id=None, dry_run=False)
        except ZenhubError as error:
            return Ended(error=error)
        return Ended(error=None, done=True)

    def cursors(self) -> dict[str, object]:
        """Return what the store holds of cursors."""
        store = Store(self.engine)
        return {name: store.cursor(name) for name in ("import", "refresh")}

    def reasons(self) -> list[str]:
        """Return why records are parked."""
        overview = Store(self.engine).overview()
        return [parked.reason for parked in overview.parked] + [unreadable.reason for unreadable in overview.unreadable]

    def account(self) -> dict[str, object]:
        """Say what there is in the end: the model's account, and what each ticket says and is linked to."""
        life = Life(tale=SMALL, engine=self.engine, fate=Fate(), world=self.world)
        portal = self.world.portal
        said, points = {}, {}
        for ticket in portal.ids("tickets"):
            properties = portal.properties_of("tickets", ticket)
            named = ("subject", "zendesk_status", "zendesk_requester_email")
            said[properties["zendesk_ticket_id"]] = (
                tuple(properties.get(name) for name in named),
                {kind: sorted(portal.associated("tickets", ticket, kind)) for kind in ("companies", "contacts")},
            )
            points[properties["zendesk_ticket_id"]] = properties.get("zendesk_csat_score")
        defined = sorted((write.kind, write.id) for write in self.world.ledger.writes(action="define", by="api"))
        return {**life.account(), "said": said, "points": points, "defined": defined}

    def made_twice(self) -> list[str]:
        """Return the tickets and tasks that were made more than once, whatever became of them since."""
        seen: set[str] = set()
        again: list[str] = []
        for write in self.world.ledger.writes(action="create", by="api"):
            key = write.values.get("zendesk_ticket_id") or (write.values.get("hs_task_body") or "").split("\n")[-1]
            if write.kind in ("tickets", "tasks"):
                (again if (name := f"{write.kind} {key}") in seen else []).append(name)
                seen.add(name)
        return again


@dataclass(slots=True, kw_only=True)
class Lab:
    """Makes copies of the world and the database of a phase; the engine stays, with its compiled statements."""

    file: Path
    engine: Engine

    def scene(self, phase: Phase) -> Scene:
        """Return a copy of the world and the database of a phase."""
        self.engine.dispose()
        for suffix in ("", "-wal", "-shm"):
            self.file.with_name(self.file.name + suffix).unlink(missing_ok=True)
        self.file.write_bytes(phase.database)
        return Scene(phase=phase, engine=self.engine, world=_copy(phase.world))

    def database(self) -> bytes:
        """Return what the database holds now."""
        self.engine.dispose()
        return self.file.read_bytes()


def open_lab(file: Path) -> Lab:
    """Make an empty database; its commits need not outlive a power cut."""
    migrate_database(f"sqlite:///{file}")
    engine = open_engine(f"sqlite:///{file}")
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF"))
    return Lab(file=file, engine=engine)


def _copy(world: World) -> World:
    copied = pickle.loads(pickle.dumps(world))  # noqa: S301 - our own bytes, and ten times as fast as `deepcopy`
    assert isinstance(copied, World)
    return copied
