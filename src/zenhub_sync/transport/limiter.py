"""Keep to a vendor's rate limits and leave others their share of them."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from zenhub_sync.clock import Clock
from zenhub_sync.transport.call import Answer, Call, Sender
from zenhub_sync.transport.errors import QuotaExhausted, Throttled

T = TypeVar("T")

# No window of the two vendors is longer than a minute: a longer wait is the caller's to decide on.
LONGEST_WAIT = 120.0
TOO_MANY_REQUESTS = 429

# A daily limit ends at midnight in the portal's time zone, which is not known here; ask again now and then.
QUOTA_PAUSE = 900.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What an answer says of a limit; `reset` is in seconds and None where the window rolls."""

    limit: int
    remaining: int
    reset: float | None


class ReadLimits(Protocol):
    """Find in an answer what it says of each bucket."""

    def __call__(self, bucket: str, headers: Mapping[str, str], /) -> Mapping[str, Reading]: ...


class Limiter:
    """One limit of one vendor: so many calls in so many seconds, of which only `share` are ours.

    Our own calls in any window stay at or below `limit * share` (but one is always allowed). When the vendor's count
    shows that others use what is left to them and more, we step back: until the reset it announces, or, where the
    window rolls, by what the others take.
    """

    def __init__(self, *, clock: Clock, limit: int, window: float, share: float) -> None:
        self._clock = clock
        self._limit = limit
        self._window = window
        self._share = share
        self._lock = threading.Lock()
        self._ours: deque[float] = deque()
        self._closed_until = 0.0
        self._others = 0
        self._others_seen = 0.0
        self._exhausted = False

    def acquire(self) -> None:
        """Wait until one more call is ours to make, and count it."""
        while True:
            with self._lock:
                wait = self._wait()
                if wait <= 0:
                    self._ours.append(self._clock.monotonic())
                    return
                exhausted = self._exhausted
            if wait > LONGEST_WAIT:
                kind = QuotaExhausted if exhausted else Throttled
                raise kind("the vendor asked for a longer pause than a run waits for", retry_after=wait)
            self._clock.sleep(wait)

    def observe(self, reading: Reading) -> None:
        """Follow what the vendor counts."""
        with self._lock:
            now = self._forget()
            self._limit = max(1, reading.limit)
            if reading.reset is None:
                self._others = max(0, self._limit - reading.remaining - len(self._ours))
                self._others_seen = now
            elif reading.remaining <= self._limit - self._allowed():
                self._closed_until = max(self._closed_until, now + min(reading.reset, self._window))

    def pause(self, seconds: float, *, exhausted: bool = False) -> None:
        """Let nothing through for so long, for the vendor said so."""
        with self._lock:
            self._closed_until = max(self._closed_until, self._clock.monotonic() + seconds)
            self._exhausted = exhausted

    def _wait(self) -> float:
        now = self._forget()
        if now < self._closed_until:
            return self._closed_until - now
        self._exhausted = False
        others = self._others if now - self._others_seen < self._window else 0
        room = max(1, self._allowed() - others)
        if len(self._ours) < room:
            return 0.0
        return max(self._ours[len(self._ours) - room] + self._window - now, 0.001)

    def _allowed(self) -> int:
        return max(1, int(self._limit * self._share))

    def _forget(self) -> float:
        now = self._clock.monotonic()
        while self._ours and now - self._ours[0] >= self._window:
            self._ours.popleft()
        return now


class Limiters:
    """The limits of one vendor by bucket; a call may count in several."""

    def __init__(self, chains: Mapping[str, Sequence[str]], limiters: Mapping[str, Limiter], read: ReadLimits) -> None:
        self._chains = {bucket: tuple(limiters[each] for each in chain) for bucket, chain in chains.items()}
        self._limiters = limiters
        self._read = read

    def acquire(self, bucket: str) -> None:
        """Wait for every limit that a call of this bucket counts in."""
        for limiter in self._chains[bucket]:
            limiter.acquire()

    def observe(self, call: Call[Any], answer: Answer) -> None:
        """Follow the headers of an answer."""
        for bucket, reading in self._read(call.bucket, answer.headers).items():
            self._limiters[bucket].observe(reading)

    def pause(self, bucket: str, problem: Throttled) -> None:
        """Hold back all calls of a bucket whose limit the vendor says is used up."""
        if isinstance(problem, QuotaExhausted):
            for limiter in self._chains[bucket]:
                limiter.pause(problem.retry_after or QUOTA_PAUSE, exhausted=True)
        elif problem.status == TOO_MANY_REQUESTS and problem.retry_after:
            self._chains[bucket][0].pause(problem.retry_after)


class LimitingSender:
    """Wait for the limits before each call."""

    def __init__(self, inner: Sender, limiters: Limiters) -> None:
        self._inner = inner
        self._limiters = limiters

    def send(self, call: Call[T]) -> T:
        try:
            self._limiters.acquire(call.bucket)
        except Throttled as problem:
            raise type(problem)(
                f"{call.name}: not sent, {problem}", call=call.name, retry_after=problem.retry_after
            ) from None
        try:
            return self._inner.send(call)
        except Throttled as problem:
            self._limiters.pause(call.bucket, problem)
            raise
