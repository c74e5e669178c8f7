"""Ask a Desk as a client would, without a socket, on a clock that only the test moves."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from zenhub_sync.sandbox.clock import SandboxClock
from zenhub_sync.sandbox.http import Request, Response
from zenhub_sync.sandbox.zendesk import Desk, DeskOptions

START = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)
SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "samples" / "zendesk"


def sample(name: str) -> Any:
    """Read a recorded answer, or skip where the recordings are not at hand."""
    path = SAMPLES / name
    if not path.is_file():
        pytest.skip(f"no recorded sample {name} beside this checkout")
    return json.loads(path.read_text("utf-8"))


class Caller:
    """A desk, its clock, and somebody with the API token (or another credential) asking it."""

    def __init__(self, options: DeskOptions | None = None) -> None:
        self.clock = SandboxClock(START, frozen=True)
        self.desk = Desk(self.clock, options)
        self.authorization: str | None = basic("ops@acme.example/token:sandbox-token")

    def ask(self, path: str, /, **params: object) -> Response:
        query = {name: (str(value),) for name, value in params.items()}
        headers = {} if self.authorization is None else {"authorization": self.authorization}
        return self.desk.handle(Request(method="GET", path=path, query=query, headers=headers))

    def get(self, path: str, /, **params: object) -> Any:
        """Return the body of a 200."""
        response = self.ask(path, **params)
        assert response.status == 200, response.body
        return json.loads(response.body)

    def mint(self, **fields: object) -> Response:
        """Ask for an access token."""
        form = {
            "grant_type": "client_credentials",
            "client_id": "zenhub",
            "client_secret": "sandbox-secret",
            **fields,
        }
        body = json.dumps({k: v for k, v in form.items() if v is not None}).encode()
        headers = {"content-type": "application/json"}
        return self.desk.handle(Request(method="POST", path="/oauth/tokens", headers=headers, body=body))

    def with_token(self, scope: str | None = None) -> Caller:
        """Go on with a bearer token of that scope."""
        self.authorization = f"Bearer {json.loads(self.mint(scope=scope).body)['access_token']}"
        return self

    def ticket(self, **fields: Any) -> int:
        """Open a ticket of a requester made for it."""
        requester = self.desk.add_user("Ana Souza", f"ana{len(self.desk.records.users)}@example.com.br")
        return self.desk.add_ticket(**{"subject": "Fatura em dobro", "requester_id": requester, **fields})

    def export(self, **params: object) -> Any:
        """Export from the beginning, after the latest minute has passed."""
        self.clock.advance(61)
        return self.get("/api/v2/incremental/tickets/cursor", **({"start_time": 0} | params))


def basic(credentials: str) -> str:
    return "Basic " + base64.b64encode(credentials.encode()).decode()


def body_of(response: Response) -> Any:
    return json.loads(response.body)


def rated(caller: Caller, **rating: Any) -> int:
    """Solve a ticket, offer it a rating, and let the requester give it half a minute later."""
    ticket = caller.ticket(status="solved")
    caller.desk.offer_survey(ticket)
    caller.clock.advance(30)
    caller.desk.rate(ticket, **rating)
    return ticket
