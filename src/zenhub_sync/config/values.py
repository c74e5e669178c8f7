"""The kinds of values the configuration is made of."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LONGEST = timedelta(days=3650)  # ten years; longer is a slip of the finger, and would run out of the calendar


class Section(BaseModel):
    """Be immutable, take YAML's types as they are, and refuse unknown keys.

    A key that is a word of Python's (`import`) is the attribute with an underscore behind it (`import_`).
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        alias_generator=lambda attribute: attribute.rstrip("_"),
        validate_by_name=True,
        validate_by_alias=True,
        defer_build=True,
    )

    @classmethod
    def unsaid(cls, **values: Any) -> Self:
        """Return the section of a file that says nothing of it.

        Not checked, for the defaults are right, and making the twenty checkers takes half of what it takes to start.
        """
        return cls.model_construct(**values)


def _duration(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    match = re.fullmatch(r"(\d{1,9})([smhd])", value, re.ASCII) if isinstance(value, str) else None
    if match is None:
        raise ValueError("must be a number and a unit, one of s, m, h, d: 120s, 15m, 24h, 30d")
    duration = timedelta(**{_UNITS[match[2]]: int(match[1])})
    if duration > _LONGEST:
        raise ValueError("must be ten years (3650d) at most")
    return duration


def _text_of_number(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _tuple_of_list(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _not_zero(duration: timedelta) -> timedelta:
    if not duration:
        raise ValueError("must be longer than zero")
    return duration


def _stripped(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be empty")
    return value.strip()


def at_most(length: int) -> Callable[[str], str]:
    """Return a check that a text has no more than `length` characters."""

    def check(value: str) -> str:
        if len(value) > length:
            raise ValueError(f"must have at most {length} characters")
        return value

    return check


def at_least(shortest: timedelta) -> Callable[[timedelta], timedelta]:
    """Return a check that a span of whole days is no shorter."""

    def check(value: timedelta) -> timedelta:
        if value < shortest:
            raise ValueError(f"must be {shortest.days}d at least")
        return value

    return check


_Span = Annotated[str, Field(pattern=r"^\d{1,9}[smhd]$")]

Duration = Annotated[timedelta, BeforeValidator(_duration, json_schema_input_type=_Span)]
"""A span of time written `120s`, `15m`, `24h` or `30d`."""

PositiveDuration = Annotated[Duration, AfterValidator(_not_zero)]
"""The same, longer than zero."""

Share = Annotated[float, Field(gt=0, le=1)]
"""A part of a whole: more than 0, at most 1."""

Name = Annotated[str, BeforeValidator(_text_of_number, json_schema_input_type=str | int), AfterValidator(_stripped)]
"""An id or a label; YAML reads an id of digits alone as a number, which is the same id."""

ListOf: Any = BeforeValidator(_tuple_of_list)
"""Marks a tuple that YAML writes as a list."""
