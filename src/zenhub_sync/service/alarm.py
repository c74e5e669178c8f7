"""Tell people of troubles, each once, and of their end, once; whatever becomes of the telling, jobs go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from zenhub_sync.errors import ZenhubError
from zenhub_sync.service.channels import Channel
from zenhub_sync.service.health import View
from zenhub_sync.service.troubles import Judge
from zenhub_sync.store.alerts import Alert
from zenhub_sync.store.service_reads import ServiceReads
from zenhub_sync.telemetry import get_logger, scrub

# A database server restarts within seconds; a trouble that is over before it is told of is none.
_PATIENCE_WITH_DATABASE = timedelta(minutes=5)
_BETWEEN_LOOKS = 60.0
_MOST_LINES = 20

log = get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class Alarm:
    """Looks around once a minute. What was told stands in the store; that the store is gone, only here."""

    judge: Judge
    reads: ServiceReads
    channel: Channel
    _looked_at: float | None = None
    _gone: Alert | None = None

    def look_around(self, *, at_once: bool = False) -> None:
        """Tell what is new; a store that cannot be written now is looked at again later."""
        at = self.judge.outlook.clock.monotonic()
        if not at_once and self._looked_at is not None and at - self._looked_at < _BETWEEN_LOOKS:
            return
        self._looked_at = at
        view = self.judge.outlook.look()
        try:
            self._tell(view)
        except ZenhubError as problem:
            log.warning("alerts_wait", because=scrub(str(problem)))

    def _tell(self, view: View) -> None:
        now = view.now.timestamp()
        self._tell_of_the_database(view, now)
        if view.standing is None:
            return
        taken = self.reads.note_troubles(self.judge.troubles(view.standing, view.now), now)
        begun = [alert for alert in taken if alert.over_at is None]
        over = [alert for alert in taken if alert.over_at is not None]
        for alerts, title in ((begun, _title(begun)), (over, "zenhub-sync: over")):
            if alerts and self.channel(title, _text(alerts)):
                for alert in alerts:
                    log.info("alert_over" if alert.over_at else "alert_told", key=alert.key)
                    self.reads.told(alert, now)

    def _tell_of_the_database(self, view: View, now: float) -> None:
        """Tell that the store cannot be read, by the only memory that is left: this process'."""
        if view.standing is not None:
            if self._gone is not None and self._gone.told_at is not None:
                self.channel("zenhub-sync: over", f"over: {self._gone.message}")
            self._gone = None
            return
        said = "; ".join(f"{check.name}: {check.said}" for check in view.checks if not check.ok)
        gone = self._gone or Alert(key="database", message=said, since=now)
        long_enough = now - gone.since >= _PATIENCE_WITH_DATABASE.total_seconds()
        told = gone.told_at
        if told is None and long_enough and self.channel("zenhub-sync: trouble", said):
            told = now
            log.info("alert_told", key=gone.key)
        self._gone = Alert(key=gone.key, message=gone.message, since=gone.since, told_at=told)


def _title(alerts: Sequence[Alert]) -> str:
    return "zenhub-sync: trouble" if len(alerts) == 1 else f"zenhub-sync: {len(alerts)} troubles"


def _text(alerts: Sequence[Alert]) -> str:
    lines = [f"over: {alert.message}" if alert.over_at is not None else alert.message for alert in alerts]
    more = len(lines) - _MOST_LINES
    return "\n".join([*lines[:_MOST_LINES], *([f"and {more} more; see zenhub-sync status"] if more > 0 else [])])
