"""How long a bad rating waits for its task where `watch` runs every five minutes, by the service's own ticks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from benchmarks.figures import Figure
from zenhub_sync.cli.sandbox_environment import environment
from zenhub_sync.config import Config
from zenhub_sync.jobs.setup_portal import setup_portal
from zenhub_sync.sandbox.clock import SandboxClock
from zenhub_sync.sandbox.seed import seed_many
from zenhub_sync.sandbox.server import Sandbox
from zenhub_sync.service.assembly import assemble
from zenhub_sync.service.ending import Ending
from zenhub_sync.service.serving import TICK_SECONDS
from zenhub_sync.service.ticking import Ticker
from zenhub_sync.settings import Settings, load_settings
from zenhub_sync.store.opening import migrate_database
from zenhub_sync.telemetry import configure_logging
from zenhub_sync.wiring import open_hubspot, pipeline_names

_CONFIG = Config.model_validate({"schedule": {"watch": "*/5 * * * *"}})
_EVERY = 300
# A Monday after the jobs of the morning; the first run is the catching up of those.
_START = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
_GIVEN_UP = 3600.0
# Seconds after a watch was due. The export withholds the last minute, so 240 is the last moment that the next watch
# sees, and 241 the first that waits for the one after it: the worst there is.
MOMENTS = (0, 150, 239, 240, 241, 242, 299)


def measure() -> Iterator[Figure]:
    """Rate at moments all over the five minutes between two watches; the longest wait counts."""
    yield Figure(
        name="bad rating -> task, watch every 5 min", value=max(waits_for_a_task(MOMENTS)) / 60, unit="min", target=7
    )


def waits_for_a_task(moments: Sequence[int]) -> list[float]:
    """Return the seconds from each rating, so long after a watch was due, to its task."""
    configure_logging("ERROR", "json")
    with TemporaryDirectory(prefix="benchmark-") as room, Sandbox(clock=SandboxClock(_START, frozen=True)) as sandbox:
        offered = seed_many(sandbox, tickets=15 * len(moments)).offered
        settings = _settings(sandbox.base_url, Path(room) / "zenhub.db")
        with open_hubspot(settings, _CONFIG, sandbox.clock, Random(0)) as hubspot:
            setup_portal(hubspot, pipeline_names(_CONFIG), sandbox.clock, portal_id=None, dry_run=False)
        ticker = assemble(settings, _CONFIG, sandbox.clock, Ending(), lambda *_: True).ticker
        ticker.tick()
        return [_wait(sandbox, ticker, number, moment) for number, moment in zip(offered, moments, strict=False)]


def _wait(sandbox: Sandbox, ticker: Ticker, number: int, moment: int) -> float:
    clock = sandbox.clock
    _tick_until(clock, ticker, lambda: clock.epoch() % _EVERY < TICK_SECONDS)
    before = len(sandbox.portal.ids("tasks"))
    begun = clock.epoch() - clock.epoch() % _EVERY + moment
    clock.advance(max(0.0, begun - clock.epoch()))
    rated = clock.epoch()
    sandbox.desk.rate(number, points=1)
    _tick_until(clock, ticker, lambda: len(sandbox.portal.ids("tasks")) > before or clock.epoch() > rated + _GIVEN_UP)
    return clock.epoch() - rated


def _tick_until(clock: SandboxClock, ticker: Ticker, done: Callable[[], bool]) -> None:
    """Tick at the times at which the service does."""
    while True:
        clock.advance(TICK_SECONDS - clock.epoch() % TICK_SECONDS)
        ticker.tick()
        if done():
            return


def _settings(base_url: str, database: Path) -> Settings:
    settings = load_settings(environment(base_url), accounts=True)
    store = settings.store.model_copy(update={"database_url": SecretStr(f"sqlite:///{database}")})
    migrate_database(f"sqlite:///{database}")
    return settings.model_copy(update={"store": store})
