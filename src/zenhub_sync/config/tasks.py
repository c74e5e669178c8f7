"""The escalation's task: its words, and when it is due."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from zenhub_sync.config.templates import DEFAULT_BODY, DEFAULT_SUBJECT
from zenhub_sync.config.values import ListOf, Name, PositiveDuration, Section
from zenhub_sync.planning.working_time import Allowance


def _template(source: str) -> str:
    if source in {DEFAULT_SUBJECT, DEFAULT_BODY}:
        return source  # as in the file that we ship: Jinja takes its time to load, and few write a template

    from zenhub_sync.config.template_check import template

    return template(source)


Template = Annotated[str, AfterValidator(_template)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def zone_name(value: str) -> str:
    """Return `value` if it names a time zone, else raise ValueError."""
    try:
        ZoneInfo(value)
    except (KeyError, OSError, ValueError):  # ZoneInfoNotFoundError is a KeyError; a folder's name is an OSError
        raise ValueError("is not a known time zone; use one such as America/Sao_Paulo") from None
    return value


def _allowance(value: object) -> Allowance:
    """Read `24h` (by the clock), `8bh` (working hours) or `1bd` (working days)."""
    if isinstance(value, Allowance):
        return value
    match = re.fullmatch(r"(\d{1,9})(s|m|h|d|bh|bd)", value, re.ASCII) if isinstance(value, str) else None
    if match is None:
        raise ValueError("must be a number and a unit, one of s, m, h, d, bh, bd: 24h, 8bh (working hours), 1bd (days)")
    number, unit = int(match[1]), match[2]
    if timedelta(**{{"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}[unit[-1]]: number}) > _LONGEST:
        raise ValueError("must be a year at most")
    if unit == "bd":
        return Allowance(days=number)
    hours = timedelta(hours=number)
    return Allowance(working=hours) if unit == "bh" else Allowance(clock=_CLOCK[unit] * number)


_CLOCK = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_LONGEST = timedelta(days=366)


def _time(value: object) -> object:
    """Read `09:00`; without quotes, YAML takes `18:00` for the number of its minutes."""
    if isinstance(value, time):
        return value
    if type(value) is int and 0 <= value < 24 * 60:
        return time(value // 60, value % 60)
    match = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", value, re.ASCII) if isinstance(value, str) else None
    if match is None:
        raise ValueError('must be a time of the day, such as "09:00"')
    return time(int(match[1]), int(match[2]))


def _date(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        return date.fromisoformat(value)
    return value


_ClockText = Annotated[str, Field(pattern=r"^([01]?\d|2[0-3]):[0-5]\d$")]
_AllowanceText = Annotated[str, Field(pattern=r"^\d{1,9}(s|m|h|d|bh|bd)$")]

TimeOfDay = Annotated[time, BeforeValidator(_time, json_schema_input_type=_ClockText)]
Day = Annotated[date, BeforeValidator(_date)]


class BusinessHours(Section):
    """When people work; a task is never due outside."""

    opens: TimeOfDay = time(9)
    closes: TimeOfDay = time(18)
    days: Annotated[tuple[Weekday, ...], ListOf, Field(min_length=1)] = ("mon", "tue", "wed", "thu", "fri")

    @model_validator(mode="after")
    def _in_order(self) -> BusinessHours:
        if self.opens >= self.closes:
            raise ValueError("opens must be before closes")
        return self


class Holidays(Section):
    """Days on which nobody works: the official ones of a country and a state, and days of one's own.

    In Brazil `optional` brings carnival, Ash Wednesday, Corpus Christi and what else is left to the employer.
    """

    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] | None = "BR"
    state: Name | None = None
    categories: Annotated[tuple[Name, ...], ListOf, Field(min_length=1)] = ("public",)
    also: Annotated[tuple[Day, ...], ListOf] = ()


class Task(Section):
    """The escalation's task; the worker itself appends the last line of the body, `ref zenhub:<key>`."""

    subject: Template = DEFAULT_SUBJECT
    body: Template = DEFAULT_BODY
    due_in: Annotated[Allowance, BeforeValidator(_allowance, json_schema_input_type=_AllowanceText)] = Allowance(days=1)
    # How long before that HubSpot reminds the owner; null: never.
    reminder: PositiveDuration | None = timedelta(hours=1)
    business_hours: BusinessHours | None = BusinessHours.unsaid()
    holidays: Holidays = Holidays.unsaid()
    timezones: Mapping[str, Annotated[str, AfterValidator(zone_name)]] = {}
    # developers.hubspot.com … crm/engagements/tasks/guide (2026-09): `hs_task_priority` and `hs_task_type`.
    priority: Literal["NONE", "LOW", "MEDIUM", "HIGH"] = "HIGH"
    type: Literal["TODO", "CALL", "EMAIL"] = "TODO"
