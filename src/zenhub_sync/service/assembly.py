"""Put the service together: the ticker that runs slots, and the web that tells of it."""

from __future__ import annotations

from dataclasses import dataclass

from zenhub_sync.clock import Clock
from zenhub_sync.config import Config
from zenhub_sync.service.ending import Ending
from zenhub_sync.service.endings import ends_of
from zenhub_sync.service.health import Outlook
from zenhub_sync.service.metrics import Metrics
from zenhub_sync.service.page.facts import Narrator
from zenhub_sync.service.runner import Runner, Told
from zenhub_sync.service.schedule import Timetable
from zenhub_sync.service.ticking import Ticker
from zenhub_sync.service.web import Web
from zenhub_sync.settings import Settings
from zenhub_sync.store.service_reads import ServiceReads


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What ticks, and what answers."""

    ticker: Ticker
    web: Web


def assemble(settings: Settings, config: Config, clock: Clock, ending: Ending) -> Service:
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
    told = Told(started=lambda *_: None, ended=metrics.count)
    runner = Runner(settings=settings, config=config, clock=clock, ending=ending, told=told)
    ticker = Ticker(runner=runner, timetable=timetable, reads=reads, clock=clock, ending=ending)
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


def _url(settings: Settings) -> str:
    return settings.store.database_url.get_secret_value()
