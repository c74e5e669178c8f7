"""What a vendor's answers tell beside their bodies: statuses, what is left of its limits, and how long we waited."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zenhub_sync.clock import Clock
from zenhub_sync.transport.call import Answer, Call
from zenhub_sync.transport.limiter import Reading, ReadLimits


class Meter:
    """Listens to every answer of one vendor, and times the waits for its limits; from any thread."""

    def __init__(self, read: ReadLimits) -> None:
        self._read = read
        self._lock = threading.Lock()
        self.statuses: Counter[int] = Counter()
        self.quota: dict[str, Reading] = {}
        self.waited = 0.0

    def __call__(self, call: Call[Any], answer: Answer) -> None:
        with self._lock:
            self.statuses[answer.status] += 1
            self.quota.update(self._read(call.bucket, answer.headers))

    def add_wait(self, seconds: float) -> None:
        with self._lock:
            self.waited += seconds

    def timing(self, clock: Clock) -> Clock:
        """Return a clock for the limiters of this vendor, whose sleep is counted."""
        return _Timed(clock, self)


@dataclass(frozen=True, slots=True)
class _Timed:
    inner: Clock
    meter: Meter

    def now(self) -> datetime:
        return self.inner.now()

    def monotonic(self) -> float:
        return self.inner.monotonic()

    def sleep(self, seconds: float) -> None:
        before = self.inner.monotonic()
        try:
            self.inner.sleep(seconds)
        finally:
            self.meter.add_wait(self.inner.monotonic() - before)
