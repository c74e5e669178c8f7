"""A clock that can be moved: the sandbox's time, and that of a program under test."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta


class SandboxClock:
    """Real time plus an offset; or, `frozen`, a moment that only `advance` and `sleep` move.

    `sleep` moves the clock instead of waiting, so a program that is given this clock never really waits.
    """

    def __init__(self, start: datetime | None = None, *, frozen: bool = False) -> None:
        self._lock = threading.Lock()
        self._frozen_at = (start or datetime.now(UTC)) if frozen else None
        self._offset = timedelta() if start is None or frozen else start - datetime.now(UTC)
        self._slept = 0.0

    def now(self) -> datetime:
        with self._lock:
            return (self._frozen_at or datetime.now(UTC)) + self._offset

    def epoch(self) -> float:
        """Return Unix seconds of `now`."""
        return self.now().timestamp()

    def monotonic(self) -> float:
        with self._lock:
            return self._slept + (0.0 if self._frozen_at else time.monotonic())

    def advance(self, seconds: float) -> None:
        """Move time forward."""
        with self._lock:
            self._offset += timedelta(seconds=seconds)
            self._slept += seconds

    def sleep(self, seconds: float) -> None:
        self.advance(max(0.0, seconds))
