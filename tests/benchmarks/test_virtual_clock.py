"""Waiting costs nothing on the virtual clock, and work costs what it costs."""

from __future__ import annotations

import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from benchmarks.virtual import VirtualClock

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the states of threads are read from Linux' /proc")

_START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
_HOUR = 3600.0
# What starting and waking threads may cost in CPU time, on a slow machine.
_SLACK = 2.0


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(_START)


def test_an_hour_of_sleep_passes_at_once(clock: VirtualClock) -> None:
    begun = clock.monotonic()
    with clock.running():
        clock.sleep(_HOUR)
    assert _HOUR <= clock.monotonic() - begun <= _HOUR + _SLACK
    assert (clock.now() - _START).total_seconds() >= _HOUR


def test_those_who_sleep_at_the_same_time_wake_in_their_order(clock: VirtualClock) -> None:
    woken: list[int] = []

    def nap(minutes: int) -> None:
        clock.sleep(minutes * 60.0)
        woken.append(minutes)

    begun = clock.monotonic()
    with clock.running(), ThreadPoolExecutor(4) as pool:
        list(pool.map(nap, [40, 10, 30, 20]))
    assert woken == [10, 20, 30, 40]
    assert clock.monotonic() - begun <= 40 * 60 + _SLACK


def test_who_waits_for_a_sleeper_is_not_at_work(clock: VirtualClock) -> None:
    held = threading.Lock()
    held.acquire()

    def hold() -> None:
        clock.sleep(_HOUR)
        held.release()

    with clock.running(), ThreadPoolExecutor(2) as pool:
        pool.submit(hold)
        with held:
            assert clock.monotonic() >= _HOUR


def test_no_time_is_skipped_while_somebody_works(clock: VirtualClock) -> None:
    until = time.process_time() + 0.3
    seen: list[float] = []

    def work() -> None:
        while time.process_time() < until:
            seen.append(clock.monotonic())

    begun = clock.monotonic()
    with clock.running(), ThreadPoolExecutor(1) as pool:
        worked = pool.submit(work)
        clock.sleep(_HOUR)
        worked.result()
    assert max(seen) - begun <= _SLACK
    assert seen == sorted(seen)
