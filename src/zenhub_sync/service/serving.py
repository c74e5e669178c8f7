"""The life of the service: from the first tick until SIGTERM, and an end that leaves nothing half-done."""

from __future__ import annotations

import logging
import os
import signal
import threading
from datetime import UTC, datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from zenhub_sync.clock import SystemClock
from zenhub_sync.config import Config
from zenhub_sync.service.assembly import Service, assemble
from zenhub_sync.service.ending import Ending, WakefulClock
from zenhub_sync.service.listening import bind, listening
from zenhub_sync.service.ticking import Ticker
from zenhub_sync.settings import Settings
from zenhub_sync.store.opening import check_database, migrate_database
from zenhub_sync.telemetry import get_logger

# A slot starts at most so late; a tick with nothing due reads a few rows.
TICK_SECONDS = 30
_SIGNALS = {signal.SIGTERM, signal.SIGINT}
_LEFT_AT_ONCE = 130

log = get_logger(__name__)


def serve(settings: Settings, config: Config) -> None:
    """Run the schedules until SIGTERM or SIGINT; a second signal leaves at once.

    The signals are blocked in every thread and waited for here, so that none arrives in the middle of anything.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    bound = bind(settings.http)
    _migrate(settings.store.database_url.get_secret_value())
    ending = Ending()
    service = assemble(settings, config, WakefulClock(SystemClock(), ending), ending)
    scheduler = _scheduler(service.ticker)
    with listening(bound, service.web.app()):
        scheduler.start()
        log.info("service_started", jobs=sorted(service.ticker.timetable.jobs))
        _until_asked_to_end(service, ending)
        scheduler.shutdown(wait=True)
    log.info("service_ended")


def _migrate(url: str) -> None:
    """Bring the schema up to date in a process of its own: what Alembic takes, 11 MB, would stay for months.

    There is one thread yet, so a copy of this process is whole. What the copy could not do is tried here, and told.
    """
    state = check_database(url)
    if state is not None and state.up_to_date:
        return
    child = os.fork()
    if child == 0:
        try:
            migrate_database(url)
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    migrate_database(url)


def _until_asked_to_end(service: Service, ending: Ending) -> None:
    signal.sigwait(_SIGNALS)
    log.info("service_ending", busy=service.ticker.busy)
    ending.wish()
    threading.Thread(target=_leave_at_once, name="second-signal", daemon=True).start()


def _scheduler(ticker: Ticker) -> BackgroundScheduler:
    """Return what ticks, and does nothing else: which slot is due is decided by the database.

    Its own rules for missed and doubled runs are switched off: ticks are coalesced, never given up, and one at a time.
    """
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # it warns of every tick that falls into a long run
    scheduler = BackgroundScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
    )
    scheduler.add_job(ticker.tick, "interval", seconds=TICK_SECONDS, next_run_time=datetime.now(UTC))
    return scheduler


def _leave_at_once() -> None:
    """End at a second signal; what was under way is found by the next run, as after a crash."""
    signal.sigwait(_SIGNALS)
    log.warning("service_left_at_once")
    os._exit(_LEFT_AT_ONCE)
