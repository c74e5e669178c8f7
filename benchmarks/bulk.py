"""A Zendesk of any number of tickets and a HubSpot that takes them all, in this process and as fast as Python goes.

The small questions (pipelines, properties, companies, tokens) are answered by the sandbox; the pages of the export are
rendered from a template, and HubSpot's batches are answered without being remembered: no memory grows with the tickets.
"""

from __future__ import annotations

import json
import time
import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

import httpx

from benchmarks.crowd import PLAIN, Crowd
from zenhub_sync.sandbox.http import Request
from zenhub_sync.sandbox.seed import seed_many
from zenhub_sync.sandbox.world import World, service_of

PAGE = 1000
# With its fields, a ticket of real accounts has about this many bytes of JSON.
TICKET_BYTES = 3600
_STATES = ("new", "open", "open", "pending", "hold", "solved", "solved", "solved", "closed", "closed")
_EXPORT = "/api/v2/incremental/tickets/cursor"
# Added to a Zendesk id it makes the HubSpot id.
_FIRST_ID = 10_000_000
_JSON = {"content-type": "application/json"}
_GZIP = 16 + zlib.MAX_WBITS


@dataclass(slots=True, kw_only=True)
class Bulk(httpx.BaseTransport):
    """Answer in the vendors' stead; `spent` is the CPU time that took, to be taken off the worker's.

    At the end of the export, `changed` of the tickets come once more with another status.
    """

    tickets: int
    world: World
    now: datetime
    changed: int = 0
    crowd: Crowd = PLAIN
    calls: Counter[str] = field(default_factory=Counter)
    spent: float = 0.0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        begun = time.thread_time()
        path = request.url.path
        self.calls[f"{request.method} {path}"] += 1
        if path == _EXPORT:
            answer = self._export(request)
        elif path.endswith("/tickets/batch/read") and "associations" not in path:
            answer = self._tickets(request)
        elif path.endswith(("/tickets/batch/upsert", "/tickets/batch/update")):
            answer = self._written(request)
        elif path.endswith("/contacts/batch/read") and "associations" not in path:
            answer = self._contacts(request)
        elif "/associations/" in path:
            answer = self._said({"status": "COMPLETE", "results": []})
        else:
            answer = self._sandbox(request)
        self.spent += time.thread_time() - begun
        return answer

    def of(self, kind: str) -> int:
        """Return how many requests went to `zendesk` or `hubspot`; token grants are not counted."""
        return sum(
            n for call, n in self.calls.items() if ("/api/v2" in call) == (kind == "zendesk") and "/oauth" not in call
        )

    def _export(self, request: httpx.Request) -> httpx.Response:
        asked = request.url.params.get("cursor")
        first = int(asked) if asked else 0
        last = min(self.tickets + self.changed, first + PAGE)
        numbers = [self._number(position) for position in range(first + 1, last + 1)]
        crowd = self.crowd
        people = sorted({crowd.requester(number, self.tickets) for number in numbers})
        users = [_user(number, crowd.organization(number)) for number in people]
        organizations = [_organization(number) for number in sorted({crowd.organization(each) for each in people})]
        rest = {
            "users": users,
            "organizations": organizations,
            "after_cursor": str(last),
            "end_of_stream": last >= self.tickets + self.changed,
        }
        rows = (
            f"{',' if position > first + 1 else ''}{self._row(position)}" for position in range(first + 1, last + 1)
        )
        zipped = _Zipped(chain(['{"tickets":['], rows, [f"],{json.dumps(rest)[1:]}"]))
        return httpx.Response(200, headers=_JSON | {"content-encoding": "gzip"}, stream=zipped)

    def _number(self, position: int) -> int:
        """Return the ticket at a position of the export; those that changed are spread over all."""
        if position <= self.tickets:
            return position
        return (position - self.tickets) * (self.tickets // self.changed)

    def _row(self, position: int) -> str:
        number = self._number(position)
        oldest = timedelta(days=self.crowd.days)
        at = self.now - oldest + (oldest - self.crowd.newest) * position / max(self.tickets, 1)
        status = status_of(number)
        if position > self.tickets:
            status = "open" if status == "pending" else "pending"
        requester = self.crowd.requester(number, self.tickets)
        stamp = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return _TEMPLATE % {
            "id": number,
            "stamp": stamp,
            "generated": int(at.timestamp()),
            "status": status,
            "requester": requester,
            "organization": self.crowd.organization(requester),
            "score": self.crowd.score(number),
        }

    def _tickets(self, request: httpx.Request) -> httpx.Response:
        """Find tickets by their HubSpot id, in the stage that they were written with; by their Zendesk id, none."""
        asked = json.loads(request.content)
        ids = [each["id"] for each in asked["inputs"]]
        if "idProperty" in asked:
            error = {"status": "error", "category": "OBJECT_NOT_FOUND", "message": "not found", "context": {"ids": ids}}
            return self._said({"status": "COMPLETE", "results": [], "numErrors": 1, "errors": [error]}, status=207)
        stages = {each: f"zenhub_{status_of(int(each) - _FIRST_ID)}" for each in ids}
        found = [{"id": each, "properties": {"hs_pipeline_stage": stage}} for each, stage in stages.items()]
        return self._said({"status": "COMPLETE", "results": found})

    def _written(self, request: httpx.Request) -> httpx.Response:
        asked = json.loads(request.content)["inputs"]
        first = 0 if request.url.path.endswith("/update") else _FIRST_ID
        results = [
            {
                "id": str(first + int(each["id"])),
                "properties": {},
                "new": first > 0,
                "objectWriteTraceId": each["objectWriteTraceId"],
            }
            for each in asked
        ]
        return self._said({"status": "COMPLETE", "results": results})

    def _contacts(self, request: httpx.Request) -> httpx.Response:
        inputs = json.loads(request.content)["inputs"]
        found = [{"id": str(abs(hash(each["id"])) % 10**9), "properties": {"email": each["id"]}} for each in inputs]
        return self._said({"status": "COMPLETE", "results": found})

    def _sandbox(self, request: httpx.Request) -> httpx.Response:
        seen = Request(
            method=request.method,
            path=request.url.path,
            query={name: tuple(request.url.params.get_list(name)) for name in request.url.params},
            headers={name.lower(): text for name, text in request.headers.items()},
            body=request.read(),
        )
        service = service_of(seen.path)
        response = self.world.exchange(service, seen, lambda _: None).response if service is not None else None
        if response is None:
            raise LookupError(f"the sandbox has no answer to {request.method} {request.url.path}")
        return httpx.Response(response.status, headers=response.headers, content=response.body)

    @staticmethod
    def _said(body: dict[str, Any], status: int = 200) -> httpx.Response:
        return httpx.Response(status, headers=_JSON, content=json.dumps(body).encode())


class _Zipped(httpx.SyncByteStream):
    """A body as it comes over a wire: compressed, piece by piece, for it is not the worker's memory."""

    def __init__(self, pieces: Iterable[str]) -> None:
        packer = zlib.compressobj(1, wbits=_GZIP)
        self._body = b"".join([*(packer.compress(piece.encode()) for piece in pieces), packer.flush()])

    def __iter__(self) -> Any:
        for start in range(0, len(self._body), 65_536):
            yield self._body[start : start + 65_536]


def furnish(world: World, crowd: Crowd = PLAIN) -> None:
    """Give the portal the companies of the organizations, with domains and owners."""
    seed_many(world, tickets=1, organizations=crowd.organizations)


def _user(number: int, organization: int) -> dict[str, Any]:
    return {
        "id": number,
        "name": f"Pessoa {number}",
        "email": f"pessoa{number}@cliente{organization:02d}.com.br",
        "role": "end-user",
        "active": True,
    }


def _organization(number: int) -> dict[str, Any]:
    return {"id": number, "name": f"Cliente {number:02d}", "domain_names": [f"cliente{number:02d}.com.br"]}


def status_of(number: int) -> str:
    """Return the status that a ticket has at first."""
    return _STATES[number % len(_STATES)]


def _template() -> str:
    row = {
        "url": "https://acme.zendesk.com/api/v2/tickets/%(id)d.json",
        "id": "@id",
        "external_id": None,
        "via": {"channel": "web", "source": {"from": {}, "to": {}, "rel": None}},
        "created_at": "%(stamp)s",
        "updated_at": "%(stamp)s",
        "generated_timestamp": "@generated",
        "type": "incident",
        "subject": "Não consigo emitir nota fiscal %(id)d",
        "raw_subject": "Não consigo emitir nota fiscal %(id)d",
        "priority": "normal",
        "status": "%(status)s",
        "requester_id": "@requester",
        "submitter_id": "@requester",
        "organization_id": "@organization",
        "collaborator_ids": [],
        "tags": ["nota_fiscal", "urgente", "cliente_antigo"],
        "satisfaction_rating": {"score": "%(score)s"},
        "support_type": "agent",
        "custom_fields": [{"id": 360000000000 + n, "value": f"campo {n}" if n % 3 else None} for n in range(30)],
        "description": "",
    }
    text = json.dumps(row, ensure_ascii=False)
    for name in ("id", "generated", "requester", "organization"):
        text = text.replace(f'"@{name}"', f"%({name})d")
    return text.replace('"description": ""', f'"description": "{"Bom dia! " * ((TICKET_BYTES - len(text)) // 9)}"')


_TEMPLATE = _template()
