"""When each job is due, by the configured cron lines in the configured time zone and by what was claimed before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from zenhub_sync.config import Config
from zenhub_sync.jobs.import_tickets import IMPORT
from zenhub_sync.jobs.refresh_tickets import REFRESH
from zenhub_sync.jobs.run_job import Job
from zenhub_sync.jobs.watch_ratings import WATCH
from zenhub_sync.planning.slots import Attempt, Claim, Cron, Slot, attempt_due, latest_slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """The jobs that have a schedule, in the order in which they run when several are due."""

    jobs: Mapping[str, tuple[Job, Cron]]
    zone: ZoneInfo

    @classmethod
    def of(cls, config: Config) -> Timetable:
        lines = {
            IMPORT: config.schedule.import_,
            REFRESH: config.schedule.refresh,
            WATCH: config.schedule.watch,
        }
        jobs = {job.name: (job, Cron.parse(line)) for job, line in lines.items() if line is not None}
        return cls(jobs=jobs, zone=config.zone)

    def latest(self, name: str, now: datetime) -> Slot | None:
        """Return the last slot of the job that has come."""
        return latest_slot(self.jobs[name][1], self.zone, now)

    def due(self, name: str, claim: Claim | None, now: datetime, *, restarted: bool) -> Attempt | None:
        """Return what the job has to attempt now, if anything."""
        return attempt_due(self.latest(name, now), claim, now.timestamp(), restarted=restarted)
