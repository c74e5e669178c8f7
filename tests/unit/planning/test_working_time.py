"""When a task is due: never while nobody works."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenhub_sync.planning.working_time import Allowance, WorkingTime

_HOLIDAYS = {date(2026, 11, 20), date(2026, 12, 25)}
_SAO_PAULO = ZoneInfo("America/Sao_Paulo")
_OFFICE = WorkingTime(
    zone=_SAO_PAULO,
    opens=time(9),
    closes=time(18),
    weekdays=frozenset(range(5)),
    is_holiday=lambda day: day in _HOLIDAYS,
)
_DAY = Allowance(days=1)


def _hours(number: float) -> Allowance:
    return Allowance(working=timedelta(hours=number))


def _clock(number: float) -> Allowance:
    return Allowance(clock=timedelta(hours=number))


@pytest.mark.parametrize(
    ("made", "allowance", "due"),
    [
        ("Tue 2026-11-17 10:30", _DAY, "Wed 2026-11-18 10:30"),
        ("Thu 2026-11-19 10:30", _DAY, "Mon 2026-11-23 10:30"),  # Friday the 20th is a holiday
        ("Sat 2026-11-21 11:00", _DAY, "Tue 2026-11-24 09:00"),  # seen on Monday morning, due a day later
        ("Tue 2026-11-17 07:00", _DAY, "Wed 2026-11-18 09:00"),
        ("Tue 2026-11-17 23:00", _DAY, "Thu 2026-11-19 09:00"),
        ("Tue 2026-11-17 18:00", _DAY, "Thu 2026-11-19 09:00"),
        ("Tue 2026-11-17 10:30", Allowance(days=3), "Mon 2026-11-23 10:30"),
        ("Tue 2026-11-17 10:30", _hours(4), "Tue 2026-11-17 14:30"),
        ("Tue 2026-11-17 10:30", _hours(7.5), "Tue 2026-11-17 18:00"),
        ("Tue 2026-11-17 17:00", _hours(4), "Wed 2026-11-18 12:00"),
        ("Thu 2026-11-19 17:00", _hours(11), "Tue 2026-11-24 10:00"),
        ("Tue 2026-11-17 10:30", _clock(2), "Tue 2026-11-17 12:30"),
        ("Thu 2026-11-19 10:30", _clock(24), "Mon 2026-11-23 09:00"),
        ("Tue 2026-11-17 10:30", _clock(9), "Wed 2026-11-18 09:00"),
        ("Sat 2026-11-21 11:00", Allowance(), "Mon 2026-11-23 09:00"),
    ],
)
def test_a_task_is_due_when_people_work(made: str, allowance: Allowance, due: str) -> None:
    start = datetime.strptime(made, "%a %Y-%m-%d %H:%M").replace(tzinfo=_SAO_PAULO).astimezone(UTC)
    assert f"{_OFFICE.due(start, allowance):%a %Y-%m-%d %H:%M}" == due


def test_the_hours_are_those_of_the_place() -> None:
    noon = datetime(2026, 11, 17, 12, 30, tzinfo=UTC)  # 09:30 in São Paulo, 08:30 in Manaus
    manaus = WorkingTime(
        zone=ZoneInfo("America/Manaus"),
        opens=time(9),
        closes=time(18),
        weekdays=frozenset(range(5)),
        is_holiday=lambda _: False,
    )
    assert _OFFICE.due(noon, _hours(1)).astimezone(UTC).hour == 13
    assert manaus.due(noon, _hours(1)).astimezone(UTC).hour == 14


def test_a_calendar_without_a_working_day_does_not_go_on_for_ever() -> None:
    never = WorkingTime(
        zone=_SAO_PAULO, opens=time(9), closes=time(18), weekdays=frozenset(range(7)), is_holiday=lambda _: True
    )
    assert never.due(datetime(2026, 11, 17, 12, tzinfo=UTC), _DAY) > datetime(2026, 11, 17, 12, tzinfo=UTC)


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1)),  # noqa: DTZ001 - Hypothesis adds the zone
    st.builds(Allowance, days=st.integers(0, 20))
    | st.builds(Allowance, working=st.timedeltas(timedelta(), timedelta(days=9)))
    | st.builds(Allowance, clock=st.timedeltas(timedelta(), timedelta(days=30))),
)
def test_no_task_is_ever_due_outside_working_time_or_before_it_is_made(made: datetime, allowance: Allowance) -> None:
    start = made.replace(tzinfo=UTC)
    due = _OFFICE.due(start, allowance)
    assert due >= start + allowance.clock
    assert time(9) <= due.time() <= time(18)
    assert due.weekday() < 5
    assert due.date() not in _HOLIDAYS
