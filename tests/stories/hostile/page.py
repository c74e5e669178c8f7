"""Pages of a sandbox with hostile rows put into them on their way to the worker."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import httpx
from tests.model.fate import as_seen
from tests.stories.hostile.corpus import Case, Place

from zenhub_sync.sandbox.world import World, service_of

Row = dict[str, Any]
_PAGES = ("/api/v2/incremental/tickets/cursor", "/api/v2/tickets/show_many")
_MARK = re.compile(rb'"@@(\d+)@@"')


class HostileWire(httpx.BaseTransport):
    """Carry requests into a sandbox in the same process; on the way back, spoil the rows of the tickets in `spoilt`."""

    def __init__(self, world: World, spoilt: Mapping[int, Case]) -> None:
        self._world = world
        self.spoilt = spoilt

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._exchange(request)
        if answer.status_code != 200 or request.url.path not in _PAGES:
            return answer
        return httpx.Response(200, headers={"content-type": "application/json"}, content=self._spoil(answer.content))

    def _exchange(self, request: httpx.Request) -> httpx.Response:
        seen = as_seen(request)
        service = service_of(seen.path)
        assert service is not None
        response = self._world.exchange(service, seen, lambda _: None).response
        assert response is not None
        return httpx.Response(response.status, headers=response.headers, content=response.body)

    def _spoil(self, body: bytes) -> bytes:
        page = json.loads(body)
        beside = {
            (Place.USER, row["id"]): row for row in page.get("users", ())
        } | {(Place.ORGANIZATION, row["id"]): row for row in page.get("organizations", ())}  # fmt: skip
        raw: list[bytes] = []
        for ticket in page["tickets"]:
            case = self.spoilt.get(ticket["id"])
            row = _row(case, ticket, beside) if case is not None else None
            if case is not None and row is not None:
                _put(row, case, f"@@{len(raw)}@@")
                raw.append(case.raw or b"")
        return _MARK.sub(lambda mark: raw[int(mark[1])], json.dumps(page, ensure_ascii=False).encode())


def _row(case: Case, ticket: Row, beside: Mapping[tuple[Place, int], Row]) -> Row | None:
    """Return the row to spoil; an answer may come without the people and the organizations beside its tickets."""
    match case.place:
        case Place.TICKET:
            return ticket
        case Place.RATING:
            rating: Row = ticket["satisfaction_rating"]
            return rating
        case Place.USER:
            return beside.get((case.place, ticket["requester_id"]))
        case Place.ORGANIZATION:
            return beside.get((case.place, ticket["organization_id"]))


def _put(row: Row, case: Case, mark: str) -> None:
    if case.raw is None:
        row.pop(case.field, None)
    else:
        row[case.field] = mark
