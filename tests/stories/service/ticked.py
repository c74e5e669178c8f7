"""The service's tick on a stage whose clock only we move."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from tests.stories.stage import Stage

from zenhub_sync.jobs.run_job import JobRun
from zenhub_sync.service.assembly import Service, assemble
from zenhub_sync.service.ending import Ending
from zenhub_sync.service.runner import Runner, Told
from zenhub_sync.service.schedule import Timetable
from zenhub_sync.service.ticking import Ticker
from zenhub_sync.settings import NoticeSettings, Settings
from zenhub_sync.store.opening import migrate_database
from zenhub_sync.store.service_reads import ServiceReads

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
Ended = Callable[[JobRun], None]


def instance(stage: Stage, ended: Ended = lambda _: None) -> Ticker:
    """Start a service on the stage, as after a (re)start of its process."""
    migrate_database(stage.database_url)
    ending = Ending()
    runner = Runner(
        settings=on_the_database(stage),
        config=stage.config,
        clock=stage.clock,
        ending=ending,
        told=Told(started=lambda *_: None, ended=lambda run, _: ended(run)),
    )
    return Ticker(
        runner=runner,
        timetable=Timetable.of(stage.config),
        reads=ServiceReads(stage.database_url),
        clock=stage.clock,
        ending=ending,
    )


def service_on(stage: Stage, **notices: object) -> Service:
    """Start a whole service on the stage, its web included; `notices` as the environment gives them."""
    migrate_database(stage.database_url)
    settings = on_the_database(stage).model_copy(update={"notices": NoticeSettings.model_validate(notices)})
    return assemble(settings, stage.config, stage.clock, Ending())


def on_the_database(stage: Stage) -> Settings:
    store = stage.settings.store.model_copy(update={"database_url": SecretStr(stage.database_url)})
    return stage.settings.model_copy(update={"store": store})


def run_until(stage: Stage, ticker: Ticker, until: datetime, every: timedelta = timedelta(minutes=5)) -> None:
    """Tick until that moment has come."""
    while stage.clock.now() < until:
        stage.clock.advance(min(every, until - stage.clock.now()).total_seconds())
        ticker.tick()


def local(text: str) -> datetime:
    """Read a wall time of São Paulo."""
    return datetime.fromisoformat(text).replace(tzinfo=SAO_PAULO)
