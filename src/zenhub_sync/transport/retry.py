"""Send again what may be sent again, within bounds."""

from __future__ import annotations

from random import Random
from traceback import clear_frames
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception

from zenhub_sync.clock import Clock
from zenhub_sync.transport.call import Call, Sender
from zenhub_sync.transport.errors import Malformed, QuotaExhausted, ServiceError, Throttled, TooLong, Unavailable

T = TypeVar("T")

ATTEMPTS = 5
THROTTLED_ATTEMPTS = 8  # about a minute, where the vendor does not say how long to wait
MALFORMED_ATTEMPTS = 2  # an answer of the wrong shape is rarely an accident
_ATTEMPTS = {Malformed: MALFORMED_ATTEMPTS, Throttled: THROTTLED_ATTEMPTS}
MAX_WAIT = 120.0  # in all; a limit's window is a minute, and a run has other things to do


class RetryingSender:
    """Send again after `Throttled` and `Unavailable`: by their meaning nothing happened, or repeating is harmless.

    What the vendor asks to wait is waited in full or not at all: if it is more than `max_wait`, the caller gets the
    `Throttled`. Rejected, refused credentials, used-up quotas and unknown outcomes are never repeated.
    """

    def __init__(self, inner: Sender, *, clock: Clock, random: Random, max_wait: float = MAX_WAIT) -> None:
        self._inner = inner
        self._random = random
        self._max_wait = max_wait
        self._retrying = Retrying(
            sleep=clock.sleep,
            wait=self._wait,
            stop=self._stop,
            retry=retry_if_exception(_is_harmless),
            reraise=True,
        )

    def send(self, call: Call[T]) -> T:
        try:
            answer: T = self._retrying(self._inner.send, call)
        except ServiceError as problem:
            # A frame of tenacity's holds the outcome, that the error, that its frames; one of these has the request.
            clear_frames(problem.__traceback__)
            raise
        return answer

    # Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    def _wait(self, state: RetryCallState) -> float:
        backoff = self._random.uniform(0.0, 2.0 ** (state.attempt_number - 1))
        problem = _problem(state)
        if not isinstance(problem, Throttled):
            return backoff
        return 1.0 + backoff if problem.retry_after is None else problem.retry_after + min(backoff, 1.0)

    def _stop(self, state: RetryCallState) -> bool:
        attempts = _ATTEMPTS.get(type(_problem(state)), ATTEMPTS)
        return state.attempt_number >= attempts or state.idle_for + state.upcoming_sleep > self._max_wait


def _problem(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None


def _is_harmless(problem: BaseException) -> bool:
    return isinstance(problem, Throttled | Unavailable) and not isinstance(problem, QuotaExhausted | TooLong)
