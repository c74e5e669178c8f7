"""A sandbox on a socket, a real database, and the program that is run between them."""

from __future__ import annotations

import functools
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from tests.model.fate import Fate
from tests.model.life import Life, account_of
from tests.model.tales import TALES, Tale
from tests.outside.mortal import End
from tests.outside.nursery import Nursery

from zenhub_sync.cli.sandbox_environment import environment
from zenhub_sync.clock import SystemClock
from zenhub_sync.config import Config
from zenhub_sync.jobs.setup_portal import setup_portal
from zenhub_sync.sandbox.clock import SandboxClock
from zenhub_sync.sandbox.server import Sandbox
from zenhub_sync.sandbox.zendesk import DeskOptions
from zenhub_sync.settings import load_settings
from zenhub_sync.store.engine import open_engine
from zenhub_sync.store.opening import migrate_database
from zenhub_sync.store.store import Store
from zenhub_sync.wiring import open_hubspot, pipeline_names

# The sandbox applies what it was sent before the next second; a real HubSpot is given two minutes.
_CONFIG = """
delivery: {settle: 1s}
zendesk: {per_page: 20}
owners: {fallback: camila.rocha@nuvemsoft.example}
"""
JOBS = ("import", "refresh")
_NEVER = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A furnished sandbox, with what a process needs to find it and its database."""

    tale: Tale
    sandbox: Sandbox
    about: Sequence[int]
    env: Mapping[str, str]
    database_url: str

    def pass_the_day(self, job: str) -> None:
        """Let the tale's day pass, once it was imported."""
        if job == "import":
            self.tale.act(self.sandbox, self.about)

    def account(self) -> dict[str, object]:
        """Say what there is in the end."""
        store = Store(open_engine(self.database_url))
        try:
            return account_of(self.sandbox, store)
        finally:
            store.close()


@contextmanager
def town(tale: Tale, database_url: str, folder: Path) -> Iterator[Town]:
    """Open a sandbox in which a tale begins, an hour ago, for its day has yet to pass; its portal is set up."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.yaml").write_text(_CONFIG)
    clock = SandboxClock(datetime.now(UTC) - timedelta(hours=1))
    options = DeskOptions(withhold=0, enforce_limits=False)
    with Sandbox(clock=clock, desk_options=options, portal_options=tale.portal) as sandbox:
        about = tale.begin(sandbox)
        env = environment(sandbox.base_url)
        with open_hubspot(load_settings(env), Config(), SystemClock(), Random(0)) as hubspot:
            setup_portal(hubspot, pipeline_names(Config()), SystemClock(), portal_id=None, dry_run=False)
        yield Town(
            tale=tale,
            sandbox=sandbox,
            about=about,
            env={
                **env,
                "DATABASE_URL": database_url,
                "ZENHUB_CONFIG": str(folder / "config.yaml"),
                "LOG_LEVEL": "WARNING",
                "LOG_FORMAT": "json",
            },
            database_url=database_url,
        )


def trail_of(place: Town, program: Nursery, job: str) -> list[str]:
    """Run a job undisturbed and return its effect points."""
    ended = program.run([job], place.env, End(at=_NEVER, lease_seconds=60.0, longest_pause=60.0))
    assert ended.code == 0, ended.err
    return list(json.loads(ended.out))


@functools.cache
def unharmed(name: str) -> dict[str, object]:
    """Return the account of a tale that was told in this process, undisturbed: from outside it must be the same."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/unharmed.db"
        migrate_database(url)
        engine = open_engine(url)
        life = Life(tale=TALES[name], engine=engine, fate=Fate())
        life.live()
        account = life.account()
        engine.dispose()
        return account
