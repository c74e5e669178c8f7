"""Things that go wrong between a client and its server, switched on by a test for chosen requests."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from zenhub_sync.sandbox.http import Request, Response

Kind = Literal[
    "answer",  # say status, headers and body instead of handling
    "answer_after",  # handle, then say them all the same: a 5xx after the write was committed
    "before",  # drop the connection and handle nothing
    "after",  # handle, then drop the connection without an answer
    "hang_before",  # wait `seconds` of real time, then handle
    "hang_after",  # handle, wait `seconds` of real time, then answer
    "slow_body",  # send the body in pieces, `seconds` of real time between them
    "truncated_body",  # announce the whole body, send half of it and close
    "html",  # a login page with status 200 instead of handling
    "wrong_charset",  # handle, and send the body in another encoding than the header says
    "redirect",  # 302 to another host instead of handling
]
KINDS: tuple[str, ...] = get_args(Kind)

ELSEWHERE = "https://elsewhere.example"
_LOGIN_PAGE = b"<!DOCTYPE html><html><body><h1>Sign in</h1></body></html>"


@dataclass(slots=True, kw_only=True)
class Fault:
    """What strikes which requests: from the `nth` matching one on, `count` times (None: for ever).

    `path` is a regular expression searched in the path; None for service or method is any. `seen` counts the
    matching requests so far, `fired` how many of them were struck.
    """

    kind: Kind
    service: str | None = None
    method: str | None = None
    path: str = ""
    nth: int = 1
    count: int | None = 1
    status: int = 503
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    seconds: float = 0.0
    where: Callable[[Request], bool] | None = None
    seen: int = 0
    fired: int = 0

    def matches(self, service: str, request: Request) -> bool:
        return (
            self.service in (None, service)
            and self.method in (None, request.method)
            and re.search(self.path, request.path) is not None
            and (self.where is None or self.where(request))
        )

    def due(self) -> bool:
        """Say whether the match just seen is one to strike."""
        return self.seen >= self.nth and (self.count is None or self.fired < self.count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How an answer leaves: None drops the connection, `cut` sends half the body, `pause` lies between pieces."""

    response: Response | None
    cut: bool = False
    pause: float = 0.0


class Faults:
    """The faults that are switched on; of several that are due, the first added strikes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, kind: Kind, **fields: Any) -> Fault:
        """Switch on a fault and return it, so that its counts can be read."""
        if kind not in KINDS:
            raise ValueError(f"no fault {kind!r}; there are {', '.join(KINDS)}")
        fault = Fault(kind=kind, **fields)
        re.compile(fault.path)
        with self._lock:
            self._faults.append(fault)
        return fault

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def listed(self) -> tuple[Fault, ...]:
        with self._lock:
            return tuple(self._faults)

    def strike(self, service: str, request: Request) -> Fault | None:
        """Count the request against every fault and return the one that strikes it."""
        with self._lock:
            struck: Fault | None = None
            for fault in self._faults:
                if fault.matches(service, request):
                    fault.seen += 1
                    if struck is None and fault.due():
                        fault.fired += 1
                        struck = fault
            return struck


def carry_out(
    fault: Fault, request: Request, handle: Callable[[], Response], wait: Callable[[float], object]
) -> Delivery:
    """Do to one request what the fault says; `handle` is called only where the fault lets it."""
    if fault.kind in ("answer", "before", "html", "redirect"):
        return Delivery(response=_instead(fault, request))
    if fault.kind == "hang_before":
        wait(fault.seconds)
    response = handle()
    if fault.kind == "hang_after":
        wait(fault.seconds)
    if fault.kind == "answer_after":
        response = _said(fault)
    if fault.kind == "wrong_charset":
        response.body = response.body.decode("utf-8", "replace").encode("utf-16")
    dropped = fault.kind == "after"
    pause = fault.seconds if fault.kind == "slow_body" else 0.0
    return Delivery(response=None if dropped else response, cut=fault.kind == "truncated_body", pause=pause)


def _instead(fault: Fault, request: Request) -> Response | None:
    match fault.kind:
        case "before":
            return None
        case "html":
            return Response(status=200, headers={"content-type": "text/html; charset=utf-8"}, body=_LOGIN_PAGE)
        case "redirect":
            headers = {"location": ELSEWHERE + request.path, **fault.headers}
            return Response(status=302, headers=headers)
        case _:
            return _said(fault)


def _said(fault: Fault) -> Response:
    """Make the answer that the fault spells out; a body that is no JSON goes as HTML, as gateways send it."""
    looks_json = fault.body.lstrip()[:1] in (b"{", b"[")
    kind = "application/json; charset=utf-8" if looks_json else "text/html; charset=utf-8"
    return Response(status=fault.status, headers={"content-type": kind, **fault.headers}, body=fault.body)
