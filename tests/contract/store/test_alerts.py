"""Alerts on both databases: told once, and once more when over, by one instance of many."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from sqlalchemy import Engine

from zenhub_sync.store import alerts
from zenhub_sync.store.alerts import RETRY
from zenhub_sync.store.engine import writing


def look(engine: Engine, troubles: Mapping[str, str], now: float) -> list[tuple[str, bool]]:
    """Note the troubles; return what this instance has to tell, and whether it is an end."""
    with writing(engine) as connection:
        alerts.note(connection, troubles, now)
        return [(alert.key, alert.over_at is not None) for alert in alerts.take(connection, now)]


def tell(engine: Engine, now: float) -> None:
    with writing(engine) as connection:
        for alert in alerts.every(connection):
            alerts.told(connection, alert, now)


def test_a_trouble_is_told_once_and_its_end_once(engine: Engine) -> None:
    assert look(engine, {"a": "A"}, 1.0) == [("a", False)]
    tell(engine, 2.0)
    assert look(engine, {"a": "A still"}, 10_000.0) == []
    assert look(engine, {}, 20_000.0) == [("a", True)]
    tell(engine, 20_001.0)
    assert look(engine, {}, 30_000.0) == []
    assert look(engine, {"a": "A again"}, 40_000.0) == [("a", False)]


def test_what_another_instance_is_telling_is_not_told_twice_but_is_taken_over_if_it_dies(engine: Engine) -> None:
    assert look(engine, {"a": "A"}, 1.0) == [("a", False)]
    assert look(engine, {"a": "A"}, 2.0) == []
    assert look(engine, {"a": "A"}, 1.0 + RETRY) == [("a", False)]


def test_a_trouble_that_is_over_before_anybody_was_told_is_forgotten(engine: Engine) -> None:
    look(engine, {"a": "A"}, 1.0)
    assert look(engine, {}, 2.0) == []
    with writing(engine) as connection:
        assert alerts.every(connection) == []


@pytest.mark.parametrize("told", [False, True])
def test_a_trouble_that_is_back_before_its_end_was_told_is_the_same_trouble(engine: Engine, told: bool) -> None:
    look(engine, {"a": "A"}, 1.0)
    tell(engine, 2.0)
    assert look(engine, {}, 10.0) == [("a", True)]
    if told:
        tell(engine, 11.0)
    assert look(engine, {"a": "A"}, 12.0) == ([("a", False)] if told else [])
