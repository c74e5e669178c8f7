"""A sandbox in another process is driven by JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import httpx
import pytest
from tests.contract.sandbox.desk_caller import START

from zenhub_sync.sandbox.clock import SandboxClock
from zenhub_sync.sandbox.server import Sandbox

Send = Callable[..., httpx.Response]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=SandboxClock(START, frozen=True)) as running:
        yield running


@pytest.fixture
def send(sandbox: Sandbox) -> Iterator[Send]:
    with httpx.Client(base_url=f"{sandbox.base_url}/_sandbox/") as client:

        def sent(method: str, path: str, /, **body: Any) -> httpx.Response:
            return client.request(method, path, json=body) if body else client.request(method, path)

        yield sent


def test_the_clock_goes_forward(sandbox: Sandbox, send: Send) -> None:
    assert send("POST", "clock", advance=90).json() == send("GET", "clock").json()
    assert sandbox.clock.now() == datetime.fromisoformat("2026-11-20T12:01:30+00:00")


def test_a_rating_can_be_lived_through_from_outside(sandbox: Sandbox, send: Send) -> None:
    user = send("POST", "desk/user", name="Ana", email="ana@example.com.br").json()["result"]
    ticket = send("POST", "desk/ticket", subject="Oi", requester_id=user).json()["result"]
    send("POST", "desk/status", ticket_id=ticket, status="solved")
    send("POST", "desk/offer", ticket_id=ticket)
    send("POST", "desk/rate", ticket_id=ticket, points=1, comment="Ruim")
    shown = send("POST", "desk/show", ticket_id=ticket).json()["result"]
    assert shown["satisfaction_rating"]["score"] == "bad"
    assert shown == sandbox.desk.ticket(ticket)
    for act in ("touch", "delete"):
        assert send("POST", f"desk/{act}", ticket_id=ticket).status_code == 200
    assert sandbox.desk.ticket(ticket)["status"] == "deleted"


def test_the_portal_is_worked_in_as_a_person(send: Send) -> None:
    names = {"first_name": "Camila", "last_name": "Rocha"}
    owner = send("POST", "portal/owner", email="camila@nuvemsoft.example", **names).json()["result"]
    properties = {"name": "Aurora", "hubspot_owner_id": owner}
    company = send("POST", "portal/create", kind="companies", properties=properties).json()["result"]
    send("POST", "portal/update", kind="companies", object_id=company, properties={"name": "Aurora S.A."})
    shown = send("POST", "portal/show", kind="companies", object_id=company).json()["result"]
    assert (shown["name"], shown["hubspot_owner_id"]) == ("Aurora S.A.", owner)
    writes = send("GET", "ledger").json()["writes"]
    assert [(w["action"], w["id"], w["by"]) for w in writes if w["kind"] == "companies"] == [
        ("create", company, "person"),
        ("update", company, "person"),
    ]


def test_quotas_are_set_and_requests_and_writes_counted_from_outside(sandbox: Sandbox, send: Send) -> None:
    assert send("POST", "quotas", hubspot=2, exports=30).status_code == 200
    assert send("POST", "quotas", cups=3).status_code == 400
    send("POST", "portal/create", kind="companies", properties={"name": "Aurora"})
    right = {"authorization": f"Bearer {sandbox.portal.options.token}"}
    for _ in range(3):
        httpx.get(f"{sandbox.base_url}/crm/objects/2026-09/companies", headers=right)
    asked = {"service": "hubspot", "method": "GET", "path": "/crm/objects/2026-09/companies"}
    assert send("GET", "counts").json() == {
        "requests": [{**asked, "status": 200, "number": 2}, {**asked, "status": 429, "number": 1}],
        "writes": [{"action": "create", "kind": "companies", "by": "person", "number": 1}],
    }
    send("DELETE", "requests")
    assert send("GET", "counts").json()["requests"] == []


def test_faults_are_added_listed_and_cleared(sandbox: Sandbox, send: Send) -> None:
    send("POST", "faults", kind="answer", status=503, path="groups", body='{"error": "down"}')
    response = httpx.get(f"{sandbox.base_url}/api/v2/groups")
    assert (response.status_code, response.json()) == (503, {"error": "down"})
    (fault,) = send("GET", "faults").json()["faults"]
    assert (fault["kind"], fault["fired"]) == ("answer", 1)
    send("DELETE", "faults")
    assert send("GET", "faults").json() == {"faults": []}


def test_requests_are_told_without_those_of_the_control(sandbox: Sandbox, send: Send) -> None:
    httpx.get(f"{sandbox.base_url}/api/v2/groups")
    assert send("GET", "requests").json() == {"requests": [["zendesk", "GET", "/api/v2/groups", 401]]}
    send("DELETE", "requests")
    assert sandbox.requests == []


def test_a_world_can_be_seeded_and_emptied(sandbox: Sandbox, send: Send) -> None:
    seeded = send("POST", "seed", tickets=40).json()
    assert len(seeded["tickets"]) == 40
    assert send("POST", "seed", tickets=40).status_code == 400
    send("POST", "reset")
    with pytest.raises(ValueError, match="no ticket"):
        sandbox.desk.ticket(seeded["deleted"])


@pytest.mark.parametrize(
    ("method", "path", "body", "sentence"),
    [
        ("POST", "clock", {"advance": -1}, "only goes forward"),
        ("POST", "clock", {"advance": "soon"}, "only goes forward"),
        ("POST", "desk/status", {"ticket_id": 7, "status": "open"}, "no ticket 7"),
        ("POST", "desk/status", {"ticket": 7}, "missing a required argument: 'ticket_id'"),
        ("POST", "desk/explode", {}, "POST desk/rate"),
        ("GET", "nothing", {}, "GET clock"),
        ("POST", "faults", {"kind": "explode"}, "truncated_body"),
        ("POST", "faults", {"kind": "answer", "colour": "red"}, "colour"),
        ("POST", "seed", {"tickets": 3}, "at least"),
    ],
)
def test_what_cannot_be_done_is_a_400_with_a_sentence(
    send: Send, method: str, path: str, body: dict[str, Any], sentence: str
) -> None:
    response = send(method, path, **body)
    assert response.status_code == 400
    assert sentence in response.json()["error"]


@pytest.mark.parametrize("content", [b"{", b"[1]"])
def test_a_body_that_is_no_object_is_a_400(sandbox: Sandbox, content: bytes) -> None:
    assert httpx.post(f"{sandbox.base_url}/_sandbox/clock", content=content).status_code == 400
