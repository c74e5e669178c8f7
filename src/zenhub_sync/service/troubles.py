"""What people have to be told of: each trouble by a key of its own, in a sentence of counts and ids alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from zenhub_sync.config import Config
from zenhub_sync.planning.arrivals import QUARTER
from zenhub_sync.service.advice import WHAT_NOW
from zenhub_sync.service.endings import Ends
from zenhub_sync.service.health import Outlook
from zenhub_sync.service.parked import ADVICE, kind_of_trouble, parked_records
from zenhub_sync.store.standing import Standing

# So many records of one kind are told of one by one; when these are mended, the next ones follow.
_MOST_OF_A_KIND = 50

Trouble = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Knows what is a trouble, by `alerts` of the configuration."""

    config: Config
    outlook: Outlook
    ends: Ends

    def troubles(self, standing: Standing, now: datetime) -> dict[str, str]:
        """Return the troubles of this moment; a job that fails is not late as well, nor the quiet that it causes."""
        found = dict(self._failed(standing))
        found |= {key: said for key, said in self._late(standing, now) if key.replace("late", "failed", 1) not in found}
        if not {"failed:import", "late:import"} & found.keys():
            found |= dict(self._silence(standing, now))
        return found | dict(self._parked(standing, now)) | dict(self._overdue(standing, now)) | dict(self._ending(now))

    def _failed(self, standing: Standing) -> Iterator[Trouble]:
        for job, run in standing.last_ends.items():
            if job in self.outlook.timetable.jobs and run.outcome == "failed":
                code = run.exit_code if run.exit_code is not None else 1
                yield f"failed:{job}", f"{job} failed with exit code {code}: {WHAT_NOW.get(code, 'see the log')}"

    def _late(self, standing: Standing, now: datetime) -> Iterator[Trouble]:
        for job in self.outlook.timetable.jobs:
            since = self.outlook.late_since(job, standing, now)
            if since is not None:
                yield f"late:{job}", f"{job} is overdue: no success since {_utc(since.timestamp())}"

    def _parked(self, standing: Standing, now: datetime) -> Iterator[Trouble]:
        before = now.timestamp() - self.config.alerts.parked_after.total_seconds()
        old = sorted((r for r in parked_records(standing.overview) if r.since < before), key=lambda r: r.since)
        for record in old[:_MOST_OF_A_KIND]:
            advice = ADVICE[kind_of_trouble(record)]
            said = f"ticket {record.ticket}: {record.what} is parked since {_utc(record.since)}: {advice}"
            yield f"parked:{record.ticket}:{record.what}", said

    def _overdue(self, standing: Standing, now: datetime) -> Iterator[Trouble]:
        before = now.timestamp() - self.config.alerts.escalation_after.total_seconds()
        made = [case for case in standing.cases if case.task_id is not None]  # one without is parked, and told of so
        old = [case for case in made if case.opened_at is not None and case.opened_at < before]
        for case in old[:_MOST_OF_A_KIND]:
            said = f"ticket {case.zendesk_id}: its escalation is open since {_utc(case.opened_at or 0.0)}"
            yield f"escalation:{case.zendesk_id}", said

    def _silence(self, standing: Standing, now: datetime) -> Iterator[Trouble]:
        limit = self.config.alerts.silence
        if limit is None or standing.last_arrival is None:
            return
        end = standing.last_arrival + QUARTER
        if now.timestamp() - end > limit.total_seconds():
            yield "silence", f"no new ticket and no bad rating since {_utc(end)}: is Zendesk's export still complete?"

    def _ending(self, now: datetime) -> Iterator[Trouble]:
        for name, day in self.ends.items():
            if day - now.date() <= self.config.alerts.ending_within:
                yield f"ending:{name}", f"{name.replace('_', ' ')} ends on {day.isoformat()}; run zenhub-sync doctor"


def _utc(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC"
