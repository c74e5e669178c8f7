"""The sandbox on a socket: both vendors on one loopback port, quick, and gone when stopped."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from tests.contract.sandbox.desk_caller import START, basic

from zenhub_sync.sandbox.clock import SandboxClock
from zenhub_sync.sandbox.http import Request
from zenhub_sync.sandbox.server import Sandbox
from zenhub_sync.sandbox.zendesk import DeskOptions

ZENDESK = {"authorization": basic("ops@acme.example/token:sandbox-token")}
HUBSPOT = {"authorization": "Bearer pat-na1-sandbox"}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=SandboxClock(START, frozen=True), desk_options=DeskOptions(enforce_limits=False)) as running:
        yield running


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.base_url) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "headers", "status", "service"),
    [
        ("/api/v2/groups.json", ZENDESK, 200, "zendesk"),
        ("/api/v2/groups.json", {}, 401, "zendesk"),
        ("/crm/objects/2026-09/companies", HUBSPOT, 200, "hubspot"),
        ("/crm/objects/2026-09/companies", {}, 401, "hubspot"),
    ],
)
def test_the_path_chooses_the_vendor(
    client: httpx.Client, sandbox: Sandbox, path: str, headers: dict[str, str], status: int, service: str
) -> None:
    assert client.get(path, headers=headers).status_code == status
    assert sandbox.requests == [(service, "GET", path, status)]


def test_a_path_of_neither_vendor_is_404_and_says_what_there_is(client: httpx.Client, sandbox: Sandbox) -> None:
    response = client.get("/somewhere")
    assert response.status_code == 404
    assert "/crm" in response.json()["error"]
    assert sandbox.requests == []


def test_it_listens_on_loopback_and_links_to_itself(client: httpx.Client, sandbox: Sandbox) -> None:
    ticket = sandbox.desk.add_ticket(subject="Oi", requester_id=None)
    sandbox.clock.advance(61)
    page = client.get("/api/v2/incremental/tickets/cursor", params={"start_time": 0}, headers=ZENDESK).json()
    assert sandbox.base_url.startswith("http://127.0.0.1:")
    assert page["after_url"].startswith(sandbox.base_url + "/api/v2/")
    assert page["tickets"][0]["url"] == f"{sandbox.base_url}/api/v2/tickets/{ticket}.json"


def test_query_and_body_arrive_as_they_were_sent(client: httpx.Client, sandbox: Sandbox) -> None:
    seen: list[Request] = []
    sandbox.on_request = seen.append
    client.post(
        "/api/v2/groups", params={"q": ["ação", "b&c"], "page[size]": "1"}, content=b"\x00\xff", headers=ZENDESK
    )
    (request,) = seen
    assert request.query == {"q": ("ação", "b&c"), "page[size]": ("1",)}
    assert (request.method, request.body) == ("POST", b"\x00\xff")
    assert request.headers["authorization"] == ZENDESK["authorization"]


def test_the_hook_runs_before_the_request_is_handled(client: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.on_request = lambda _: sandbox.desk.revoke_tokens()
    form = {"grant_type": "client_credentials", "client_id": "zenhub", "client_secret": "sandbox-secret"}
    token = client.post("/oauth/tokens", json=form).json()["access_token"]
    assert client.get("/api/v2/groups", headers={"authorization": f"Bearer {token}"}).status_code == 401


def test_answers_carry_the_sandbox_time(client: httpx.Client) -> None:
    assert client.get("/api/v2/groups", headers=ZENDESK).headers["date"] == "Fri, 20 Nov 2026 12:00:00 GMT"


def test_one_kept_connection_answers_without_the_stall_of_delayed_acks(client: httpx.Client) -> None:
    client.get("/api/v2/groups", headers=ZENDESK)
    begun = time.perf_counter()
    for _ in range(50):
        client.get("/api/v2/groups", headers=ZENDESK)
    # 50 stalls of 40 ms would be 2 s; a busy machine still needs far less than half of that.
    assert time.perf_counter() - begun < 1.0


def test_many_clients_at_once_are_all_answered(client: httpx.Client, sandbox: Sandbox) -> None:
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: client.get("/api/v2/groups", headers=ZENDESK).status_code, range(40)))
    assert statuses == [200] * 40
    assert len(sandbox.requests) == 40


def test_after_stop_even_a_kept_connection_is_dead() -> None:
    sandbox = Sandbox()
    with httpx.Client(base_url=sandbox.start()) as client:
        client.get("/api/v2/groups", headers=ZENDESK)
        sandbox.stop()
        with pytest.raises(httpx.TransportError):
            client.get("/api/v2/groups", headers=ZENDESK)


def test_it_can_be_stopped_twice_and_started_again() -> None:
    sandbox = Sandbox()
    sandbox.stop()
    sandbox.start()
    with pytest.raises(RuntimeError, match="running already"):
        sandbox.start()
    sandbox.stop()
    sandbox.stop()
    with sandbox:
        assert httpx.get(f"{sandbox.base_url}/api/v2/groups", headers=ZENDESK).status_code == 200


def test_a_bug_of_the_sandbox_is_told_apart_from_a_vendors_500(client: httpx.Client, sandbox: Sandbox) -> None:
    ticket = sandbox.desk.add_ticket(subject="Oi", requester_id=None)
    del sandbox.desk.records.tickets[ticket]["status"]
    response = client.get(f"/api/v2/tickets/{ticket}", headers=ZENDESK)
    assert response.status_code == 500
    assert "sandbox_crashed" in response.json()
    assert len(sandbox.crashes) == 1


@pytest.mark.parametrize(
    ("path", "accepted", "encoding"),
    [
        ("/api/v2/custom_statuses", "gzip, br", "gzip"),
        ("/api/v2/custom_statuses", "identity", None),
        ("/api/v2/tickets/count", "gzip", None),
    ],
)
def test_long_answers_go_compressed_to_those_who_take_that(
    client: httpx.Client, sandbox: Sandbox, path: str, accepted: str, encoding: str | None
) -> None:
    plain = client.get(path, headers=ZENDESK).json()
    sandbox.compresses = True
    response = client.get(path, headers=ZENDESK | {"accept-encoding": accepted})
    assert response.headers.get("content-encoding") == encoding
    assert response.json() == plain


def test_reset_empties_both_accounts_and_keeps_clock_and_address(client: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.desk.add_ticket(subject="Oi", requester_id=None)
    sandbox.portal.create("companies", {"name": "Aurora"})
    now = sandbox.clock.now()
    sandbox.reset()
    assert sandbox.portal.ids("companies") in ([], ())
    assert sandbox.ledger.writes() == ()
    assert (sandbox.clock.now(), sandbox.requests) == (now, [])
    assert client.get("/api/v2/tickets/count", headers=ZENDESK).json()["count"]["value"] == 0
    assert sandbox.desk.base_url == str(client.base_url).rstrip("/")
