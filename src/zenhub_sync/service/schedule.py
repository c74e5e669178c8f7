"""When each job is due next, by the configured cron lines in the configured time zone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger


def next_runs(crons: Mapping[str, str | None], zone: ZoneInfo, now: datetime) -> dict[str, datetime]:
    """Return the next moment of each job that has a schedule, in UTC."""
    due: dict[str, datetime] = {}
    for job, cron in crons.items():
        if cron is None:
            continue
        moment = CronTrigger.from_crontab(cron, timezone=zone).get_next_fire_time(None, now)
        if moment is not None:
            due[job] = moment.astimezone(UTC)
    return due
