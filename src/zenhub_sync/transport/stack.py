"""Senders in their order: retry, then heed the vendor, then prove who we are, then HTTP.

The limits are waited for as the last thing before a request is put on the wire: whatever came between would make it
arrive later than it was counted.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from random import Random
from types import TracebackType
from typing import Any, ParamSpec, TypeVar

import httpx

from zenhub_sync.clock import Clock
from zenhub_sync.transport.auth import AuthenticatingSender, Authenticator
from zenhub_sync.transport.call import Answer, Call, Sender
from zenhub_sync.transport.http import USER_AGENT, HttpxSender
from zenhub_sync.transport.limiter import HeedingSender, Limiters
from zenhub_sync.transport.retry import RetryingSender
from zenhub_sync.transport.statuses import Decipher

T = TypeVar("T")
P = ParamSpec("P")

Wire = httpx.BaseTransport
"""What carries requests; tests put their own between the program and the network."""


class RequestCount:
    """Count the requests that were put on the wire, repeated ones and token grants too, from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._total = 0

    @property
    def total(self) -> int:
        return self._total

    def __call__(self, call: Call[Any]) -> None:
        with self._lock:
            self._total += 1


class SenderStack:
    """A sender with everything in it; close it, or use it as a context."""

    def __init__(self, outermost: Sender, close: Callable[[], None]) -> None:
        self._outermost = outermost
        self.close = close

    def send(self, call: Call[T]) -> T:
        return self._outermost.send(call)

    def __enter__(self) -> SenderStack:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def build_sender(
    *,
    base_url: str,
    auth: Authenticator,
    limiters: Limiters,
    decipher: Decipher,
    clock: Clock,
    random: Random,
    timeout: float = 60.0,
    transport: Wire | None = None,
    count: Callable[[Call[Any]], None] | None = None,
    overhear: Callable[[Call[Any], Answer], None] | None = None,
    user_agent: str = USER_AGENT,
) -> SenderStack:
    """Return a sender for one vendor; requests for tokens are limited and counted like all others.

    `overhear` is told of every answer, whatever becomes of it.
    """
    http = HttpxSender(
        base_url,
        decipher,
        clock=clock,
        timeout=timeout,
        transport=transport,
        user_agent=user_agent,
        on_request=limiters.acquire if count is None else _both(limiters.acquire, count),
        on_answer=limiters.observe if overhear is None else _both(limiters.observe, overhear),
    )
    proven = AuthenticatingSender(http, auth, grants=HeedingSender(http, limiters))
    heeding = HeedingSender(proven, limiters)
    return SenderStack(RetryingSender(heeding, clock=clock, random=random), http.close)


def _both(*steps: Callable[P, object]) -> Callable[P, None]:
    def do(*given: P.args, **named: P.kwargs) -> None:
        for step in steps:
            step(*given, **named)

    return do
