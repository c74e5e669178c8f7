"""The chart's numbers: local days, whatever the clocks do, and bars in scale."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from zenhub_sync.planning.arrivals import Arrival, Arrivals
from zenhub_sync.service.page.chart import DAYS, days_of, panels_of

NOON = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)


def quarter(text: str, zone: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())


@pytest.mark.parametrize("zone", ["America/Sao_Paulo", "Asia/Kathmandu", "Australia/Lord_Howe"])
def test_a_quarter_of_an_hour_belongs_to_its_local_day(zone: str) -> None:
    counted = Arrivals(
        {
            (quarter("2026-11-20T23:45", zone), Arrival.TICKETS): 2,
            (quarter("2026-11-21T00:00", zone), Arrival.TICKETS): 3,
            (quarter("2026-11-21T12:00", zone), Arrival.BAD_RATINGS): 1,
        }
    )

    days = {day.day: (day.tickets, day.bad_ratings) for day in days_of(counted, ZoneInfo(zone), NOON)}

    assert (days[date(2026, 11, 20)], days[date(2026, 11, 21)]) == ((2, 0), (3, 1))


@pytest.mark.parametrize("now", [NOON, datetime(2018, 11, 5, 12, tzinfo=UTC), datetime(2019, 2, 17, 12, tzinfo=UTC)])
def test_there_are_always_thirty_days_in_a_row(now: datetime) -> None:
    days = [day.day for day in days_of(Arrivals(), ZoneInfo("America/Sao_Paulo"), now)]

    assert len(days) == DAYS
    assert all(after - before == timedelta(days=1) for before, after in pairwise(days))
    assert days[-1] == now.date()


def test_bars_fill_their_panel_and_bad_ratings_share_a_scale_with_escalations() -> None:
    zone = ZoneInfo("America/Sao_Paulo")
    at = quarter("2026-11-21T12:00", "America/Sao_Paulo")
    counted = Arrivals({(at, Arrival.TICKETS): 8, (at, Arrival.BAD_RATINGS): 4, (at, Arrival.ESCALATIONS): 1})

    tickets, bad, escalations = panels_of(days_of(counted, zone, NOON))

    assert [(bar.height, bar.y) for bar in tickets.bars] == [(100, 0)]
    assert [bar.height for bar in bad.bars] == [100]
    assert [bar.height for bar in escalations.bars] == [25]
    assert tickets.bars[0].says == "21 Nov: 8"
    assert all(bar.x >= 0 and bar.x + bar.width <= 600 for bar in tickets.bars)


def test_nothing_draws_no_bars() -> None:
    assert [panel.bars for panel in panels_of(days_of(Arrivals(), ZoneInfo("UTC"), NOON))] == [[], [], []]
