"""Clocks on which sleeping takes no time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import count

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class FakeClock:
    """A `Clock` that only `sleep` and `advance` move; it remembers what was slept."""

    def __init__(self, start: datetime = START) -> None:
        self._lock = threading.Lock()
        self._start = start
        self._passed = 0.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        with self._lock:
            return self._start + timedelta(seconds=self._passed)

    def monotonic(self) -> float:
        with self._lock:
            return self._passed

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """Let time pass without anybody sleeping."""
        with self._lock:
            self._passed += max(0.0, seconds)


class TurnsClock:
    """A `Clock` for a known number of threads, of which one runs at a time: it runs until it sleeps or has ended.

    Then the one whose moment comes first goes on, and the time until then is skipped, so that every run is the same.
    A thread may wait for another only by sleeping here.
    """

    def __init__(self, threads: int, start: datetime = START) -> None:
        self._lock = threading.Lock()
        self._start = start
        self._passed = 0.0
        self._awake = threads
        self._number = count()
        self._sleepers: list[tuple[float, int, threading.Event]] = []

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        with self._lock:
            return self._passed

    def sleep(self, seconds: float) -> None:
        woken = threading.Event()
        with self._lock:
            heappush(self._sleepers, (self._passed + max(0.0, seconds), next(self._number), woken))
            self._rest()
        woken.wait()

    def take_turns(self, work: Callable[[], None]) -> None:
        """Do the work of one thread."""
        self.sleep(0.0)
        try:
            work()
        finally:
            with self._lock:
                self._rest()

    def _rest(self) -> None:
        self._awake -= 1
        if self._awake == 0 and self._sleepers:
            self._passed, _, woken = heappop(self._sleepers)
            self._awake = 1
            woken.set()
