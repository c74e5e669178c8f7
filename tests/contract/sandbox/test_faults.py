"""Each fault of the sandbox does to the socket what its name says, and as often as it was told to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import httpx
import pytest
from tests.contract.sandbox.desk_caller import basic

from zenhub_sync.sandbox.faults import KINDS
from zenhub_sync.sandbox.server import Sandbox

HEADERS = {"authorization": "Bearer pat-na1-sandbox"}
COMPANIES = "/crm/objects/2026-09/companies"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture
def write(sandbox: Sandbox) -> Iterator[Callable[[], httpx.Response]]:
    """Create a company over one kept connection."""
    with httpx.Client(base_url=sandbox.base_url, headers=HEADERS, timeout=5) as client:
        yield lambda: client.post(COMPANIES, json={"properties": {"name": "Aurora"}})


def companies(sandbox: Sandbox) -> int:
    return len(sandbox.portal.ids("companies"))


@pytest.mark.parametrize(
    ("kind", "error", "written"),
    [
        ("before", httpx.ReadError, 0),
        ("after", httpx.ReadError, 1),
        ("truncated_body", httpx.RemoteProtocolError, 1),
    ],
)
def test_a_broken_connection_is_an_error_and_the_write_may_have_happened(
    sandbox: Sandbox, write: Callable[[], httpx.Response], kind: str, error: type[Exception], written: int
) -> None:
    fault = sandbox.faults.add(kind, service="hubspot", method="POST")  # type: ignore[arg-type]  # from the table
    with pytest.raises(error):
        write()
    assert (companies(sandbox), fault.fired) == (written, 1)
    assert write().status_code == 201


@pytest.mark.parametrize(
    ("kind", "fields", "status", "written"),
    [
        ("answer", {"status": 503, "headers": {"retry-after": "3"}}, 503, 0),
        ("answer_after", {"status": 502, "body": b"<html>Bad gateway</html>"}, 502, 1),
        ("html", {}, 200, 0),
        ("redirect", {}, 302, 0),
    ],
)
def test_another_answer_is_given_before_or_after_the_write(
    sandbox: Sandbox,
    write: Callable[[], httpx.Response],
    kind: str,
    fields: dict[str, object],
    status: int,
    written: int,
) -> None:
    sandbox.faults.add(kind, **fields)  # type: ignore[arg-type]  # from the table
    assert write().status_code == status
    assert companies(sandbox) == written
    assert sandbox.requests[-1] == ("hubspot", "POST", COMPANIES, status)


def test_a_spelled_out_answer_comes_as_spelled(sandbox: Sandbox, write: Callable[[], httpx.Response]) -> None:
    sandbox.faults.add("answer", status=477, headers={"retry-after": "86400"}, body=b'{"message": "migrating"}')
    response = write()
    assert (response.status_code, response.headers["retry-after"]) == (477, "86400")
    assert response.json() == {"message": "migrating"}


def test_a_redirect_leads_to_another_host(sandbox: Sandbox, write: Callable[[], httpx.Response]) -> None:
    sandbox.faults.add("redirect")
    assert write().headers["location"] == f"https://elsewhere.example{COMPANIES}"


def test_a_login_page_comes_with_200(sandbox: Sandbox, write: Callable[[], httpx.Response]) -> None:
    sandbox.faults.add("html")
    assert write().headers["content-type"].startswith("text/html")


def test_a_wrong_charset_cannot_be_read_as_what_the_header_says(
    sandbox: Sandbox, write: Callable[[], httpx.Response]
) -> None:
    sandbox.faults.add("wrong_charset")
    response = write()
    assert "utf-16" not in response.headers["content-type"]
    with pytest.raises(UnicodeDecodeError):
        response.content.decode("utf-8")


@pytest.mark.parametrize(("kind", "written"), [("hang_before", 0), ("hang_after", 1)])
def test_a_hang_outlasts_the_clients_patience(sandbox: Sandbox, kind: str, written: int) -> None:
    sandbox.faults.add(kind, seconds=30)  # type: ignore[arg-type]  # from the table
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(sandbox.base_url + COMPANIES, json={"properties": {"name": "A"}}, headers=HEADERS, timeout=0.2)
    assert companies(sandbox) == written


def test_a_slow_body_comes_whole_in_the_end(sandbox: Sandbox, write: Callable[[], httpx.Response]) -> None:
    sandbox.faults.add("slow_body", seconds=0.02)
    begun = time.perf_counter()
    assert write().json()["properties"]["name"] == "Aurora"
    assert time.perf_counter() - begun > 0.1


def test_stopping_does_not_wait_for_a_hang() -> None:
    sandbox = Sandbox()
    sandbox.start()
    sandbox.faults.add("hang_before", seconds=60)
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(sandbox.base_url + COMPANIES, timeout=0.1)
    begun = time.perf_counter()
    sandbox.stop()
    assert time.perf_counter() - begun < 5


@pytest.mark.parametrize(
    ("fields", "statuses"),
    [
        ({}, [503, 200, 200, 200]),
        ({"nth": 2}, [200, 503, 200, 200]),
        ({"nth": 2, "count": 2}, [200, 503, 503, 200]),
        ({"count": None}, [503, 503, 503, 503]),
        ({"service": "hubspot"}, [200, 200, 200, 200]),
        ({"method": "POST"}, [200, 200, 200, 200]),
        ({"path": r"/groups$"}, [503, 200, 200, 200]),
        ({"path": r"/brands"}, [200, 200, 200, 200]),
        ({"where": lambda request: request.param("page") == "3"}, [200, 200, 503, 200]),
    ],
)
def test_a_fault_strikes_the_requests_it_is_meant_for(
    sandbox: Sandbox, fields: dict[str, object], statuses: list[int]
) -> None:
    fault = sandbox.faults.add("answer", **fields)
    headers = {"authorization": basic("ops@acme.example/token:sandbox-token")}
    with httpx.Client(base_url=sandbox.base_url, headers=headers) as client:
        found = [client.get("/api/v2/groups", params={"page": n}).status_code for n in range(1, 5)]
    assert found == statuses
    assert fault.fired == statuses.count(503)


def test_of_two_faults_the_first_added_strikes_and_both_count(sandbox: Sandbox) -> None:
    first, second = sandbox.faults.add("answer", status=500), sandbox.faults.add("answer", status=502)
    found = [httpx.get(sandbox.base_url + COMPANIES, headers=HEADERS).status_code for _ in range(3)]
    assert found == [500, 502, 200]
    assert (first.seen, second.seen) == (3, 3)


def test_clearing_ends_every_fault(sandbox: Sandbox) -> None:
    sandbox.faults.add("answer", count=None)
    sandbox.faults.clear()
    assert httpx.get(sandbox.base_url + COMPANIES, headers=HEADERS).status_code == 200


def test_an_unknown_kind_is_refused_with_the_known_ones(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="truncated_body"):
        sandbox.faults.add("explode")  # type: ignore[arg-type]  # the point of the test
    assert len(KINDS) == 11
