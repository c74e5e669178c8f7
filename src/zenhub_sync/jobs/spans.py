"""The span of history that a backfill reads: local days, half-open."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from zenhub_sync.errors import UsageProblem

ACCEPTED = "a month (2025-01), a day (2025-01-15), or days before today (90d)"
_DAY = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?", re.ASCII)
_NAME = re.compile(r"backfill:(\d{1,11}):(\d{0,11})", re.ASCII)
_AGO = re.compile(r"(\d{1,5})d", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From the first moment of `since` up to, not including, that of `until`; without `until`, to the newest ticket."""

    since: datetime
    until: datetime | None = None

    @property
    def name(self) -> str:
        """Name the span, so that the same one is found again after an interruption."""
        return f"backfill:{self._start}:{_seconds(self.until) if self.until is not None else ''}"

    @property
    def _start(self) -> int:
        return _seconds(self.since)

    def holds(self, moment: int) -> bool:
        """Tell whether a moment (Unix seconds) is before the end; the export itself begins at `since`."""
        return self.until is None or moment < _seconds(self.until)

    def options(self) -> str:
        """Return the command-line options that give this very span, on any later day."""
        until = f" --until {self.until:%Y-%m-%d}" if self.until is not None else ""
        return f"--since {self.since:%Y-%m-%d}{until}"


def span_of(name: str, zone: tzinfo) -> Span | None:
    """Return the span that has this name, its moments in that time zone; None for a name of something else."""
    named = _NAME.fullmatch(name)
    if named is None:
        return None
    since, until = (datetime.fromtimestamp(int(text), zone) if text else None for text in named.groups())
    return Span(since=since, until=until) if since is not None else None


def read_span(since: str, until: str | None, zone: tzinfo, now: datetime) -> Span:
    """Read the dates of the command line in that time zone; raise `UsageProblem` that says what is accepted."""
    today = now.astimezone(zone).date()
    first = _midnight("--since", since, zone, today)
    last = _midnight("--until", until, zone, today) if until is not None else None
    if first > now:
        raise UsageProblem(f"--since {since} is in the future; give {ACCEPTED}")
    if last is not None and last <= first:
        raise UsageProblem(
            f"--until {until} is not after --since {since}, so nothing is between them; --until itself is not "
            "included: --since 2025-01 --until 2025-02 reads January"
        )
    return Span(since=first, until=last)


def _midnight(option: str, text: str, zone: tzinfo, today: date) -> datetime:
    day = _day(text, today)
    moment = datetime(day.year, day.month, day.day, tzinfo=zone) if day is not None else None
    if moment is None or moment.timestamp() < 0:
        raise UsageProblem(f"{option} {text[:40]!r} is not a date; give {ACCEPTED}, no earlier than 1970")
    return moment


def _day(text: str, today: date) -> date | None:
    written, ago = _DAY.fullmatch(text), _AGO.fullmatch(text)
    try:
        if written is not None:
            return date(int(written[1]), int(written[2]), int(written[3] or 1))
        return today - timedelta(days=int(ago[1])) if ago is not None else None
    except (ValueError, OverflowError):
        return None


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
