"""Drive a sandbox that runs in another process: JSON under `/_sandbox/`, as the people and the tester would."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from zenhub_sync.sandbox.faults import Fault
from zenhub_sync.sandbox.http import Request, Response, json_response
from zenhub_sync.sandbox.quotas import Quotas
from zenhub_sync.sandbox.seed import seed_company
from zenhub_sync.sandbox.world import World

# What the last word of the path calls; the body's keys are the arguments of that method.
DESK_ACTS: Mapping[str, str] = {
    "organization": "add_organization",
    "user": "add_user",
    "ticket": "add_ticket",
    "status": "set_status",
    "reply": "reply",
    "edit": "edit",
    "offer": "offer_survey",
    "rate": "rate",
    "touch": "touch",
    "delete": "delete",
    "restore": "restore",
    "scrub": "scrub",
    "merge": "merge",
    "show": "ticket",
}
PORTAL_ACTS: Mapping[str, str] = {
    "owner": "add_owner",
    "archive_owner": "archive_owner",
    "create": "create",
    "update": "update",
    "archive": "archive",
    "merge": "merge",
    "show": "properties_of",
    "ids": "ids",
    "find": "find",
    "associated": "associated",
}

Body = dict[str, Any]


class Control:
    """Answer the control requests; whatever cannot be done is a 400 with a sentence."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._table: dict[tuple[str, str], Callable[[Body], Any]] = {
            ("GET", "clock"): lambda _: {"now": world.clock.now().isoformat()},
            ("POST", "clock"): self._advance,
            ("GET", "ledger"): lambda _: {"writes": [asdict(write) for write in world.ledger.writes()]},
            ("GET", "counts"): lambda _: self._counts(),
            ("POST", "quotas"): lambda body: world.allow(_call("quotas", Quotas, body)),
            ("GET", "requests"): lambda _: {"requests": world.requests},
            ("DELETE", "requests"): lambda _: world.forget_requests(),
            ("GET", "faults"): lambda _: {"faults": [_described(fault) for fault in world.faults.listed()]},
            ("POST", "faults"): self._add_fault,
            ("DELETE", "faults"): lambda _: world.faults.clear(),
            ("POST", "reset"): lambda _: world.reset(),
            ("POST", "seed"): lambda body: asdict(seed_company(world, **body)),
        }

    def handle(self, request: Request) -> Response:
        try:
            answer = self._act(request.method, request.path.removeprefix("/_sandbox/"), _body(request))
            return json_response(
                200, json.loads(json.dumps({"ok": True} if answer is None else answer, default=_plain))
            )
        except (ValueError, LookupError, TypeError) as error:
            return json_response(400, {"error": str(error)})

    def _act(self, method: str, path: str, body: Body) -> Any:
        if (method, path) in self._table:
            return self._table[method, path](body)
        place, _, act = path.partition("/")
        account, acts = {
            "desk": (self._world.desk, DESK_ACTS),
            "portal": (self._world.portal, PORTAL_ACTS),
        }.get(place, (None, {}))
        if method != "POST" or act not in acts:
            known = sorted({f"{m} {p}" for m, p in self._table} | {f"POST {place}/{name}" for name in acts})
            raise ValueError(f"no control {method} {path}; there are {', '.join(known)}")
        return {"result": _call(act, getattr(account, acts[act]), body)}

    def _advance(self, body: Body) -> Body:
        seconds = body.get("advance")
        if not isinstance(seconds, int | float) or seconds < 0:
            raise ValueError('give {"advance": seconds}; the clock only goes forward')
        self._world.clock.advance(seconds)
        return {"now": self._world.clock.now().isoformat()}

    def _counts(self) -> Body:
        requests = [
            {"service": service, "method": method, "path": path, "status": status, "number": number}
            for (service, method, path, status), number in self._world.counts().items()
        ]
        writes = [
            {"action": action, "kind": kind, "by": by, "number": number}
            for (action, kind, by), number in self._world.ledger.counts().items()
        ]
        return {"requests": requests, "writes": writes}

    def _add_fault(self, body: Body) -> Body:
        fields = {**body, "body": str(body.get("body", "")).encode()}
        return _described(_call("fault", self._world.faults.add, fields))


def _call(name: str, act: Callable[..., Any], body: Body) -> Any:
    """Call an act with the body's keys as arguments, once they are known to fit."""
    try:
        inspect.signature(act).bind(**body)
    except TypeError as error:
        raise ValueError(f"{name}: {error}") from None
    return act(**body)


def _described(fault: Fault) -> Body:
    return {
        name: getattr(fault, name) for name in ("kind", "service", "method", "path", "nth", "count", "seen", "fired")
    }


def _plain(value: Any) -> Any:
    """Write what JSON has no word for: sets as sorted lists, moments as ISO."""
    if isinstance(value, set | frozenset):
        return sorted(value)
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _body(request: Request) -> Body:
    if not request.body:
        return {}
    try:
        body = json.loads(request.body)
    except ValueError:
        raise ValueError("the body is not JSON") from None
    if not isinstance(body, dict):
        raise TypeError("the body must be a JSON object")
    return body
