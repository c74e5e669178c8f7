"""The least time that the vendors' limits allow, and the fewest requests."""

from __future__ import annotations

import pytest
from benchmarks.bounds import Calls, Quota, bound, minimum, waits


@pytest.mark.parametrize(
    ("calls", "most", "span", "waited"),
    [(0, 10, 60, 0), (1, 10, 60, 0), (10, 10, 60, 0), (11, 10, 60, 60), (100, 10, 60, 540), (1000, 30, 60, 1980)],
)
def test_a_call_waits_for_the_windows_before_its_own(calls: int, most: int, span: float, waited: float) -> None:
    assert waits(calls, most, span) == waited


@pytest.mark.parametrize(
    ("tickets", "people", "companies", "calls"),
    [
        (1_000, 200, 30, Calls(exports=1, objects=13, links=2)),
        (10_000, 2_000, 300, Calls(exports=10, objects=123, links=10)),
        (100_000, 20_000, 3_000, Calls(exports=100, objects=1_230, links=100)),
        (1_000_000, 200_000, 30_000, Calls(exports=1_000, objects=12_300, links=1_000)),
        (0, 0, 0, Calls(exports=1, objects=0, links=0)),
    ],
)
def test_the_fewest_requests_are_full_pages_and_full_batches(
    tickets: int, people: int, companies: int, calls: Calls
) -> None:
    assert minimum(tickets, people, companies) == calls


@pytest.mark.parametrize(
    ("tickets", "exports", "hubspot", "latency", "seconds", "binding"),
    [
        pytest.param(1_000, 10, 100, 0.6, 3, "latency", id="one chain of answers"),
        pytest.param(10_000, 10, 100, 0.3, 10.9, "HubSpot", id="one page after the other, a second window of batches"),
        pytest.param(10_000, 30, 190, 1.5, 21, "latency", id="ten pages in a row, and what comes before and after"),
        pytest.param(100_000, 10, 100, 0.3, 543, "Zendesk", id="nine minutes and ten pages"),
        pytest.param(100_000, 30, 190, 0.3, 183, "Zendesk", id="three minutes and ten pages"),
        pytest.param(100_000, 60, 100, 0.3, 120.9, "HubSpot", id="HubSpot, where Zendesk gives more than it takes"),
        pytest.param(1_000_000, 10, 100, 0.0, 99 * 60, "Zendesk", id="99 minutes"),
        pytest.param(1_000_000, 30, 190, 0.0, 33 * 60, "Zendesk", id="33 minutes"),
        pytest.param(100_000, 30, 190, 3.0, 312, "latency", id="a page of three seconds"),
    ],
)
def test_the_bound_is_the_slowest_of_reading_writing_and_answering(
    tickets: int, exports: int, hubspot: int, latency: float, seconds: float, binding: str
) -> None:
    quota = Quota(exports_a_minute=exports, hubspot_in_ten_seconds=hubspot, latency=latency)
    least = bound(quota, minimum(tickets, people=tickets // 5, companies=30))
    assert least.seconds == pytest.approx(seconds)
    assert least.binding == binding
