"""A turn that another run has is waited for: as long as was said, and no longer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from tests.fakes.clock import FakeClock

from zenhub_sync.errors import LeaseHeld
from zenhub_sync.jobs.turns import patient_lease
from zenhub_sync.service.serving import TICK_SECONDS
from zenhub_sync.store.leases import Lease

LEASE = Lease(token=1, holder="me", seconds=60, good_until=60)


@dataclass
class Waiting:
    """A store whose turn another run has the first `refusals` times; to ask takes time."""

    refusals: int
    asking_takes: float = 0.0
    clock: FakeClock = field(default_factory=FakeClock)
    asked: int = 0
    said: list[float] = field(default_factory=list)

    @contextmanager
    def lease(self) -> Iterator[Lease]:
        self.asked += 1
        self.clock.advance(self.asking_takes)
        if self.asked <= self.refusals:
            raise LeaseHeld("another run holds the lock")
        yield LEASE

    def want_turn(self, seconds: float) -> None:
        self.said.append(seconds)


@pytest.mark.parametrize("refusals", [0, 1, 10])
def test_a_turn_is_had_as_soon_as_it_is_free(refusals: int) -> None:
    store = Waiting(refusals)

    with patient_lease(store, store.clock, 30.0) as held:
        assert held is LEASE

    assert store.clock.monotonic() == 0.5 * refusals


@pytest.mark.parametrize(
    ("patience", "asking_takes", "asked", "took"),
    [(0.0, 0.0, 1, 0.0), (2.0, 0.0, 5, 2.0), (30.0, 30.0, 1, 30.0), (30.0, 20.0, 2, 40.5)],
)
def test_patience_ends_and_the_time_of_asking_counts(
    patience: float, asking_takes: float, asked: int, took: float
) -> None:
    store = Waiting(10**6, asking_takes)

    with pytest.raises(LeaseHeld), patient_lease(store, store.clock, patience):
        pytest.fail("nobody may have this turn")

    assert (store.asked, store.clock.monotonic()) == (asked, took)


@pytest.mark.parametrize(
    ("asks_every", "says"), [(0.5, [True, True, True, False]), (5.0, [])], ids=["a live run", "a backfill"]
)
def test_who_is_in_a_hurry_says_that_it_waits_and_when_it_waits_no_longer(asks_every: float, says: list[bool]) -> None:
    store = Waiting(3)

    with patient_lease(store, store.clock, 30.0, asks_every=asks_every):
        assert [seconds > asks_every for seconds in store.said] == says


def test_what_was_said_is_good_until_a_service_that_lost_its_patience_comes_again() -> None:
    store = Waiting(10**6)

    with pytest.raises(LeaseHeld), patient_lease(store, store.clock, 20.0):
        pytest.fail("nobody may have this turn")

    assert min(store.said) > TICK_SECONDS, "or a backfill begins as many pages again before it is asked the next time"
