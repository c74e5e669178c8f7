"""Threads that send as fast as the limiter lets them use HubSpot's quota, and are never told to slow down."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from random import Random

import httpx
import pytest
from benchmarks.bounds import Quota, waits
from benchmarks.vendors import Metered
from pydantic import SecretStr
from tests.fakes.clock import TurnsClock

from zenhub_sync.hubspot.refusals import decipher
from zenhub_sync.transport.auth import StaticBearer
from zenhub_sync.transport.call import Call
from zenhub_sync.transport.limits import hubspot_limiters
from zenhub_sync.transport.stack import build_sender

_CALL = Call(
    name="hubspot.question",
    method="GET",
    path="/crm/objects/2026-09/tickets/1",
    bucket="hubspot",
    repeatable=True,
    read=lambda _: None,
)


class Obliging:
    """Whatever is asked is fine."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        del request
        return httpx.Response(200, json={})


EARLY, LATE = (0.02, 0.2), (0.3, 0.9)


@pytest.mark.parametrize(("most", "latency", "threads"), [(100, 0.3, 8), (190, 1.2, 32)])
def test_a_rolling_quota_is_used_to_95_percent_and_nothing_is_refused(most: int, latency: float, threads: int) -> None:
    vendor, taken = use_all(most, latency, threads, 4 * most, counted=EARLY)
    assert (vendor.sent.total(), vendor.refused.total()) == (4 * most, 0)
    assert taken <= (waits(4 * most, most, 10.0) + latency) / 0.95


@pytest.mark.parametrize(
    ("most", "latency", "threads"), [(100, 0.3, 8), (100, 0.6, 16), (190, 1.2, 32), (190, 1.5, 32)]
)
def test_of_a_vendor_that_counts_requests_late_it_is_learned_how_late(most: int, latency: float, threads: int) -> None:
    vendor, taken = use_all(most, latency, threads, 10 * most, counted=LATE)
    assert vendor.refused.total() <= 0.005 * 10 * most
    assert taken <= 1.06 * waits(10 * most, most, 10.0 + latency)


def use_all(
    most: int, latency: float, threads: int, calls: int, *, counted: tuple[float, float]
) -> tuple[Metered, float]:
    """Send so many calls as fast as the limiter lets them; return how long it took, without the last round of them."""
    clock = TurnsClock(threads)
    quota = Quota(exports_a_minute=10, hubspot_in_ten_seconds=most, latency=latency)
    vendor = Metered(Obliging(), quota, clock, counted)
    left = iter(range(calls))
    with (
        build_sender(
            base_url="https://api.hubapi.com",
            auth=StaticBearer(SecretStr("token")),
            limiters=hubspot_limiters(clock=clock, share=1.0),
            decipher=decipher,
            clock=clock,
            random=Random(0),
            transport=vendor,
        ) as sender,
        ThreadPoolExecutor(threads) as pool,
    ):

        def send() -> None:
            for _ in left:
                sender.send(_CALL)

        for sent in [pool.submit(clock.take_turns, send) for _ in range(threads)]:
            sent.result()
    one_round = most / threads * latency  # that the last window's calls take, though they could all be sent at once
    return vendor, clock.monotonic() - one_round
