"""Is the service well? One look at the database, and a judgement of what is seen there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from zenhub_sync.clock import Clock
from zenhub_sync.errors import ZenhubError
from zenhub_sync.service.schedule import Timetable
from zenhub_sync.store.service_reads import ServiceReads
from zenhub_sync.store.standing import Standing

_REFUSED = 3
_SHOWN = timedelta(days=31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that has to be right; `said` holds no personal data, and what to do if it is not."""

    name: str
    ok: bool
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What was seen at one moment; `standing` None: the database could not be read."""

    now: datetime
    checks: Sequence[Check]
    standing: Standing | None

    @property
    def ready(self) -> bool:
        return all(check.ok for check in self.checks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """Looks at the store on behalf of this process, which began at `started_at`."""

    reads: ServiceReads
    timetable: Timetable
    clock: Clock
    started_at: datetime
    late_after: timedelta

    def look(self) -> View:
        """See how things stand; a database that cannot be read is a finding, not an error."""
        now = self.clock.now()
        try:
            if not self.reads.is_migrated():
                said = "its schema is another program's; run zenhub-sync migrate, or this program's newer version"
                return View(now=now, checks=(Check(name="migrations", ok=False, said=said),), standing=None)
            standing = self.reads.standing((now - _SHOWN).timestamp())
        except ZenhubError:
            said = "cannot be read; look at DATABASE_URL, the disk and the log"
            return View(now=now, checks=(Check(name="database", ok=False, said=said),), standing=None)
        database = (Check(name="database", ok=True, said="ok"), Check(name="migrations", ok=True, said="ok"))
        jobs = tuple(self._on_time(job, standing, now) for job in self.timetable.jobs)
        return View(now=now, checks=(*database, accepted(standing), *jobs), standing=standing)

    def late_since(self, job: str, standing: Standing, now: datetime) -> datetime | None:
        """Return the moment since which the job should have had a success, if that is longer ago than it may be.

        While the service was down nothing could run: the time counts from its start at the earliest.
        """
        slot = self.timetable.latest(job, now)
        if slot is None or standing.successes.get(job, 0.0) >= slot.at.timestamp():
            return None
        since = max(slot.at, self.started_at)
        return since if now - since > self.late_after else None

    def _on_time(self, job: str, standing: Standing, now: datetime) -> Check:
        since = self.late_since(job, standing, now)
        if since is None:
            return Check(name=job, ok=True, said="ok")
        return Check(name=job, ok=False, said=f"overdue: no success since {since:%Y-%m-%d %H:%M} UTC; see the last run")


def accepted(standing: Standing) -> Check:
    """Judge by the last run of any job whether the vendors take the credentials."""
    last = max(standing.last_ends.values(), key=lambda run: run.finished_at or 0.0, default=None)
    if last is None or last.exit_code != _REFUSED:
        return Check(name="credentials", ok=True, said="ok" if last is not None else "no run has ended yet")
    said = f"the last run ({last.job}) was refused for credentials or configuration; run zenhub-sync doctor"
    return Check(name="credentials", ok=False, said=said)
