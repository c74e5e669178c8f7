"""What a search filter means. developers.hubspot.com … crm/search-the-crm; HubSpot's own CLI notes (2026)"""

from __future__ import annotations

from collections.abc import Callable

from zenhub_sync.sandbox.hubspot.bodies import Filter
from zenhub_sync.sandbox.hubspot.definitions import Definition
from zenhub_sync.sandbox.hubspot.kinds import Kind, infer
from zenhub_sync.sandbox.hubspot.records import Record
from zenhub_sync.sandbox.hubspot.refusals import RefusalError
from zenhub_sync.sandbox.hubspot.times import read_moment
from zenhub_sync.sandbox.hubspot.world import World

Comparable = float | str
_ASSOCIATIONS = "associations."
_ONE_VALUE = {"LT", "LTE", "GT", "GTE", "EQ", "NEQ", "BETWEEN", "CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN"}
_OPERATORS = _ONE_VALUE | {"IN", "NOT_IN", "HAS_PROPERTY", "NOT_HAS_PROPERTY"}


def _below(held: Comparable, given: Comparable) -> bool:
    """Say whether one is not above the other; what cannot be compared is neither."""
    if isinstance(held, float) and isinstance(given, float):
        return held <= given
    return isinstance(held, str) and isinstance(given, str) and held <= given


_COMPARE: dict[str, Callable[[Comparable, Comparable], bool]] = {
    "LT": lambda held, given: _below(held, given) and held != given,
    "LTE": _below,
    "GT": lambda held, given: _below(given, held) and held != given,
    "GTE": lambda held, given: _below(given, held),
    "EQ": lambda held, given: held == given,
    "NEQ": lambda held, given: held != given,
}


def check_filter(world: World, kind: Kind, one: Filter) -> None:
    """Refuse a filter on an unknown property, with an unknown operator or without what the operator needs."""
    if one.operator not in _OPERATORS:
        raise _problem(f"Unknown operator {one.operator}")
    if one.property_name.startswith(_ASSOCIATIONS):
        infer(one.property_name.removeprefix(_ASSOCIATIONS))
        if one.operator not in ("EQ", "IN"):
            raise _problem(f"Operator {one.operator} is not valid for associations")
    elif world.catalogue.find(kind, one.property_name) is None:
        raise _problem(f"Property {one.property_name} does not exist")
    if one.operator in _ONE_VALUE and one.value is None:
        raise _problem(f"Operator {one.operator} needs a value")
    if one.operator == "BETWEEN" and one.high_value is None:
        raise _problem("Operator BETWEEN needs a highValue")
    if one.operator in ("IN", "NOT_IN") and not one.values:
        raise _problem(f"Operator {one.operator} needs values")


def matches(world: World, record: Record, one: Filter) -> bool:
    """Say whether a record passes; NEQ and NOT_IN pass only records that have a value."""
    if one.property_name.startswith(_ASSOCIATIONS):
        known = world.associated(record, infer(one.property_name.removeprefix(_ASSOCIATIONS)))
        return any(wanted in known for wanted in [one.value or "", *(one.values or ())])
    held = record.values.get(one.property_name, "")
    if one.operator in ("HAS_PROPERTY", "NOT_HAS_PROPERTY"):
        return bool(held) == (one.operator == "HAS_PROPERTY")
    definition = world.catalogue.find(record.kind, one.property_name)
    if definition is None or not held:
        return False
    return _compared(definition, held, one)


def order_key(definition: Definition, record: Record) -> tuple[bool, float, str]:
    held = record.values.get(definition.name, "")
    key = _comparable(definition, held) if held else ""
    return (bool(held), key, "") if isinstance(key, float) else (bool(held), 0.0, key)


def _compared(definition: Definition, held: str, one: Filter) -> bool:
    value = one.value or ""
    if one.operator in ("IN", "NOT_IN"):
        # For strings the values must be given in lower case.
        mine = held.lower() if definition.type == "string" else held
        return (mine in (one.values or ())) == (one.operator == "IN")
    if one.operator in ("CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN"):
        token = value.lower().strip("*")
        return (token in held.lower()) == (one.operator == "CONTAINS_TOKEN")
    own, given = _comparable(definition, held), _comparable(definition, value)
    if one.operator == "BETWEEN":
        return _below(given, own) and _below(own, _comparable(definition, one.high_value or ""))
    return _COMPARE[one.operator](own, given)


def _comparable(definition: Definition, text: str) -> Comparable:
    if definition.type in ("date", "datetime"):
        moment = read_moment(text)
        return moment.timestamp() if moment else text
    if definition.type == "number":
        try:
            return float(text)
        except ValueError:
            return text
    return text.lower() if definition.type == "string" else text


def _problem(message: str) -> RefusalError:
    return RefusalError(400, f"There was a problem with the request. {message}")
