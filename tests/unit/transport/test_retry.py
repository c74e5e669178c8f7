"""Only what is harmless is sent again, and not for ever."""

from __future__ import annotations

from random import Random

import pytest
from tests.fakes.clock import FakeClock
from tests.fakes.sender import ScriptedSender, answer, call

from zenhub_sync.transport.call import Answer
from zenhub_sync.transport.errors import (
    Malformed,
    Missing,
    OutcomeUnknown,
    QuotaExhausted,
    Rejected,
    ServiceError,
    Throttled,
    TooLong,
    Unauthorized,
    Unavailable,
)
from zenhub_sync.transport.retry import RetryingSender


def run(script: list[Answer | Exception], *, repeatable: bool = True, seed: int = 1) -> tuple[int, FakeClock, object]:
    clock, inner = FakeClock(), ScriptedSender(script)
    try:
        result: object = RetryingSender(inner, clock=clock, random=Random(seed)).send(call(repeatable=repeatable))
    except ServiceError as problem:
        result = problem
    return len(inner.sent), clock, result


TRANSIENT = [Unavailable("refused"), Throttled("429"), Throttled("429", retry_after=3.0), Malformed("html")]


@pytest.mark.parametrize("repeatable", [True, False])
@pytest.mark.parametrize("problem", TRANSIENT, ids=str)
def test_what_passes_is_waited_for(problem: ServiceError, *, repeatable: bool) -> None:
    sent, _, result = run([problem, answer(b"ok")], repeatable=repeatable)
    assert (sent, result) == (2, b"ok")


FINAL = [
    Rejected("400"),
    Missing("404"),
    Unauthorized("401"),
    QuotaExhausted("daily"),
    TooLong("64 MB"),
    OutcomeUnknown("lost"),
]


@pytest.mark.parametrize("problem", FINAL, ids=lambda problem: type(problem).__name__)
def test_what_does_not_pass_is_told_at_once(problem: ServiceError) -> None:
    sent, clock, result = run([problem, answer()])
    assert (sent, clock.slept, result) == (1, [], problem)


@pytest.mark.parametrize(
    ("problem", "attempts"), [(Unavailable("502"), 5), (Throttled("429"), 8), (Malformed("html"), 2)], ids=str
)
def test_patience_ends(problem: ServiceError, attempts: int) -> None:
    sent, _, result = run([problem] * 9)
    assert (sent, result) == (attempts, problem)


@pytest.mark.parametrize("seconds", [0.0, 1.0, 27.0, 93.0])
def test_retry_after_is_obeyed_in_full(seconds: float) -> None:
    sent, clock, _ = run([Throttled("429", retry_after=seconds), answer()])
    assert sent == 2
    assert seconds <= clock.slept[0] <= seconds + 1.0


@pytest.mark.parametrize("seconds", [121.0, 3600.0, 999_999.0])
def test_more_than_a_run_waits_for_is_handed_to_the_caller(seconds: float) -> None:
    sent, clock, result = run([Throttled("429", retry_after=seconds), answer()])
    assert (sent, clock.slept) == (1, [])
    assert isinstance(result, Throttled)
    assert result.retry_after == seconds


def test_all_waits_together_are_bounded() -> None:
    sent, clock, result = run([Throttled("429", retry_after=50.0)] * 9)
    assert sent == 3
    assert sum(clock.slept) <= 120
    assert isinstance(result, Throttled)


@pytest.mark.parametrize("seed", range(20))
def test_backoff_grows_with_full_jitter(seed: int) -> None:
    _, clock, _ = run([Unavailable("502")] * 9, seed=seed)
    assert all(0 <= wait <= 2.0**number for number, wait in enumerate(clock.slept))


@pytest.mark.parametrize("seed", range(20))
def test_a_429_without_retry_after_is_waited_for_a_second_at_least(seed: int) -> None:
    _, clock, _ = run([Throttled("429")] * 9, seed=seed)
    assert min(clock.slept) >= 1.0


def test_an_error_of_ours_is_not_retried() -> None:
    inner = ScriptedSender([KeyError("bug"), answer()])
    with pytest.raises(KeyError):
        RetryingSender(inner, clock=FakeClock(), random=Random(1)).send(call())
    assert len(inner.sent) == 1
