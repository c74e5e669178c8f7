"""The vendor counts a call when it arrives, later than the limiter let it through, and in windows of its own."""

from __future__ import annotations

import math
from random import Random

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from tests.fakes.clock import FakeClock
from tests.fakes.sender import call

from zenhub_sync.hubspot.refusals import decipher
from zenhub_sync.transport.auth import StaticBearer
from zenhub_sync.transport.call import Sender
from zenhub_sync.transport.limiter import TRAVEL, Limiter, Reading
from zenhub_sync.transport.limits import hubspot_limiters
from zenhub_sync.transport.stack import build_sender

_TRAVELS = st.lists(st.floats(0, TRAVEL), min_size=60, max_size=60)


@given(st.integers(1, 20), _TRAVELS)
def test_no_rolling_window_of_the_vendor_overflows_however_long_each_call_travels(
    limit: int, travels: list[float]
) -> None:
    clock = FakeClock()
    limiter = Limiter(clock=clock, limit=limit, window=10, share=1.0)
    arrived = []
    for travel in travels:
        limiter.acquire()
        arrived.append(clock.monotonic() + travel)
    for end in arrived:
        assert sum(end - 10 < each <= end for each in arrived) <= limit


def test_the_time_of_travel_costs_less_than_three_percent_of_a_rolling_window() -> None:
    clock = FakeClock()
    limiter = Limiter(clock=clock, limit=100, window=10, share=1.0)
    for _ in range(100 * 11):
        limiter.acquire()
    assert clock.monotonic() <= 100 * 1.03


def test_a_call_refused_that_should_have_had_its_place_makes_the_window_longer() -> None:
    clock = FakeClock()
    limiter = Limiter(clock=clock, limit=1, window=10, share=1.0)
    limiter.acquire()
    clock.advance(0.6)
    limiter.took(0.6)
    limiter.overran()
    limiter.acquire()
    assert clock.monotonic() == pytest.approx(10.6, abs=0.01)


class Minutes:
    """Fixed minutes of a vendor that begin at `begins`; `told` rounds the seconds to the end as its headers do."""

    def __init__(self, limit: int, begins: float) -> None:
        self.limit = limit
        self.begins = begins
        self.counted: dict[int, int] = {}

    def take(self, arrives: float) -> Reading:
        minute, passed = divmod(arrives - self.begins, 60)
        used = self.counted[int(minute)] = self.counted.get(int(minute), 0) + 1
        return Reading(limit=self.limit, remaining=max(0, self.limit - used), reset=math.ceil(60 - passed))


@pytest.mark.parametrize("begins", [0.0, -15.0, -0.5, -59.9])
@pytest.mark.parametrize("counted", [(0.0, 0.2), (0.6, 0.6), (0.1, 1.0)], ids=repr)
@pytest.mark.parametrize(("limit", "latency"), [(10, 0.3), (10, 1.5), (30, 0.3), (30, 1.5)])
def test_fixed_windows_are_filled_one_after_the_other_and_never_overflow(
    limit: int, latency: float, counted: tuple[float, float], begins: float
) -> None:
    clock, minutes = FakeClock(), Minutes(limit, begins)
    limiter = Limiter(clock=clock, limit=10, window=60, share=1.0)
    for number in range(limit * 10):
        limiter.acquire()
        sent = clock.monotonic()
        reading = minutes.take(sent + latency * counted[number % 2])
        clock.advance(latency)
        answered = clock.monotonic()
        clock.advance(0.2)  # its body
        limiter.took(latency)
        limiter.observe(reading, sent, answered)
    assert max(minutes.counted.values()) <= limit
    # What is sent in the seconds in which the minute may have ended counts in both: only where calls fill the minute.
    sent_until_its_end = limit * (latency + 0.2) > 45
    lacking = sum(limit - minutes.counted[minute] for minute in range(2, 9))
    assert lacking <= (2 if sent_until_its_end else 0)


def test_an_answer_of_a_window_that_is_over_closes_nothing() -> None:
    clock = FakeClock()
    limiter = Limiter(clock=clock, limit=10, window=60, share=1.0)
    limiter.acquire()
    clock.advance(5)
    limiter.observe(Reading(limit=10, remaining=0, reset=3), sent=0.0, answered=1.5)
    limiter.acquire()
    assert clock.monotonic() == 5


def test_the_earliest_announced_end_is_the_best_known_one() -> None:
    clock = FakeClock()
    limiter = Limiter(clock=clock, limit=10, window=60, share=1.0)
    for reset, remaining in ((45, 5), (44, 4), (45, 0)):
        limiter.observe(Reading(limit=10, remaining=remaining, reset=reset))
    limiter.acquire()
    assert clock.monotonic() == 44


@pytest.mark.parametrize(
    ("used", "room"),
    [
        pytest.param(100, 100, id="all of it was ours when it arrived"),
        pytest.param(110, 90, id="ten more were of others"),
    ],
)
def test_a_late_answer_is_compared_with_what_we_had_sent_by_then(used: int, room: int) -> None:
    clock = FakeClock()
    limiter = Limiter(clock=clock, limit=200, window=10, share=0.5)
    for _ in range(100):
        limiter.acquire()
    clock.advance(11)  # by now none of ours is in the window any more
    limiter.observe(Reading(limit=200, remaining=200 - used, reset=None), sent=0.0)
    for _ in range(room):
        limiter.acquire()
    assert clock.monotonic() == 11
    limiter.acquire()
    assert clock.monotonic() > 11


class SlowAtFirst(StaticBearer):
    """The first token takes its time."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(SecretStr("token"))
        self._clock = clock

    def authorization(self, sender: Sender) -> SecretStr:
        if self._clock.monotonic() == 0:
            self._clock.advance(3.0)
        return super().authorization(sender)


def test_a_call_is_counted_when_it_is_put_on_the_wire_and_not_before_its_token_came() -> None:
    clock = FakeClock()
    arrived: list[float] = []

    def arrive(_: httpx.Request) -> httpx.Response:
        arrived.append(clock.monotonic())
        return httpx.Response(200)

    with build_sender(
        base_url="https://api.hubapi.com",
        auth=SlowAtFirst(clock),
        limiters=hubspot_limiters(clock=clock, share=1.0),
        decipher=decipher,
        clock=clock,
        random=Random(0),
        transport=httpx.MockTransport(arrive),
    ) as sender:
        for _ in range(101):
            sender.send(call(bucket="hubspot"))
    assert arrived[99] == arrived[0] == 3.0
    assert arrived[100] >= 13.0
