"""Threads that send as fast as the limiter lets them use HubSpot's quota, and are never told to slow down."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from random import Random

import httpx
import pytest
from benchmarks.bounds import Quota, waits
from benchmarks.stages import NOW
from benchmarks.vendors import Metered
from benchmarks.virtual import VirtualClock
from pydantic import SecretStr

from zenhub_sync.hubspot.refusals import decipher
from zenhub_sync.transport.auth import StaticBearer
from zenhub_sync.transport.call import Call
from zenhub_sync.transport.limits import hubspot_limiters
from zenhub_sync.transport.stack import build_sender

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the states of threads are read from Linux' /proc")

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


@pytest.mark.parametrize(("most", "latency", "threads"), [(100, 0.3, 8), (190, 1.5, 32)])
def test_a_rolling_quota_is_used_to_95_percent_and_nothing_is_refused(most: int, latency: float, threads: int) -> None:
    clock, calls = VirtualClock(NOW), 4 * most
    quota = Quota(exports_a_minute=10, hubspot_in_ten_seconds=most, latency=latency)
    vendor = Metered(Obliging(), quota, clock)
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
        clock.running(),
        ThreadPoolExecutor(threads) as pool,
    ):
        begun = clock.monotonic()
        for sent in [pool.submit(sender.send, _CALL) for _ in range(calls)]:
            sent.result()
        taken = clock.monotonic() - begun
    assert vendor.refused.total() == 0
    one_round = most / threads * latency  # that the last window's calls take, though they could all be sent at once
    assert taken - one_round <= (waits(calls, most, 10.0) + latency) / 0.95
