"""What a property takes: a value as it came, made the value that is kept, or the fault in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from zenhub_sync.sandbox.hubspot.definitions import Definition
from zenhub_sync.sandbox.hubspot.times import (
    milliseconds,
    read_day,
    read_iso,
    read_milliseconds,
    read_moment,
    stamp,
)
from zenhub_sync.sandbox.hubspot.world import World

# developers.hubspot.com … objects/tickets/guide (2026-09)
MAX_STRING = 65_536
# No exponent: github.com/Atlas-Authority/marketing-automation/issues/206 (live, 2025-10-23)
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a value is refused, in HubSpot's own code and words."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The value as stored; `normalized` is set where 2026-09 accepted a date that older versions refused."""

    value: str
    normalized: str | None = None


def read(world: World, definition: Definition, raw: str, before: str = "") -> Kept | Fault:
    """Check one value against its property; an empty one clears it."""
    if raw == "":
        return Kept(value="")
    if definition.external_options:
        return _owner(world, raw)
    if definition.name == "email" and definition.builtin:
        return _email(raw)
    if definition.name == "hs_task_reminders":
        return _reminder(raw)
    match definition.type:
        case "number":
            return _number(raw)
        case "datetime":
            return _datetime(raw)
        case "date":
            return _date(raw)
        case "bool" | "enumeration":
            return _option(definition, raw, before)
        case _:
            return _string(raw)


def warning(name: str, raw: str, kept: Kept) -> Mapping[str, Any]:
    """Spell the note on a value that 2026-09 normalised; developers.hubspot.com/changelog, 2026-08-11."""
    return {
        "category": "PROPERTY_VALUE_NORMALIZED",
        "context": {"normalizedValue": kept.normalized, "propertyName": name, "rawValue": raw},
        "message": f"{name} was normalized",
    }


def _string(raw: str) -> Kept | Fault:
    # The limit is documented, the code of the refusal is not.
    if len(raw) > MAX_STRING:
        return Fault(code="INVALID_STRING_LENGTH", message=f"The value is longer than {MAX_STRING} characters.")
    return Kept(value=raw)


def _number(raw: str) -> Kept | Fault:
    if not _NUMBER.fullmatch(raw):
        return Fault(code="INVALID_INTEGER", message=f"{raw} was not a valid number.")
    return Kept(value=raw)


def _email(raw: str) -> Kept | Fault:
    # developers.hubspot.com … objects/contacts/guide (2026-09): stored in lower case
    if not _EMAIL.fullmatch(raw):
        return Fault(code="INVALID_EMAIL", message=f"Email address {raw} is invalid")
    return Kept(value=raw.lower())


def _datetime(raw: str) -> Kept | Fault:
    moment = read_milliseconds(raw) or read_iso(raw)
    if moment is not None:
        return Kept(value=stamp(moment))
    day = read_day(raw)
    if day is not None:
        return Kept(value=stamp(day), normalized=str(milliseconds(day)))
    return Fault(code="INVALID_LONG", message=f"{raw} was not a valid long.")


def _reminder(raw: str) -> Kept | Fault:
    # developers.hubspot.com … crm/activities/tasks/guide: epoch milliseconds only
    if read_milliseconds(raw) is None:
        return Fault(code="INVALID_LONG", message=f"{raw} was not a valid long.")
    return Kept(value=raw)


def _date(raw: str) -> Kept | Fault:
    moment = read_moment(raw)
    if moment is None:
        return Fault(code="INVALID_DATE", message=f"{raw} was not a valid date.")
    midnight = datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    plain = read_day(raw) is not None or raw == str(milliseconds(midnight))
    return Kept(value=f"{midnight:%Y-%m-%d}", normalized=None if plain else str(milliseconds(midnight)))


def _option(definition: Definition, raw: str, before: str) -> Kept | Fault:
    """Match option values by case; a leading `;` appends to a property that takes several."""
    allowed = [option.value for option in definition.options]
    several = definition.field_type == "checkbox"
    wanted = [part for part in raw.split(";") if part] if several else [raw]
    for one in wanted:
        if one not in allowed:
            message = f"{one} was not one of the allowed options: [{', '.join(allowed)}]"
            return Fault(code="INVALID_OPTION", message=message)
    if several and raw.startswith(";"):
        wanted = [*before.split(";"), *wanted] if before else wanted
    return Kept(value=";".join(dict.fromkeys(wanted)))


def _owner(world: World, raw: str) -> Kept | Fault:
    """Take the id of an owner, archived ones too; a user id is no owner id (live sandbox report, 2026-09-25)."""
    if raw not in world.owners:
        return Fault(code="INVALID_OWNER_ID", message=f"{raw} was not a valid owner ID")
    return Kept(value=raw)
