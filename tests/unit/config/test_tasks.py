"""When tasks are due: what the keys accept."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from tests.unit.config.refusing import config, problems

from zenhub_sync.config.tasks import BusinessHours
from zenhub_sync.planning.working_time import Allowance


@pytest.mark.parametrize(
    ("text", "allowance"),
    [
        ("1bd", Allowance(days=1)),
        ("8bh", Allowance(working=timedelta(hours=8))),
        ("24h", Allowance(clock=timedelta(hours=24))),
        ("90m", Allowance(clock=timedelta(minutes=90))),
        ("2d", Allowance(clock=timedelta(days=2))),
        ("0s", Allowance()),
    ],
)
def test_the_time_a_task_gives(text: str, allowance: Allowance) -> None:
    assert config(f"task: {{due_in: {text}}}").task.due_in == allowance


@pytest.mark.parametrize("text", ["1", "1 bd", "1w", "-1d", "367bd", "9000bh", "null", "[1bd]"])
def test_what_is_no_span_of_working_time_is_refused(text: str) -> None:
    (line,) = problems(f"task: {{due_in: {text}}}")
    assert line.startswith("task.due_in: must be a")


@pytest.mark.parametrize("text", ['"18:30"', "18:30", "'18:30'"])
def test_a_time_of_the_day_with_or_without_quotes(text: str) -> None:
    hours = config(f"task: {{business_hours: {{closes: {text}}}}}").task.business_hours
    assert hours == BusinessHours(closes=time(18, 30))


def test_days_of_the_companys_own() -> None:
    holidays = config("task: {holidays: {state: SP, also: [2026-12-24, '2026-12-31']}}").task.holidays
    assert (holidays.country, holidays.state) == ("BR", "SP")
    assert holidays.also == (date(2026, 12, 24), date(2026, 12, 31))


def test_working_hours_and_holidays_can_be_left_out_altogether() -> None:
    task = config("task: {business_hours: null, reminder: null, holidays: {country: null}}").task
    assert (task.business_hours, task.reminder, task.holidays.country) == (None, None, None)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("business_hours: {opens: '19:00'}", "task.business_hours: opens must be before closes"),
        ("business_hours: {opens: noon}", "task.business_hours.opens: must be a time of the day"),
        ("business_hours: {opens: 1440}", "task.business_hours.opens: must be a time of the day"),
        ("business_hours: {days: []}", "task.business_hours.days"),
        ("business_hours: {days: [monday]}", "task.business_hours.days.0"),
        (
            "business_hours: {open: '9:00'}",
            "task.business_hours.open: unknown key; did you mean task.business_hours.op",
        ),
        ("holidays: {country: Brazil}", "task.holidays.country"),
        ("holidays: {also: [christmas]}", "task.holidays.also.0"),
        ("timezones: {ana@a.example: Manaus}", "task.timezones.ana@a.example: is not a known time zone"),
        ("reminder: 0s", "task.reminder: must be longer than zero"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(text: str, where: str) -> None:
    (line,) = problems(f"task: {{{text}}}")
    assert line.startswith(where)
