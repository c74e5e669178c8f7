"""The tick: look which slots are due, and run them. It is called every few seconds and never raises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from zenhub_sync.clock import Clock
from zenhub_sync.errors import Interrupted, ZenhubError
from zenhub_sync.service.alarm import Alarm
from zenhub_sync.service.ending import Ending
from zenhub_sync.service.runner import Runner
from zenhub_sync.service.schedule import Timetable
from zenhub_sync.store.service_reads import ServiceReads
from zenhub_sync.telemetry import describe, get_logger, scrub

R = TypeVar("R")

# Ticks come every few seconds: who has not ticked for so long is dead, and should be started anew.
_SILENT = 300.0

log = get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class Ticker:
    """What goes on from tick to tick."""

    runner: Runner
    timetable: Timetable
    reads: ServiceReads
    clock: Clock
    ending: Ending
    alarm: Alarm
    ticked_at: float | None = None
    busy: bool = False
    _troubles: dict[str, str] = field(default_factory=dict)
    _tried: set[str] = field(default_factory=set)

    def is_alive(self) -> bool:
        """Tell whether ticks go on; a run takes as long as it takes."""
        return self.busy or self.ticked_at is None or self.clock.monotonic() - self.ticked_at < _SILENT

    def tick(self) -> None:
        """Run what is due, and tell people what they should know."""
        self.busy = True
        try:
            ran = self._survived("slots", self._run_due_slots)
            if not self.ending.wished:
                self._survived("alarm", lambda: self.alarm.look_around(at_once=bool(ran)))
        finally:
            self.busy = False
            if self.ticked_at is None:
                log.info("caught_up")
            self.ticked_at = self.clock.monotonic()

    def _survived(self, what: str, work: Callable[[], R]) -> R | None:
        """Do the work; the service outlives everything that it can raise."""
        try:
            done = work()
        except Interrupted:
            return None
        except Exception as error:
            self._note(what, error)
            return None
        self._troubles.pop(what, None)
        return done

    def _run_due_slots(self) -> bool:
        """Tell whether anything ran."""
        ran, claims = False, self.reads.claims()
        for name, (job, _) in self.timetable.jobs.items():
            if self.ending.wished:
                break
            claim = claims.get(name)
            attempt = self.timetable.due(name, claim, self.clock.now(), restarted=name not in self._tried)
            if attempt is not None and self.runner.run(job, claim, attempt) is not None:
                self._tried.add(name)
                ran, claims = True, self.reads.claims()
        return ran

    def _note(self, what: str, error: Exception) -> None:
        """Log a trouble once, not at every tick."""
        known = isinstance(error, ZenhubError)
        trouble = scrub(str(error)) if known else f"unexpected {type(error).__name__}"
        if trouble != self._troubles.get(what):
            log.error("tick_failed", what=what, because=trouble, **({} if known else {"exception": describe(error)}))
        self._troubles[what] = trouble
