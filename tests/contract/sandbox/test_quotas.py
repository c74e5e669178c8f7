"""Quotas, latency and scaled time of a whole sandbox, on a clock that only the test moves."""

from __future__ import annotations

import json

import pytest
from tests.contract.sandbox.desk_caller import START, basic

from zenhub_sync.sandbox.clock import SandboxClock
from zenhub_sync.sandbox.http import Request, Response
from zenhub_sync.sandbox.quotas import Quotas
from zenhub_sync.sandbox.world import World, service_of

CURSOR = "/api/v2/incremental/tickets/cursor"
GROUPS = "/api/v2/groups"
COMPANIES = "/crm/objects/2026-09/companies"
LABELS = "/crm/associations/2026-09/tickets/companies/labels"


class Asker:
    """A world, its clock, somebody who may ask everything, and how long the answers made them wait."""

    def __init__(self, quotas: Quotas | None = None, *, keep: int | None = None) -> None:
        self.clock = SandboxClock(START, frozen=True)
        self.world = World(clock=self.clock, keep=keep)
        self.waited: list[float] = []
        if quotas is not None:
            self.world.allow(quotas)

    def ask(self, path: str) -> Response:
        service = service_of(path)
        assert service is not None
        right = "Bearer pat-na1-sandbox" if service == "hubspot" else basic("ops@acme.example/token:sandbox-token")
        request = Request(method="GET", path=path, query={"start_time": ("0",)}, headers={"authorization": right})
        response = self.world.exchange(service, request, self.waited.append).response
        assert response is not None
        return response

    def until_refused(self, path: str) -> int:
        """Return how many requests are answered before the first 429."""
        for answered in range(10_000):
            if self.ask(path).status == 429:
                return answered
        raise AssertionError("nothing was refused")


@pytest.mark.parametrize(
    ("path", "quotas", "allowed"),
    [
        (CURSOR, Quotas(), 10),
        (CURSOR, Quotas(exports=30), 30),
        (CURSOR, Quotas(exports=30, speed=6.0), 180),
        (CURSOR, Quotas(exports=30, zendesk=7), 7),
        (GROUPS, Quotas(zendesk=700), 700),
        (COMPANIES, Quotas(hubspot=100), 100),
        (COMPANIES, Quotas(hubspot=190), 190),
        (COMPANIES, Quotas(hubspot=100, speed=2.5), 250),
        (LABELS, Quotas(hubspot=100), 100),
        (LABELS, Quotas(hubspot=190), 150),
        (LABELS, Quotas(hubspot=190, speed=4.0), 600),
    ],
)
def test_a_window_takes_as_many_requests_as_the_quota_and_the_speed_say(
    path: str, quotas: Quotas, allowed: int
) -> None:
    asker = Asker(quotas)
    assert asker.until_refused(path) == allowed
    asker.clock.advance(60)
    assert asker.ask(path).status == 200


def test_in_scaled_time_the_answers_announce_what_is_allowed_and_the_windows_stay_as_long() -> None:
    asker = Asker(Quotas(exports=10, zendesk=400, hubspot=100, speed=10.0))
    asker.clock.advance(15)
    exported, listed = asker.ask(CURSOR).headers, asker.ask(COMPANIES).headers
    assert exported["zendesk-ratelimit-incremental-exports"] == "total=100; remaining=99; resets=45"
    assert (exported["ratelimit-limit"], exported["ratelimit-reset"]) == ("4000", "45")
    assert (listed["X-HubSpot-RateLimit-Max"], listed["X-HubSpot-RateLimit-Remaining"]) == ("1000", "999")
    assert listed["X-HubSpot-RateLimit-Interval-Milliseconds"] == "10000"


@pytest.mark.parametrize(("latency", "speed", "waited"), [(0.0, 1.0, []), (0.3, 1.0, [0.3]), (1.5, 5.0, [0.3])])
def test_an_answer_takes_the_latency_in_scaled_time(latency: float, speed: float, waited: list[float]) -> None:
    asker = Asker(Quotas(latency=latency, speed=speed))
    asker.ask(GROUPS)
    assert asker.waited == pytest.approx(waited)


def test_what_the_handling_took_is_part_of_the_latency() -> None:
    asker = Asker(Quotas(latency=1.5))
    asker.world.on_request = lambda _: asker.clock.advance(1.0)
    asker.ask(GROUPS)
    assert asker.waited == [0.5]
    asker.world.on_request = lambda _: asker.clock.advance(2.0)
    asker.ask(GROUPS)
    assert asker.waited == [0.5]


@pytest.mark.parametrize("wrong", [{"exports": 0}, {"hubspot": -1}, {"latency": -0.1}, {"speed": 0.0}])
def test_quotas_that_cannot_be_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="quotas are 1 or more"):
        Quotas(**wrong)  # type: ignore[arg-type]  # the point of the test


def test_a_reset_keeps_the_quotas() -> None:
    asker = Asker(Quotas(exports=3))
    asker.world.reset()
    assert asker.until_refused(CURSOR) == 3


def test_all_is_counted_but_only_the_latest_is_kept_where_that_is_asked_for() -> None:
    asker = Asker(Quotas(zendesk=3), keep=2)
    asker.until_refused(GROUPS)
    for name in ("Aurora", "Brisa", "Cora"):
        asker.world.portal.create("companies", {"name": name})
    assert asker.world.requests == [("zendesk", "GET", GROUPS, 200), ("zendesk", "GET", GROUPS, 429)]
    assert asker.world.counts() == {("zendesk", "GET", GROUPS, 200): 3, ("zendesk", "GET", GROUPS, 429): 1}
    assert [write.values["name"] for write in asker.world.ledger.writes()] == ["Brisa", "Cora"]
    assert asker.world.ledger.counts() == {("create", "companies", "person"): 3}


def test_requests_are_counted_without_their_ids() -> None:
    asker = Asker()
    for number in (7, 8):
        asker.ask(f"/api/v2/tickets/{number}.json")
    assert asker.world.counts() == {("zendesk", "GET", "/api/v2/tickets/{id}.json", 404): 2}


def test_the_refusal_of_an_export_reads_the_same_in_scaled_time() -> None:
    asker = Asker(Quotas(exports=1, speed=2.0))
    assert asker.until_refused(CURSOR) == 2
    refused = asker.ask(CURSOR)
    assert json.loads(refused.body)["error"] == "APIRateLimitExceeded"
    assert refused.headers["retry-after"] == "60"
