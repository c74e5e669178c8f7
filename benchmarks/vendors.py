"""Both vendors' limits: each request travels, is counted on arrival, and is answered late."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from math import ceil
from random import Random
from typing import Protocol

import httpx

from benchmarks.bounds import Quota
from zenhub_sync.clock import Clock

# The part of the latency after which a request is counted: unequal, as on a real network.
_ON_ARRIVAL = (0.02, 0.2)
_EXPORTS, _OBJECTS, _LINKS = "exports", "objects", "links"
# The Zendesk account as a whole, on the Professional plan.
_ACCOUNT = 400


@dataclass(slots=True)
class Minutes:
    """Fixed minutes: https://developer.zendesk.com/api-reference/introduction/rate-limits/."""

    most: int
    minute: int = -1
    used: int = 0

    def take(self, now: float) -> bool:
        if int(now // 60) != self.minute:
            self.minute, self.used = int(now // 60), 0
        self.used += 1
        return self.used <= self.most

    def left(self) -> int:
        return max(0, self.most - self.used)

    @staticmethod
    def resets(now: float) -> int:
        return ceil(60 - now % 60)


@dataclass(slots=True)
class Rolling:
    """The last ten seconds, refused requests left out.

    developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines
    """

    most: int
    taken: deque[float] = field(default_factory=deque)

    def take(self, now: float) -> bool:
        while self.taken and now - self.taken[0] >= 10.0:
            self.taken.popleft()
        if len(self.taken) >= self.most:
            return False
        self.taken.append(now)
        return True

    def left(self) -> int:
        return self.most - len(self.taken)


class Answers(Protocol):
    """What answers the requests that are let through, as a `Bulk` does."""

    def handle_request(self, request: httpx.Request, /) -> httpx.Response: ...


class Metered(httpx.BaseTransport):
    """Both vendors with their limits; the CPU time that playing them takes is taken off their latency."""

    def __init__(
        self, answers: Answers, quota: Quota, clock: Clock, counted: tuple[float, float] = _ON_ARRIVAL
    ) -> None:
        self._answers = answers
        self._counted = counted
        self._clock = clock
        self._quota = quota
        self._begun = clock.monotonic()
        self._lock = threading.Lock()
        self._random = Random(0)
        self._exports, self._account = Minutes(quota.exports_a_minute), Minutes(_ACCOUNT)
        self._rolling = {kind: Rolling(quota.hubspot_in_ten_seconds) for kind in (_OBJECTS, _LINKS)}
        self.sent: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.last: dict[str, float] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        with self._lock:
            travel = self._quota.latency * self._random.uniform(*self._counted)
        self._clock.sleep(travel)
        begun = time.thread_time()
        with self._lock:
            response = self._answer(request)
        self._clock.sleep(self._quota.latency - travel - (time.thread_time() - begun))
        return response

    def _answer(self, request: httpx.Request) -> httpx.Response:
        kind, now = _kind(request.url.path), self._clock.monotonic() - self._begun
        self.sent[kind] += 1
        if kind in self._rolling:
            admitted, headers = self._burst(self._rolling[kind], now)
        elif kind == _EXPORTS:
            admitted, headers = self._minute(now)
        else:
            admitted, headers = True, {}
        if not admitted:
            self.refused[kind] += 1
            return httpx.Response(429, headers=headers, json=_refusal(kind))
        self.last[kind] = now
        response = self._answers.handle_request(request)
        response.headers.update(headers)
        return response

    @staticmethod
    def _burst(window: Rolling, now: float) -> tuple[bool, dict[str, str]]:
        admitted = window.take(now)
        return admitted, {
            "X-HubSpot-RateLimit-Max": str(window.most),
            "X-HubSpot-RateLimit-Remaining": str(window.left()),
            "X-HubSpot-RateLimit-Interval-Milliseconds": "10000",
        }

    def _minute(self, now: float) -> tuple[bool, dict[str, str]]:
        admitted = self._account.take(now) & self._exports.take(now)
        resets = Minutes.resets(now)
        own = f"total={self._exports.most}; remaining={self._exports.left()}; resets={resets}"
        headers = {
            "ratelimit-limit": str(_ACCOUNT),
            "ratelimit-remaining": str(self._account.left()),
            "ratelimit-reset": str(resets),
            "zendesk-ratelimit-incremental-exports": own,
        }
        return admitted, headers if admitted else headers | {"retry-after": str(resets)}


def _kind(path: str) -> str:
    if "/incremental/" in path:
        return _EXPORTS
    if not path.startswith("/crm/"):
        return "other"
    return _LINKS if "/associations/" in path else _OBJECTS


def _refusal(kind: str) -> dict[str, str]:
    """Spell the refusal; HubSpot's has no Retry-After."""
    if kind == _EXPORTS:
        said = "Number of allowed incremental export API requests per minute exceeded"
        return {"error": "APIRateLimitExceeded", "description": said}
    return {
        "status": "error",
        "message": "You have reached your ten_secondly_rolling limit.",
        "errorType": "RATE_LIMIT",
        "policyName": "TEN_SECONDLY_ROLLING",
        "correlationId": "0",
    }
