"""The chart of the last 30 days, as numbers that a template can draw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from zenhub_sync.planning.arrivals import Arrival, Arrivals

DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What came on one local day."""

    day: date
    tickets: int
    bad_ratings: int
    escalations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One rectangle in a panel of 100 units' height; zero has none."""

    x: float
    y: float
    width: float
    height: float
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One row of bars with the scale of its own, named at its top."""

    name: str
    css: str
    top: int
    total: int
    bars: Sequence[Bar]


def days_of(arrivals: Arrivals, zone: tzinfo, now: datetime) -> list[Day]:
    """Return the last 30 local days, oldest first, the days without anything too."""
    counted: Counter[tuple[date, Arrival]] = Counter()
    for (quarter, kind), number in arrivals.items():
        counted[datetime.fromtimestamp(quarter, UTC).astimezone(zone).date(), kind] += number
    today = now.astimezone(zone).date()
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    return [
        Day(
            day=day,
            tickets=counted[day, Arrival.TICKETS],
            bad_ratings=counted[day, Arrival.BAD_RATINGS],
            escalations=counted[day, Arrival.ESCALATIONS],
        )
        for day in days
    ]


def panels_of(days: Sequence[Day]) -> list[Panel]:
    """Return the three rows of the chart; bad ratings and escalations share a scale, for they belong together."""
    bad = [day.bad_ratings for day in days]
    opened = [day.escalations for day in days]
    rare = max([*bad, *opened], default=0)
    tickets = [day.tickets for day in days]
    return [
        _panel("Tickets", "in", days, tickets, max(tickets, default=0)),
        _panel("Bad ratings", "bad", days, bad, rare),
        _panel("Escalations", "esc", days, opened, rare),
    ]


def _panel(name: str, css: str, days: Sequence[Day], numbers: Sequence[int], top: int) -> Panel:
    step = 600 / max(1, len(days))
    bars = [
        Bar(
            x=round(place * step + 1.5, 2),
            y=round(100 - (height := 100 * number / top), 2),
            width=round(step - 3, 2),
            height=round(height, 2),
            says=f"{day.day:%d %b}: {number}",
        )
        for place, (day, number) in enumerate(zip(days, numbers, strict=True))
        if number
    ]
    return Panel(name=name, css=css, top=top, total=sum(numbers), bars=bars)
