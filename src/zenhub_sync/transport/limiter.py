"""Keep to a vendor's rate limits and leave others their share of them."""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, Protocol, TypeVar

from zenhub_sync.clock import Clock
from zenhub_sync.transport.call import Answer, Call, Sender
from zenhub_sync.transport.errors import QuotaExhausted, Throttled

T = TypeVar("T")

# No window of the two vendors is longer than a minute: a longer wait is the caller's to decide on.
LONGEST_WAIT = 120.0
TOO_MANY_REQUESTS = 429

# A request is counted within this, new connection and scheduling included; the rest of the time until its answer is the
# vendor's work. Of a window of ten seconds it costs 2.4 %. A vendor that refuses what should have had its place counts
# later: then as late as its slowest answer came, within bounds.
TRAVEL = 0.25
_LONGEST_TRAVEL = 1.5

# Others, or what is on its way already, may have taken the place; no vendor says for how long.
_BREATH = 1.0

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


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    """Between which moments a window ends: the announced seconds are whole ones, and count from within the call."""

    earliest: float
    latest: float

    def within(self, other: _End) -> _End:
        latest = min(self.latest, other.latest)
        return _End(earliest=min(max(self.earliest, other.earliest), latest), latest=latest)


class Limiter:
    """One limit of one vendor: so many calls in so many seconds, of which only `share` are ours.

    Our own calls in any window of the vendor's stay at or below `limit * share` (but one is always allowed). The
    vendor counts a call after it was sent and before it is answered; to a window that rolls is added what that takes
    (`TRAVEL`). Where answers announce when a window ends, it counts from there anew. When the vendor's count shows that
    others use what is left to them and more, we step back: until the end of the window, or, where it rolls, by what
    the others take.
    """

    def __init__(self, *, clock: Clock, limit: int, window: float, share: float) -> None:
        self._clock = clock
        self._limit = limit
        self._window = window
        self._share = share
        self._lock = threading.Lock()
        self._ours: list[float] = []
        self._since = -inf
        self._ends: _End | None = None
        self._travel, self._slowest = TRAVEL, 0.0
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

    def observe(self, reading: Reading, sent: float | None = None, answered: float | None = None) -> None:
        """Follow what the vendor counted between the moments that a call was put on the wire and its answer began."""
        with self._lock:
            now = self._turn()
            answered = now if answered is None else answered
            sent = answered if sent is None else sent
            self._limit = max(1, reading.limit)
            if reading.reset is None:
                self._count_others(reading, sent, answered)
            else:
                reset = min(reading.reset, self._window)
                self._follow_window(reading, _End(earliest=sent + reset - 1.0, latest=answered + reset), now)

    def took(self, seconds: float) -> None:
        """Remember how long the slowest answer took to begin: no call is counted later than that."""
        with self._lock:
            self._slowest = max(self._slowest, seconds)

    def overran(self) -> None:
        """Take a breath, and count calls later: one was refused that should have had its place."""
        self.pause(_BREATH)
        with self._lock:
            self._travel = min(max(self._travel, self._slowest), _LONGEST_TRAVEL)

    def pause(self, seconds: float, *, exhausted: bool = False) -> None:
        """Let nothing through for so long, for the vendor said so."""
        with self._lock:
            until = self._clock.monotonic() + seconds
            if until >= self._closed_until:  # a shorter pause within a longer one changes nothing
                self._closed_until, self._exhausted = until, exhausted

    def _wait(self) -> float:
        now = self._turn()
        if now < self._closed_until:
            return self._closed_until - now
        self._exhausted = False
        others = self._others if now - self._others_seen < self._window else 0
        room = max(1, self._allowed() - others)
        if len(self._ours) - self._first(now) < room:
            return 0.0
        rolled = self._ours[-room] + self._window + self._travel
        return max((rolled if self._ends is None else min(rolled, self._ends.latest)) - now, 0.001)

    def _allowed(self) -> int:
        return max(1, int(self._limit * self._share))

    def _first(self, now: float) -> int:
        """Return the place of our first call that may still be in the vendor's window."""
        return max(bisect_right(self._ours, now - self._window - self._travel), bisect_left(self._ours, self._since))

    def _count_others(self, reading: Reading, sent: float, answered: float) -> None:
        """Whatever the window held when the call was counted, and cannot be ours, is of others."""
        ours = bisect_right(self._ours, answered) - bisect_right(self._ours, sent - self._window - self._travel)
        self._others = max(0, self._limit - reading.remaining - ours)
        self._others_seen = answered

    def _follow_window(self, reading: Reading, ends: _End, now: float) -> None:
        """Take the closest bounds that were announced; an answer of a window that is over tells nothing."""
        if ends.latest <= now:
            return
        self._ends = ends if self._ends is None else self._ends.within(ends)
        if reading.remaining <= self._limit - self._allowed():
            self._closed_until = max(self._closed_until, self._ends.latest)

    def _turn(self) -> float:
        """Begin a new window where the announced one is over, and forget calls that no answer can tell of any more.

        What was sent so shortly before its end that it may have been counted after it is counted in the new one.
        """
        now = self._clock.monotonic()
        if self._ends is not None and now >= self._ends.latest:
            late = min(max(TRAVEL, self._slowest), _LONGEST_TRAVEL)
            self._since, self._ends = self._ends.earliest - late, None
        del self._ours[: bisect_right(self._ours, now - self._window - LONGEST_WAIT)]
        return now


class Limiters:
    """The limits of one vendor by bucket; a call may count in several."""

    def __init__(self, chains: Mapping[str, Sequence[str]], limiters: Mapping[str, Limiter], read: ReadLimits) -> None:
        self._chains = {bucket: tuple(limiters[each] for each in chain) for bucket, chain in chains.items()}
        self._limiters = limiters
        self._read = read

    def acquire(self, call: Call[Any]) -> None:
        """Wait for every limit that the call counts in; it has to be put on the wire next, nothing else before."""
        try:
            for limiter in self._chains[call.bucket]:
                limiter.acquire()
        except Throttled as problem:
            raise type(problem)(
                f"{call.name}: not sent, {problem}", call=call.name, retry_after=problem.retry_after
            ) from None

    def observe(self, call: Call[Any], answer: Answer) -> None:
        """Follow an answer: how long it took, and what its headers say."""
        if answer.sent is not None and answer.answered is not None:
            for limiter in self._chains[call.bucket]:
                limiter.took(answer.answered - answer.sent)
        for bucket, reading in self._read(call.bucket, answer.headers).items():
            self._limiters[bucket].observe(reading, answer.sent, answer.answered)

    def pause(self, bucket: str, problem: Throttled) -> None:
        """Hold back all calls of a bucket whose limit the vendor says is used up."""
        if isinstance(problem, QuotaExhausted):
            for limiter in self._chains[bucket]:
                limiter.pause(problem.retry_after or QUOTA_PAUSE, exhausted=True)
        elif problem.status == TOO_MANY_REQUESTS and problem.retry_after:
            self._chains[bucket][0].pause(problem.retry_after)
        elif problem.status == TOO_MANY_REQUESTS:
            self._chains[bucket][0].overran()


class HeedingSender:
    """Let no call through for as long as the vendor says that a limit is used up."""

    def __init__(self, inner: Sender, limiters: Limiters) -> None:
        self._inner = inner
        self._limiters = limiters

    def send(self, call: Call[T]) -> T:
        try:
            return self._inner.send(call)
        except Throttled as problem:
            self._limiters.pause(call.bucket, problem)
            raise
