"""The limiter keeps to the vendor's limits and to our share of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes.clock import FakeClock
from tests.fakes.sender import ScriptedSender, answer, call

from zenhub_sync.transport.call import Answer
from zenhub_sync.transport.errors import QuotaExhausted, Throttled
from zenhub_sync.transport.limiter import TRAVEL, HeedingSender, Limiter, Limiters, Reading
from zenhub_sync.transport.limits import hubspot_limiters, read_hubspot, read_zendesk, zendesk_limiters


def times(limiter: Limiter, clock: FakeClock, calls: int) -> list[float]:
    taken = []
    for _ in range(calls):
        limiter.acquire()
        taken.append(clock.monotonic())
    return taken


@pytest.mark.parametrize(
    ("limit", "share", "at_once"),
    [(10, 1.0, 10), (10, 0.5, 5), (10, 0.05, 1), (1, 0.5, 1), (400, 0.5, 200), (3, 0.99, 2)],
)
def test_a_window_holds_our_share_and_no_more(limit: int, share: float, at_once: int) -> None:
    clock = FakeClock()
    limiter = Limiter(clock=clock, limit=limit, window=60, share=share)
    taken = times(limiter, clock, at_once * 2 + 1)
    assert taken[at_once - 1] == 0
    assert taken[at_once] == pytest.approx(60 + TRAVEL)
    assert taken[-1] == pytest.approx(2 * (60 + TRAVEL))


@given(
    st.integers(1, 30),
    st.floats(0.01, 1.0),
    st.lists(st.floats(0, 20) | st.integers(0, 40), max_size=60),
)
def test_no_window_ever_holds_more_than_our_share(limit: int, share: float, events: list[float]) -> None:
    clock = FakeClock()
    limiter = Limiter(clock=clock, limit=limit, window=10, share=share)
    taken: list[float] = []
    for event in events:
        if isinstance(event, int):
            limiter.observe(Reading(limit=limit, remaining=min(event, limit), reset=None))
        else:
            clock.advance(event)
        limiter.acquire()
        taken.append(clock.monotonic())
    allowed = max(1, int(limit * share))
    for start in taken:
        assert sum(start <= each < start + 10 for each in taken) <= allowed


def test_threads_share_one_window() -> None:
    clock = FakeClock()
    limiter = Limiter(clock=clock, limit=20, window=10, share=1.0)
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(limiter.acquire) for _ in range(100)]:
            done.result()
    assert clock.monotonic() >= 40


def test_a_raised_limit_is_used() -> None:
    clock = FakeClock()
    limiter = Limiter(clock=clock, limit=10, window=60, share=1.0)
    limiter.observe(Reading(limit=30, remaining=30, reset=60))
    assert times(limiter, clock, 30)[-1] == 0


@pytest.mark.parametrize(("remaining", "waits"), [(6, 0), (5, 45), (0, 45)])
def test_a_fixed_window_is_left_alone_once_only_the_others_part_remains(remaining: int, waits: float) -> None:
    clock = FakeClock()
    limiter = Limiter(clock=clock, limit=10, window=60, share=0.5)
    limiter.observe(Reading(limit=10, remaining=remaining, reset=45))
    assert times(limiter, clock, 1) == [waits]


def test_an_absurd_reset_is_bounded_by_the_window() -> None:
    clock = FakeClock()
    limiter = Limiter(clock=clock, limit=10, window=60, share=0.5)
    limiter.observe(Reading(limit=10, remaining=0, reset=999_999))
    assert times(limiter, clock, 1) == [60]


@pytest.mark.parametrize(("remaining", "at_once"), [(100, 80), (90, 70), (25, 5), (0, 1)])
def test_in_a_rolling_window_we_give_way_to_what_others_take(remaining: int, at_once: int) -> None:
    clock = FakeClock()
    limiter = Limiter(clock=clock, limit=100, window=10, share=0.8)
    limiter.observe(Reading(limit=100, remaining=remaining, reset=None))
    taken = times(limiter, clock, at_once + 1)
    assert taken[at_once - 1] == 0
    assert taken[at_once] == pytest.approx(10 + TRAVEL)


def test_our_own_calls_are_not_taken_for_those_of_others() -> None:
    clock = FakeClock()
    limiter = Limiter(clock=clock, limit=100, window=10, share=0.8)
    for sent in range(1, 81):
        limiter.acquire()
        limiter.observe(Reading(limit=100, remaining=100 - sent, reset=None))
    assert clock.monotonic() == 0


def test_an_export_counts_in_both_its_limits() -> None:
    clock = FakeClock()
    limiters = zendesk_limiters(clock=clock, share=0.5)
    for _ in range(5):
        limiters.acquire(call(bucket="zendesk.exports"))
    for _ in range(95):
        limiters.acquire(call())
    assert clock.monotonic() == 0
    limiters.acquire(call())
    assert clock.monotonic() == pytest.approx(60 + TRAVEL)


def scripted(script: list[Answer | Exception], limiters: Limiters) -> HeedingSender:
    """Return a sender of HubSpot calls that waits for the limits before each step of its script."""
    inner = ScriptedSender(script, before=lambda: limiters.acquire(call(bucket="hubspot")))
    return HeedingSender(inner, limiters)


def test_a_429_closes_the_bucket_for_everybody() -> None:
    clock = FakeClock()
    throttled = Throttled("429", status=429, retry_after=30.0)
    sender = scripted([throttled, answer()], hubspot_limiters(clock=clock, share=1.0))
    with pytest.raises(Throttled):
        sender.send(call(bucket="hubspot"))
    sender.send(call(bucket="hubspot"))
    assert clock.slept == [30.0]


@pytest.mark.parametrize("status", [409, 423, 503])
def test_a_busy_record_closes_nothing(status: int) -> None:
    clock = FakeClock()
    busy = Throttled("busy", status=status, retry_after=30.0)
    sender = scripted([busy, answer()], hubspot_limiters(clock=clock, share=1.0))
    with pytest.raises(Throttled):
        sender.send(call(bucket="hubspot"))
    sender.send(call(bucket="hubspot"))
    assert clock.slept == []


@pytest.mark.parametrize(
    ("problem", "kind"),
    [
        (QuotaExhausted("daily", status=429), QuotaExhausted),
        (QuotaExhausted("moving", status=477, retry_after=7200.0), QuotaExhausted),
        (Throttled("429", status=429, retry_after=999_999.0), Throttled),
    ],
)
def test_a_long_pause_is_told_and_not_waited_for(problem: Throttled, kind: type[Throttled]) -> None:
    clock = FakeClock()
    sender = scripted([problem, answer()], hubspot_limiters(clock=clock, share=1.0))
    with pytest.raises(Throttled):
        sender.send(call(bucket="hubspot"))
    with pytest.raises(kind, match=r"^vendor\.question: not sent, ") as caught:
        sender.send(call(bucket="hubspot"))
    assert type(caught.value) is kind
    assert caught.value.retry_after
    assert clock.slept == []
    clock.advance(caught.value.retry_after)
    assert sender.send(call(bucket="hubspot")) == b"{}"


def test_a_used_up_quota_stays_one_though_another_call_is_told_to_wait_a_little() -> None:
    clock = FakeClock()
    script = [
        QuotaExhausted("daily", status=429),
        Throttled("429", status=429),
        Throttled("429", status=429, retry_after=2),
    ]
    limiters = hubspot_limiters(clock=clock, share=1.0)
    for problem in script:
        limiters.pause("hubspot", problem)
    with pytest.raises(QuotaExhausted):
        limiters.acquire(call(bucket="hubspot"))


@pytest.mark.parametrize("bucket", ["hubspot", "hubspot.associations"])
def test_how_late_calls_are_counted_is_learned_without_headers_too(bucket: str) -> None:
    clock = FakeClock()
    limiters = hubspot_limiters(clock=clock, share=1.0)
    for _ in range(100):
        limiters.acquire(call(bucket=bucket))
    limiters.observe(call(bucket=bucket), Answer(status=200, headers={}, body=b"", sent=0.0, answered=0.8))
    limiters.pause(bucket, Throttled("429", status=429))
    limiters.acquire(call(bucket=bucket))
    assert clock.monotonic() == pytest.approx(10.8, abs=0.01)


LIVE = {"ratelimit-limit": "400", "ratelimit-remaining": "399", "ratelimit-reset": "45", "x-rate-limit": "400"}
ACCOUNT = Reading(limit=400, remaining=399, reset=45)
EXPORTS = Reading(limit=10, remaining=9, reset=45.0)
TRIPLE = "total=10; remaining=9; resets=45"

ZENDESK_HEADERS = [
    ("zendesk", LIVE, {"zendesk": ACCOUNT}),
    (
        "zendesk.exports",
        LIVE | {"zendesk-ratelimit-incremental-exports": TRIPLE},
        {"zendesk": ACCOUNT, "zendesk.exports": EXPORTS},
    ),
    ("zendesk.exports", {"zendesk-rate-limit-incremental-exports": TRIPLE}, {"zendesk.exports": EXPORTS}),
    ("zendesk", {"zendesk-ratelimit-tickets-index": TRIPLE}, {}),
    (
        "zendesk",
        {"rate-limit": "700", "rate-limit-remaining": "699", "rate-limit-reset": "6"},
        {"zendesk": Reading(limit=700, remaining=699, reset=6)},
    ),
    (
        "zendesk.guide",
        {"x-rate-limit": "400", "x-rate-limit-remaining": "399"},
        {"zendesk.guide": Reading(limit=400, remaining=399, reset=None)},
    ),
    ("zendesk", {"ratelimit-limit": "lots", "ratelimit-remaining": "-1"}, {}),
    ("zendesk.exports", {"zendesk-ratelimit-incremental-exports": "total=; remaining=x"}, {}),
    ("zendesk", {}, {}),
]


@pytest.mark.parametrize(("bucket", "headers", "found"), ZENDESK_HEADERS, ids=range(len(ZENDESK_HEADERS)))
def test_what_zendesk_says_of_its_limits(bucket: str, headers: dict[str, str], found: dict[str, Reading]) -> None:
    assert read_zendesk(bucket, headers) == found


BURST = {"x-hubspot-ratelimit-max": "190", "x-hubspot-ratelimit-remaining": "12"}


@pytest.mark.parametrize(
    ("bucket", "headers", "found"),
    [
        ("hubspot", BURST, {"hubspot": Reading(limit=190, remaining=12, reset=None)}),
        ("hubspot.associations", BURST, {}),
        ("hubspot.search", {}, {}),
        ("hubspot", {"x-hubspot-ratelimit-max": "190"}, {}),
    ],
)
def test_what_hubspot_says_of_its_limits(bucket: str, headers: dict[str, str], found: dict[str, Reading]) -> None:
    assert read_hubspot(bucket, headers) == found
