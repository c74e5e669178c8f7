"""When a task is due: working hours and days of a place, without its holidays. Pure; the calendar comes in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# A calendar that leaves no day of a whole year to work is wrong; the plain days of the clock are better than none.
_LONGEST_SEARCH = 366
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """How much time a task gives: by the clock, in working hours, or in working days. Only one is set."""

    clock: timedelta = timedelta()
    working: timedelta = timedelta()
    days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingTime:
    """When people work: from `opens` to `closes` on these weekdays (Monday is 0) that are no holidays."""

    zone: ZoneInfo
    opens: time
    closes: time
    weekdays: frozenset[int]
    is_holiday: Callable[[date], bool]

    def due(self, start: datetime, allowance: Allowance) -> datetime:
        """Return when the time is up, always at a moment at which people work."""
        begin = self._at_work(start.astimezone(self.zone))
        if allowance.days:
            day = begin.date()
            for _ in range(allowance.days):
                day = self._workday(day + _DAY)
            return datetime.combine(day, begin.timetz())
        if allowance.working:
            return self._after_hours(begin, allowance.working)
        return self._at_work((start + allowance.clock).astimezone(self.zone))

    def _after_hours(self, begin: datetime, left: timedelta) -> datetime:
        while True:
            today = self._closing(begin) - begin
            if left <= today:
                return begin + left
            left -= today
            begin = self._opening(self._workday(begin.date() + _DAY))

    def _at_work(self, local: datetime) -> datetime:
        """Return the moment itself, or the next opening if nobody works then."""
        today = local.date()
        if self._workday(today) == today and local.time() < self.closes:
            return max(local, self._opening(today))
        following = today if self._workday(today) != today else today + _DAY
        return self._opening(self._workday(following))

    def _workday(self, day: date) -> date:
        """Return the first working day from this one on."""
        candidates = (day + n * _DAY for n in range(_LONGEST_SEARCH))
        works = (each for each in candidates if each.weekday() in self.weekdays and not self.is_holiday(each))
        return next(works, day)

    def _opening(self, day: date) -> datetime:
        return datetime.combine(day, self.opens, self.zone)

    def _closing(self, local: datetime) -> datetime:
        return datetime.combine(local.date(), self.closes, self.zone)
