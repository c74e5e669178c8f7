"""Those who wait for the turn are heard, for as long as they said, and disturb nobody."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from zenhub_sync.store import leases, waiting
from zenhub_sync.store.engine import writing
from zenhub_sync.store.leases import Lease
from zenhub_sync.store.store import Store


def test_a_turn_is_wanted_as_soon_as_somebody_says_so(store: Store, held: Lease) -> None:
    assert not store.turn_wanted()
    store.want_turn(60.0)
    assert store.turn_wanted()


@pytest.mark.parametrize("seconds", [0.0, -60.0], ids=["that moment is over", "long over"])
def test_who_does_not_wait_any_longer_is_not_heard(store: Store, seconds: float) -> None:
    store.want_turn(60.0)
    store.want_turn(seconds)
    assert not store.turn_wanted()


def test_waiting_takes_nothing_from_the_holder(store: Store, held: Lease, engine: Engine) -> None:
    store.want_turn(60.0)
    with writing(engine) as connection:
        leases.fence(connection, held)


def test_who_waits_is_not_stopped_by_a_writer_that_does_not_end(store: Store, engine: Engine) -> None:
    waiting.want(engine, 60.0)
    with writing(engine) as connection:
        leases.lock_row(connection)
        waiting.want(engine, -60.0)  # on SQLite nobody else may write meanwhile; on PostgreSQL this row is free
    assert store.turn_wanted() is (engine.dialect.name == "sqlite")
