"""Ask a Portal as a client would, without a socket, on a clock that only the test moves."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from zenhub_sync.sandbox.clock import SandboxClock
from zenhub_sync.sandbox.http import Request, Response
from zenhub_sync.sandbox.hubspot import Portal, PortalOptions
from zenhub_sync.sandbox.ledger import Ledger

START = datetime(2026, 11, 20, 12, 0, 0, 250_000, tzinfo=UTC)
STAMP = "2026-11-20T12:00:00.250Z"
SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "samples" / "hubspot"
OBJECTS = "/crm/objects/2026-09"
TICKET = {"subject": "Printer on fire", "hs_pipeline": "0", "hs_pipeline_stage": "1"}
TASK = {"hs_timestamp": "2026-11-25T09:00:00Z", "hs_task_subject": "Call them"}


def sample(name: str) -> Any:
    """Read a recorded answer, or skip where the recordings are not at hand."""
    path = SAMPLES / name
    if not path.is_file():
        pytest.skip(f"no recorded sample {name} beside this checkout")
    return json.loads(path.read_text("utf-8"))


class Caller:
    """A portal, its clock and ledger, and an app with the portal's token asking it."""

    def __init__(self, options: PortalOptions | None = None) -> None:
        self.clock = SandboxClock(START, frozen=True)
        self.ledger = Ledger()
        self.portal = Portal(self.clock, self.ledger, options or PortalOptions())
        self.headers = {
            "authorization": f"Bearer {self.portal.options.token}",
            "accept": "application/json",
            "content-type": "application/json",
        }

    def ask(self, method: str, path: str, body: Any = None, /, **query: str) -> Response:
        request = Request(
            method=method,
            path=path,
            query={name: (value,) for name, value in query.items()},
            headers=self.headers,
            body=b"" if body is None else json.dumps(body).encode(),
        )
        return self.portal.handle(request)

    def want(self, status: int, method: str, path: str, body: Any = None, /, **query: str) -> Any:
        """Return the body of an answer that must have this status."""
        response = self.ask(method, path, body, **query)
        assert response.status == status, (response.status, response.body)
        return json.loads(response.body) if response.body else None

    def make(self, kind: str, properties: dict[str, str]) -> str:
        """Create a record through the API and return its id."""
        record_id: str = self.want(201, "POST", f"{OBJECTS}/{kind}", {"properties": properties})["id"]
        return record_id

    def ticket(self, **properties: str) -> str:
        return self.make("tickets", TICKET | properties)

    def define(self, name: str, kind: str = "tickets", /, **changes: Any) -> Any:
        """Create a unique text property through the API."""
        return self.want(201, "POST", f"/crm/properties/2026-09/{kind}", new_property(name, kind, **changes))


def new_property(name: str, kind: str = "tickets", /, **changes: Any) -> dict[str, Any]:
    group = {"tickets": "ticketinformation", "companies": "companyinformation", "tasks": "taskinformation"}[kind]
    definition = {
        "name": name,
        "label": name,
        "type": "string",
        "fieldType": "text",
        "groupName": group,
        "hasUniqueValue": True,
    }
    return definition | changes


def packed(body: Any) -> list[tuple[str, str]]:
    """Read the (property, code) pairs that HubSpot packs into a message."""
    prefix = "Property values were not valid: "
    assert body["message"].startswith(prefix)
    return [(fault["name"], fault["error"]) for fault in json.loads(body["message"].removeprefix(prefix))]


def shape(value: Any) -> Any:
    """Reduce an answer to its keys and the kinds of its values."""
    if isinstance(value, dict):
        return {key: shape(one) for key, one in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__
