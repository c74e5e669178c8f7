"""How much of what the quotas allow an import uses: the vendors answer late and count, on a clock that runs fast."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx

from benchmarks.bulk import PAGE, Bulk
from benchmarks.figures import Figure
from benchmarks.stages import NOW, set_stage
from zenhub_sync.config import Config, HubSpot, Zendesk
from zenhub_sync.jobs.import_tickets import IMPORT
from zenhub_sync.transport.asking import in_threads


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """What the accounts allow, and how long they take to answer, in seconds."""

    exports_a_minute: int
    hubspot_in_ten_seconds: int
    latency: float


QUOTAS = (
    Quota(exports_a_minute=10, hubspot_in_ten_seconds=100, latency=0.3),
    Quota(exports_a_minute=10, hubspot_in_ten_seconds=190, latency=1.5),
)


class FastClock:
    """Real time, so many times as fast; the program's own work is slowed down by as much."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._begun = time.monotonic()

    def now(self) -> datetime:
        return (NOW + timedelta(seconds=self.monotonic())).astimezone(UTC)

    def monotonic(self) -> float:
        return (time.monotonic() - self._begun) * self._speed

    def sleep(self, seconds: float) -> None:
        time.sleep(max(0.0, seconds) / self._speed)


@dataclass(slots=True)
class Window:
    """So many requests in any span of this length; more are refused."""

    most: int
    span: float
    taken: deque[float] = field(default_factory=deque)

    def take(self, now: float) -> bool:
        while self.taken and now - self.taken[0] >= self.span:
            self.taken.popleft()
        self.taken.append(now)
        return len(self.taken) <= self.most


class Metered(httpx.BaseTransport):
    """A `Bulk` behind quotas; each answer takes its time, several at once."""

    def __init__(self, bulk: Bulk, quota: Quota, clock: FastClock) -> None:
        self._bulk = bulk
        self._clock = clock
        self._latency = quota.latency
        self._lock = threading.Lock()
        self._exports = Window(quota.exports_a_minute, 60.0)
        self._hubspot = Window(quota.hubspot_in_ten_seconds, 10.0)
        self.sent = self.refused = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._clock.sleep(self._latency)
        with self._lock:
            self.sent += 1
            window = self._window(request.url.path)
            if window is not None and not window.take(self._clock.monotonic()):
                self.refused += 1
                return httpx.Response(429, headers={"retry-after": "5"}, json={"message": "slow down"})
            return self._bulk.handle_request(request)

    def _window(self, path: str) -> Window | None:
        if "/incremental/" in path:
            return self._exports
        return self._hubspot if path.startswith("/crm/") else None


def measure(tickets: int, speed: float) -> Iterator[Figure]:
    """Import so many tickets under each quota, with all of it at our disposal."""
    for quota in QUOTAS:
        yield from _under(quota, tickets, speed)


def _under(quota: Quota, tickets: int, speed: float) -> Iterator[Figure]:
    config = Config(zendesk=Zendesk(rate_share=1.0), hubspot=HubSpot(rate_share=1.0))
    with in_threads() as asking, set_stage(tickets, asking=asking, config=config) as stage:
        clock = FastClock(speed)
        metered = Metered(stage.bulk, quota, clock)
        stage.clock, stage.wire = clock, metered
        begun = clock.monotonic()
        stage.run(IMPORT)
        wall = clock.monotonic() - begun
    name = f"{quota.exports_a_minute}/min, {quota.hubspot_in_ten_seconds}/10 s, {quota.latency} s"
    pages = -(-tickets // PAGE)
    reading = max(0, pages - quota.exports_a_minute) * 60.0 / quota.exports_a_minute
    writing = max(0, tickets * 14 / 1000 - quota.hubspot_in_ten_seconds) * 10.0 / quota.hubspot_in_ten_seconds
    chain = pages * quota.latency
    bound = max(reading, writing, chain)
    yield Figure(name=f"wall / bound at {name}", value=wall / bound, unit="ratio", target=1.10, note=f"{wall:.0f} s")
    yield Figure(name=f"429s at {name}", value=metered.refused / metered.sent * 100, unit="%", target=0.5)
