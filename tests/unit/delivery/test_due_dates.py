"""The due date of an owner's task: working hours, the official holidays, the owner's own time zone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from zenhub_sync.delivery.due_dates import DueDates, Holidays, Hours
from zenhub_sync.errors import ConfigProblem
from zenhub_sync.planning.rules.owner import PortalOwner
from zenhub_sync.planning.working_time import Allowance

_ANA = PortalOwner(id="77", name="Ana", email="Ana@CS.example", archived=False)
_DATES = DueDates(
    allowance=Allowance(days=1),
    zone=ZoneInfo("America/Sao_Paulo"),
    hours=Hours(opens=time(9), closes=time(18), weekdays=frozenset(range(5))),
    holidays=Holidays(country="BR"),
)


def _noon_before(day: date) -> datetime:
    """Return noon in São Paulo of the last weekday before."""
    before = day - timedelta(days=1)
    while before.weekday() > 4:
        before -= timedelta(days=1)
    return datetime(before.year, before.month, before.day, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("holiday", "holidays", "skipped"),
    [
        (date(2026, 11, 20), Holidays(country="BR"), True),  # Zumbi and Black Awareness, national since 2023
        (date(2027, 1, 1), Holidays(country="BR"), True),
        (date(2026, 4, 3), Holidays(country="BR"), True),  # Good Friday moves with Easter
        (date(2026, 7, 9), Holidays(country="BR"), False),  # São Paulo's own
        (date(2026, 7, 9), Holidays(country="BR", state="SP"), True),
        (date(2026, 2, 17), Holidays(country="BR"), False),  # carnival is left to the employer
        (date(2026, 2, 17), Holidays(country="BR", categories=("public", "optional")), True),
        (date(2026, 12, 24), Holidays(country="BR", also=frozenset({date(2026, 12, 24)})), True),
        (date(2026, 11, 20), Holidays(), False),
    ],
)
def test_no_task_is_due_on_a_holiday(holiday: date, holidays: Holidays, *, skipped: bool) -> None:
    due = replace(_DATES, holidays=holidays).due(_ANA, _noon_before(holiday))
    assert (due.date() > holiday) is skipped


@pytest.mark.parametrize(("named", "hour"), [("77", 13), ("ana@cs.example", 13), ("bia@cs.example", 12)])
def test_an_owner_elsewhere_has_the_hours_of_that_place(named: str, hour: int) -> None:
    dates = replace(_DATES, zones={named: ZoneInfo("America/Manaus")})
    early = datetime(2026, 11, 17, 5, tzinfo=UTC)
    assert dates.due(_ANA, early).astimezone(UTC) == datetime(2026, 11, 18, hour, tzinfo=UTC)


@pytest.mark.parametrize("allowance", [Allowance(days=1), Allowance(clock=timedelta(days=1))])
def test_without_working_hours_the_clock_counts(allowance: Allowance) -> None:
    saturday = datetime(2026, 11, 21, 5, tzinfo=UTC)
    assert replace(_DATES, hours=None, allowance=allowance).due(_ANA, saturday) == saturday + timedelta(days=1)


@pytest.mark.parametrize(
    "holidays",
    [Holidays(country="XX"), Holidays(country="BR", state="XX"), Holidays(country="BR", categories=("nope",))],
)
def test_a_calendar_that_does_not_exist_is_the_configurations_problem(holidays: Holidays) -> None:
    with pytest.raises(ConfigProblem, match=r"task\.holidays"):
        replace(_DATES, holidays=holidays).due(_ANA, datetime(2026, 11, 17, 12, tzinfo=UTC))
