"""Put the service together: the ticker that runs slots, and the web that tells of it."""

from __future__ import annotations

from dataclasses import dataclass

from zenhub_sync.clock import Clock
from zenhub_sync.config import Config
from zenhub_sync.jobs.run_job import JobRun
from zenhub_sync.service.alarm import Alarm
from zenhub_sync.service.channels import Channel, open_channel
from zenhub_sync.service.ending import Ending
from zenhub_sync.service.endings import ends_of
from zenhub_sync.service.health import Outlook
from zenhub_sync.service.heartbeats import Heartbeats
from zenhub_sync.service.metrics import Metrics
from zenhub_sync.service.page.facts import Narrator
from zenhub_sync.service.runner import Runner, Told
from zenhub_sync.service.schedule import Timetable
from zenhub_sync.service.ticking import Ticker
from zenhub_sync.service.troubles import Judge
from zenhub_sync.service.web import Web
from zenhub_sync.settings import Settings
from zenhub_sync.store.service_reads import ServiceReads
from zenhub_sync.wiring import Meters


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What ticks, and what answers."""

    ticker: Ticker
    web: Web


def assemble(
    settings: Settings, config: Config, clock: Clock, ending: Ending, channel: Channel | None = None
) -> Service:
    """Return a service that was started at this moment; nothing runs and nothing listens yet."""
    timetable, reads, ends = Timetable.of(config), ServiceReads(_url(settings)), ends_of(settings)
    outlook = Outlook(
        reads=reads,
        timetable=timetable,
        clock=clock,
        started_at=clock.now(),
        late_after=config.alerts.late_after,
    )
    metrics = Metrics(outlook.look, ends)
    runner = Runner(settings=settings, config=config, clock=clock, ending=ending, told=_told(settings, metrics))
    alarm = Alarm(
        judge=Judge(config=config, outlook=outlook, ends=ends),
        reads=reads,
        channel=channel or open_channel(settings.notices.alert_urls),
    )
    ticker = Ticker(runner=runner, timetable=timetable, reads=reads, clock=clock, ending=ending, alarm=alarm)
    subdomain = settings.zendesk.subdomain
    agent_url = f"https://{subdomain}.zendesk.com" if subdomain else None
    web = Web(
        look=outlook.look,
        alive=ticker.is_alive,
        metrics=metrics,
        narrator=Narrator(config=config, ends=ends, quota=metrics.quota, agent_url=agent_url),
        token=settings.notices.page_token or config.status_page.token,
    )
    return Service(ticker=ticker, web=web)


def _told(settings: Settings, metrics: Metrics) -> Told:
    heartbeats = Heartbeats(urls=settings.notices.heartbeats)

    def ended(run: JobRun, meters: Meters) -> None:
        metrics.count(run, meters)
        heartbeats.ended(run)

    return Told(started=heartbeats.started, ended=ended)


def _url(settings: Settings) -> str:
    return settings.store.database_url.get_secret_value()
