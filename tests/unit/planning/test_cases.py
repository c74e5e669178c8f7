"""The tables in `cases/`: facts in, effects out, because of a rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from tests.fakes.facts import NOW
from tests.unit.planning.case_files import Case, every_case

from zenhub_sync.planning.adoption import plan_adoption
from zenhub_sync.planning.completing import plan_completion
from zenhub_sync.planning.effects import Effect, WriteTicket
from zenhub_sync.planning.planner import Plan, plan_ticket


@pytest.mark.parametrize("case", every_case(), ids=lambda case: case.name)
def test_the_plan_is_what_the_table_says(case: Case) -> None:
    if case.completed and case.known is not None:
        made = plan_completion(case.known, case.policy)
    else:
        made = plan_ticket(case.source, case.known, case.match, case.policy, NOW)
    for what, expected in case.then.items():
        _CHECKS[what](case, made, expected)


def _change(_: Case, made: Plan, expected: str) -> None:
    assert made.change.value == expected


def _effects(_: Case, made: Plan, expected: Sequence[Mapping[str, Any]]) -> None:
    _compare(made.effects, expected)


def _adoption(case: Case, _: Plan, expected: Sequence[Mapping[str, Any]]) -> None:
    assert case.existing is not None
    _compare(plan_adoption(case.source, case.existing, case.policy), expected)


def _mirror(_: Case, made: Plan, expected: Mapping[str, Any]) -> None:
    seen = {name: getattr(made.mirror, name) for name in expected}
    assert {name: list(value) if name == "asked" else value for name, value in seen.items()} == dict(expected)


def _notes(_: Case, made: Plan, expected: Sequence[str]) -> None:
    assert made.notes == tuple(expected)


def _flag(name: str) -> Callable[[Case, Plan, bool], None]:
    def check(_: Case, made: Plan, expected: bool) -> None:
        assert getattr(made, name) is expected

    return check


_CHECKS: Mapping[str, Callable[[Case, Plan, Any], None]] = {
    "change": _change,
    "effects": _effects,
    "adoption": _adoption,
    "mirror": _mirror,
    "notes": _notes,
    "opens": _flag("opens"),
    "closes": _flag("closes"),
    "suppresses": _flag("suppresses"),
    "moves": _flag("moves"),
}


def _compare(made: Sequence[Effect], expected: Sequence[Mapping[str, Any]]) -> None:
    assert [effect.kind for effect in made] == [row["kind"] for row in expected]
    for effect, row in zip(made, expected, strict=True):
        for name, value in row.items():
            assert _seen(effect, name, value) == value, name


def _seen(effect: Effect, name: str, value: Any) -> Any:
    """Return the part of the effect that a row names; `names` (all) and `some` are of a write's properties."""
    if name == "names":
        assert isinstance(effect, WriteTicket)
        return list(effect.properties)
    if name == "some":
        assert isinstance(effect, WriteTicket)
        return {each: effect.properties.get(each) for each in value}
    if name == "story":
        return {each: getattr(effect.story, each) for each in value}  # type: ignore[union-attr]  # rows of escalations
    return getattr(effect, name)
