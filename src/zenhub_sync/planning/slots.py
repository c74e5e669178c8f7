"""Which run of a job is due: slots by the wall clock of a place, and what became of the last one.

A slot is one wall time that a schedule names (`2026-11-22T06:00`), and it stands for exactly one moment: the first of
two where the clock is set back, and as much later as the clock jumps where it jumps over it. So a day has as many
slots as its schedule has times, whatever the clocks do. Of slots that were missed, only the latest is caught up: each
run goes on from its own cursor. Two slots that a jump lays on the same moment are one run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import product

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

# How far to look for a slot, from the usual to 29 February: once in eight years around 2100.
_HORIZONS = tuple(timedelta(days=days) for days in (1, 8, 40, 400, 2930))
# A clock jumps by a day at most (Samoa left one out): a slot's moment is never earlier than its wall time, and never
# more than that later.
_JUMP = timedelta(days=1)

# Between attempts of one slot, counted from the end of the one before; the last pause for as long as its period lasts.
PAUSES = (300.0, 900.0, 1800.0, 3600.0)
INTERRUPTED = 130


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One run that a schedule asks for: its wall time, and the one moment that stands for it."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The latest slot of a job that was claimed, and what is known of its run.

    Without an `outcome` the run goes on, or was killed: who finds the lease free knows which.
    """

    slot: str
    due_at: float
    run_id: str
    attempts: int
    claimed_at: float
    ended_at: float | None = None
    outcome: str | None = None
    exit_code: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What to do now: this slot, for the first time or again."""

    slot: str
    due_at: float
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cron:
    """Five fields of cron, spelled out; days count from Monday = 0."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either_day: bool

    @classmethod
    def parse(cls, line: str) -> Cron:
        """Take a line apart that the configuration has checked.

        Where both kinds of days are restricted, one of them is enough, as in every cron (POSIX, crontab).
        """
        minute, hour, day, month, weekday = line.split()
        return cls(
            minutes=_numbers(minute, range(60)),
            hours=_numbers(hour, range(24)),
            days=_numbers(day, range(1, 32)),
            months=_numbers(month, range(1, 13), _MONTHS, 1),
            weekdays=_numbers(weekday, range(7), _DAYS, 0),
            either_day=not day.startswith("*") and not weekday.startswith("*"),
        )

    def has(self, day: date) -> bool:
        """Tell whether the schedule names this day."""
        by_date, by_name = day.day in self.days, day.weekday() in self.weekdays
        return day.month in self.months and ((by_date or by_name) if self.either_day else (by_date and by_name))


def slots_between(cron: Cron, zone: tzinfo, after: datetime, until: datetime) -> list[Slot]:
    """Return the slots whose moment is later than `after` and not later than `until`, in the order of their moments."""
    day, last = (after.astimezone(zone) - _JUMP).date(), until.astimezone(zone).date()
    found: list[Slot] = []
    while day <= last:
        if cron.has(day):
            slots = (_slot(day, hour, minute, zone) for hour, minute in product(cron.hours, cron.minutes))
            found += [slot for slot in slots if after < slot.at <= until]
        day += timedelta(days=1)
    return sorted(found, key=lambda slot: (slot.at, slot.name))


def latest_slot(cron: Cron, zone: tzinfo, now: datetime) -> Slot | None:
    """Return the last slot that has come."""
    for horizon in _HORIZONS:
        if found := slots_between(cron, zone, now - horizon, now):
            return found[-1]
    return None


def next_slot(cron: Cron, zone: tzinfo, now: datetime) -> Slot | None:
    """Return the first slot that is still to come."""
    for horizon in _HORIZONS:
        if found := slots_between(cron, zone, now, now + horizon):
            return found[0]
    return None


def attempt_due(latest: Slot | None, claim: Claim | None, now: float, *, restarted: bool = False) -> Attempt | None:
    """Return what is to be attempted now, if anything.

    A slot is due once its moment has come and no later one was claimed. It is done when a run of it went well. After
    a failed attempt it is due again after `PAUSES`, until the next slot takes its place; at once after an
    interruption, or when the service was `restarted` meanwhile: someone may have mended what failed. An attempt that
    was killed waits too, so that a run which kills its process does not do so all day long.
    """
    if latest is not None and (claim is None or latest.at.timestamp() > claim.due_at):
        return Attempt(slot=latest.name, due_at=latest.at.timestamp(), number=1)
    if claim is None or claim.outcome in {"ok", "partial"}:
        return None
    interrupted = claim.exit_code == INTERRUPTED
    number = claim.attempts if interrupted else claim.attempts + 1
    again = Attempt(slot=claim.slot, due_at=claim.due_at, number=number)
    if interrupted or (restarted and claim.outcome is not None):
        return again
    pause = PAUSES[min(claim.attempts, len(PAUSES)) - 1]
    return again if now >= (claim.ended_at or claim.claimed_at) + pause else None


def _slot(day: date, hour: int, minute: int, zone: tzinfo) -> Slot:
    wall = datetime(day.year, day.month, day.day, hour, minute)  # noqa: DTZ001 - a wall time; its zone comes next
    # `fold` stays 0: the first of two moments, and in a gap the wall time counted on from before it (PEP 495).
    return Slot(name=wall.isoformat(timespec="minutes"), at=wall.replace(tzinfo=zone).astimezone(UTC))


def _numbers(field: str, span: range, names: tuple[str, ...] = (), first: int = 0) -> frozenset[int]:
    chosen: set[int] = set()
    for part in field.split(","):
        bounds, _, step = part.partition("/")
        low, _, high = bounds.partition("-")
        start = span[0] if low == "*" else _number(low, names, first)
        stop = span[-1] if low == "*" else _number(high or low, names, first)
        chosen.update(range(start, stop + 1, int(step or 1)))
    return frozenset(chosen)


def _number(word: str, names: tuple[str, ...], first: int) -> int:
    return names.index(word) + first if word in names else int(word)


def next_runs(crons: Mapping[str, str | None], zone: tzinfo, now: datetime) -> dict[str, datetime]:
    """Return the next moment of each job that has a schedule, in UTC."""
    slots = {job: next_slot(Cron.parse(line), zone, now) for job, line in crons.items() if line is not None}
    return {job: slot.at for job, slot in slots.items() if slot is not None}
