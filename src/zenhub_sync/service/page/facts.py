"""What the status page tells: everybody counts, and ids and reasons those who know the token."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from zenhub_sync.config import Config
from zenhub_sync.planning.slots import PAUSES, Claim, next_runs
from zenhub_sync.service.advice import WHAT_NOW
from zenhub_sync.service.endings import Ends
from zenhub_sync.service.health import View
from zenhub_sync.service.page.chart import Day, Panel, days_of, panels_of
from zenhub_sync.service.parked import ADVICE, ParkedRecord, kind_of_trouble, parked_records
from zenhub_sync.store.runs import Run
from zenhub_sync.store.standing import Standing
from zenhub_sync.transport.limiter import Reading

# Longer lists are for the command line.
MOST_ROWS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRow:
    """One job: its last run and its next one."""

    name: str
    outcome: str
    ended: str
    ago: str
    counts: str
    advice: str
    error: str
    next_run: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that the template shows; `known` says that the reader knows the token."""

    known: bool
    view: View
    standing: Standing | None
    jobs: Sequence[JobRow]
    parked: Mapping[str, int]
    advice: Mapping[str, str]
    records: Sequence[ParkedRecord]
    days: Sequence[Day]
    panels: Sequence[Panel]
    quota: Mapping[tuple[str, str], Reading]
    ends: Mapping[str, date]
    local: Any
    ago: Any
    agent_url: str | None
    most: int = MOST_ROWS


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrator:
    """Tells of a view in the words of the configured zone."""

    config: Config
    ends: Ends
    quota: Mapping[tuple[str, str], Reading]
    agent_url: str | None

    def facts(self, view: View, *, known: bool) -> Facts:
        """Return what the page shows to a reader who knows the token, or does not."""
        standing, now = view.standing, view.now
        records = list(parked_records(standing.overview)) if standing is not None else []
        days = days_of(standing.arrivals, self.config.zone, now) if standing is not None else []
        return Facts(
            known=known,
            view=view,
            standing=standing,
            jobs=self._jobs(standing, now, known=known) if standing is not None else (),
            parked=Counter(kind_of_trouble(record) for record in records),
            advice=ADVICE,
            records=records[:MOST_ROWS] if known else (),
            days=days,
            panels=panels_of(days),
            quota=self.quota,
            ends=self.ends,
            local=self._local,
            ago=lambda at: span(now.timestamp() - at),
            agent_url=self.agent_url if known else None,
        )

    def _jobs(self, standing: Standing, now: datetime, *, known: bool) -> list[JobRow]:
        schedule = self.config.schedule
        lines = {"import": schedule.import_, "refresh": schedule.refresh, "watch": schedule.watch}
        upcoming = next_runs(lines, self.config.zone, now)
        names = [name for name in lines if lines[name] is not None or name in standing.latest_runs]
        return [
            self._job(
                name, standing.latest_runs.get(name), standing.claims.get(name), upcoming.get(name), now, known=known
            )
            for name in names
        ]

    def _job(
        self, name: str, run: Run | None, claim: Claim | None, at: datetime | None, now: datetime, *, known: bool
    ) -> JobRow:  # fmt: skip
        again = again_at(claim)
        upcoming = [moment for moment in (at.timestamp() if at else None, again) if moment is not None]
        ended = run.finished_at if run is not None else None
        failed = run is not None and run.outcome == "failed"
        return JobRow(
            name=name,
            outcome=(run.outcome or "running") if run is not None else "not yet",
            ended=self._local(ended) if ended is not None else "",
            ago=span(now.timestamp() - ended) if ended is not None else "",
            counts=_counts(run),
            advice=WHAT_NOW.get(run.exit_code or 0, "see the log") if run is not None and failed else "",
            error=(run.error or "") if run is not None and failed and known else "",
            next_run=self._local(max(min(upcoming), now.timestamp())) if upcoming else "never",
        )

    def _local(self, at: float) -> str:
        return f"{datetime.fromtimestamp(at, UTC).astimezone(self.config.zone):%d %b %H:%M}"


def again_at(claim: Claim | None) -> float | None:
    """Return when a failed slot is tried again; None for one that went well."""
    if claim is None or claim.outcome != "failed" or claim.ended_at is None:
        return None
    return claim.ended_at + PAUSES[min(claim.attempts, len(PAUSES)) - 1]


def span(seconds: float) -> str:
    """Return a length of time as people say it."""
    minutes = max(0, int(seconds // 60))
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} days"


def _counts(run: Run | None) -> str:
    report = json.loads(run.report) if run is not None and run.report else None
    if report is None:
        return ""
    tickets, opened = report["tickets"], report["escalations"]["opened"]
    said = f"{tickets['read']} read, {tickets['created']} created, {tickets['updated']} updated"
    return f"{said}, {opened} escalated" if opened else said
