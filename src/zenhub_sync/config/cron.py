"""Schedules: five fields of cron, checked when the configuration is read, not when a run is due."""

from __future__ import annotations

import re

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_RANGE = re.compile(r"(?P<first>\*|\w+)(?:-(?P<last>\w+))?(?:/(?P<step>\d{1,2}))?", re.ASCII)

# Days have no numbers here: cron counts them from Sunday, APScheduler from Monday, so that `1-5` would silently
# mean another week to one of its readers.
_FIELDS: tuple[tuple[str, dict[str, int]], ...] = (
    ("minute", {str(number): number for number in range(60)}),
    ("hour", {str(number): number for number in range(24)}),
    ("day of the month", {str(number): number for number in range(1, 32)}),
    ("month", {str(n): n for n in range(1, 13)} | {name: n for n, name in enumerate(_MONTHS, 1)}),
    ("day of the week", {name: number for number, name in enumerate(_DAYS)}),
)


def cron(value: str) -> str:
    """Return `value` with single spaces and lower-case names if it is a schedule, else raise ValueError."""
    fields = value.lower().split()
    if len(fields) != len(_FIELDS):
        raise ValueError("must have five fields: minute, hour, day of the month, month, day of the week")
    for field, (meaning, numbers) in zip(fields, _FIELDS, strict=True):
        if not all(_is_part(part, numbers) for part in field.split(",")):
            allowed = "mon to sun" if meaning == "day of the week" else f"{_span(numbers)}"
            raise ValueError(f"{field!r} is not a {meaning}; use *, {allowed}, a-b, */n, or a list with commas")
    return " ".join(fields)


def _span(numbers: dict[str, int]) -> str:
    return f"{min(numbers.values())} to {max(numbers.values())}"


def _is_part(part: str, numbers: dict[str, int]) -> bool:
    match = _RANGE.fullmatch(part)
    if match is None or match["step"] in {"0", "00"}:
        return False
    first, last = match["first"], match["last"]
    if first == "*":
        return last is None
    if last is None:
        return _number(first, numbers) is not None and match["step"] is None
    start, end = _number(first, numbers), _number(last, numbers)
    return start is not None and end is not None and start <= end


def _number(word: str, numbers: dict[str, int]) -> int | None:
    return numbers.get(word.removeprefix("0") or "0" if word.isdigit() else word)
