"""The wish that the service, or a command, end: known to whoever waits or is about to send something."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime

from zenhub_sync.clock import Clock
from zenhub_sync.errors import Interrupted


@dataclass(frozen=True, slots=True)
class Ending:
    """Set once, from any thread."""

    _wished: threading.Event = field(default_factory=threading.Event)

    def wish(self) -> None:
        self._wished.set()

    @property
    def wished(self) -> bool:
        return self._wished.is_set()

    def check(self) -> None:
        """Raise `Interrupted` if the end is wished for."""
        if self._wished.is_set():
            raise Interrupted("asked to end; the next run goes on from here")

    def wait(self, seconds: float) -> None:
        """Wait so long, or until the end is wished for."""
        self._wished.wait(seconds)


@dataclass(frozen=True, slots=True)
class WakefulClock:
    """A clock whose `sleep` ends with `Interrupted` as soon as the end is wished for.

    Only who has nothing on the wire sleeps: to be woken up loses nothing.
    """

    inner: Clock
    ending: Ending

    def now(self) -> datetime:
        return self.inner.now()

    def monotonic(self) -> float:
        return self.inner.monotonic()

    def sleep(self, seconds: float) -> None:
        self.ending.wait(max(0.0, seconds))
        self.ending.check()
