"""When a task is due and its owner is reminded, by the configured working hours and holidays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from zenhub_sync.errors import ConfigProblem
from zenhub_sync.planning.rules.owner import PortalOwner
from zenhub_sync.planning.working_time import Allowance, WorkingTime


@dataclass(frozen=True, slots=True, kw_only=True)
class Holidays:
    """Whose holidays count: a country's (None: nobody's), a state's too, and days of the company's own."""

    country: str | None = None
    state: str | None = None
    categories: tuple[str, ...] = ("public",)
    also: frozenset[date] = frozenset()

    def calendar(self) -> Callable[[date], bool]:
        official = _official(self.country, self.state, self.categories) if self.country is not None else None
        return lambda day: day in self.also or (official is not None and official(day))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When people work; Monday is 0."""

    opens: time
    closes: time
    weekdays: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDates:
    """`hours` None: the clock alone counts. `zones` gives the time zone of owners who work in another one."""

    allowance: Allowance
    zone: ZoneInfo
    hours: Hours | None = None
    holidays: Holidays = field(default_factory=Holidays)
    zones: Mapping[str, ZoneInfo] = field(default_factory=dict)

    def due(self, owner: PortalOwner, now: datetime) -> datetime:
        """Return when a task made now for this owner is due."""
        if self.hours is None:
            return now + (self.allowance.clock or self.allowance.working or timedelta(days=self.allowance.days))
        working = WorkingTime(
            zone=self.zones.get(owner.id) or self.zones.get(owner.email.lower()) or self.zone,
            opens=self.hours.opens,
            closes=self.hours.closes,
            weekdays=self.hours.weekdays,
            is_holiday=self.holidays.calendar(),
        )
        return working.due(now, self.allowance)


@lru_cache(maxsize=4)
def _official(country: str, state: str | None, categories: tuple[str, ...]) -> Callable[[date], bool]:
    import holidays  # only a run that makes a task needs it

    try:
        calendar = holidays.country_holidays(country, subdiv=state, categories=categories)
    except (NotImplementedError, ValueError) as error:
        raise ConfigProblem(f"task.holidays: {error}; name a country, state and categories that there are") from error
    return calendar.__contains__
