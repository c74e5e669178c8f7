"""The service's tick on a stage whose clock only we move."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from tests.stories.stage import Stage

from zenhub_sync.jobs.run_job import JobRun
from zenhub_sync.service.assembly import Service, assemble
from zenhub_sync.service.channels import Channel
from zenhub_sync.service.ending import Ending
from zenhub_sync.service.runner import Told
from zenhub_sync.service.ticking import Ticker
from zenhub_sync.settings import NoticeSettings, Settings
from zenhub_sync.store.opening import migrate_database
from zenhub_sync.wiring import Meters

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
Ended = Callable[[JobRun], None]


def instance(stage: Stage, ended: Ended = lambda _: None, channel: Channel = lambda *_: True) -> Ticker:
    """Start a service on the stage, as after a (re)start of its process."""
    ticker = service_on(stage, channel=channel).ticker

    def told(run: JobRun, meters: Meters) -> None:
        del meters
        ended(run)

    runner = replace(ticker.runner, told=Told(started=lambda *_: None, ended=told))
    return replace(ticker, runner=runner)


def service_on(stage: Stage, channel: Channel = lambda *_: True, **notices: object) -> Service:
    """Start a whole service on the stage, its web included; `notices` as the environment gives them."""
    migrate_database(stage.database_url)
    settings = on_the_database(stage).model_copy(update={"notices": NoticeSettings.model_validate(notices)})
    return assemble(settings, stage.config, stage.clock, Ending(), channel)


def on_the_database(stage: Stage) -> Settings:
    store = stage.settings.store.model_copy(update={"database_url": SecretStr(stage.database_url)})
    return stage.settings.model_copy(update={"store": store})


def run_until(stage: Stage, ticker: Ticker, until: datetime, every: timedelta = timedelta(minutes=20)) -> None:
    """Tick until that moment has come."""
    while stage.clock.now() < until:
        stage.clock.advance(min(every, until - stage.clock.now()).total_seconds())
        ticker.tick()


def local(text: str) -> datetime:
    """Read a wall time of São Paulo."""
    return datetime.fromisoformat(text).replace(tzinfo=SAO_PAULO)
