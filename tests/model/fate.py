"""Ways for a run to die, and for an answer to get lost, at every point where it has an effect on the world.

Effect points are numbered in the order in which a run reaches them: before a writing request is sent, after it was
applied and before its answer is read, before a commit that writes, and after it. A run that died does nothing any
more: every later request and commit of it dies as well, so its clean-up code cannot tidy up what a SIGKILL would
leave behind.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import parse_qs

import httpx
from sqlalchemy import Connection, Engine, event

from zenhub_sync.sandbox.http import Request
from zenhub_sync.sandbox.world import World, service_of


class DiedError(BaseException):
    """The process is gone."""


class Blow(StrEnum):
    """What strikes at a point."""

    DIE = "die"
    LOSE_ANSWER = "lose_answer"
    NEVER_APPLIED = "never_applied"
    APPLIED_LATE = "applied_late"


@dataclass(slots=True)
class Fate:
    """Count effect points, and strike at the one that is due."""

    at: int = 0
    blow: Blow = Blow.DIE
    late: float = 0.0
    reached: int = 0
    dead: bool = False
    struck: bool = False
    trail: list[str] = field(default_factory=list)

    def pass_(self, what: str) -> bool:
        """Take note of an effect point; die there if it is due. Return whether an answer is to be spoilt here."""
        if self.dead:
            raise DiedError
        self.reached += 1
        self.trail.append(what)
        if self.reached != self.at:
            return False
        self.struck = True
        if self.blow is Blow.DIE:
            self.dead = True
            raise DiedError
        return True


class SandboxWire(httpx.BaseTransport):
    """Carry requests into a sandbox in the same process, past the fate of the run that sends them."""

    def __init__(self, world: World, fate: Fate) -> None:
        self._world = world
        self._fate = fate
        self._late: list[tuple[float, Request]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        seen = as_seen(request)
        self._land_late_writes()
        if not _writes(seen):
            return self._exchange(seen)
        spoilt = self._fate.pass_(f"before {seen.method} {seen.path}")
        if spoilt:
            return self._spoil(seen)
        answer = self._exchange(seen)
        if self._fate.pass_(f"after {seen.method} {seen.path}"):
            raise httpx.ReadTimeout("the answer got lost")
        return answer

    def land_everything(self) -> None:
        """Apply every write that is still on its way."""
        for _, request in self._late:
            self._exchange(request)
        self._late.clear()

    def _spoil(self, request: Request) -> httpx.Response:
        if self._fate.blow is Blow.APPLIED_LATE:
            self._late.append((self._world.clock.epoch() + self._fate.late, request))
        elif self._fate.blow is Blow.LOSE_ANSWER:
            self._exchange(request)
        raise httpx.ReadTimeout("no answer")

    def _land_late_writes(self) -> None:
        now = self._world.clock.epoch()
        for due, request in [late for late in self._late if late[0] <= now]:
            self._exchange(request)
            self._late.remove((due, request))

    def _exchange(self, request: Request) -> httpx.Response:
        service = service_of(request.path)
        assert service is not None
        response = self._world.exchange(service, request, lambda _: None).response
        assert response is not None
        return httpx.Response(response.status, headers=response.headers, content=response.body)


@contextmanager
def mortal_commits(fate: Fate) -> Iterator[None]:
    """Let every commit of this thread be an effect point; the heartbeat's are not counted, they change nothing."""
    mine = threading.get_ident()
    wrote = False

    def before(connection: Connection) -> None:
        nonlocal wrote
        if threading.get_ident() == mine and connection.get_execution_options().get("writes"):
            fate.pass_("before commit")
            wrote = True

    def after(*_: object) -> None:
        nonlocal wrote
        if wrote and threading.get_ident() == mine and not fate.dead:
            wrote = False
            fate.pass_("after commit")

    event.listen(Engine, "commit", before)
    event.listen(Engine, "checkin", after)
    try:
        yield
    finally:
        event.remove(Engine, "commit", before)
        event.remove(Engine, "checkin", after)


def _writes(request: Request) -> bool:
    """Tell whether the request changes the world: all others may be lost and repeated without a trace."""
    reads = ("/batch/read", "/search", "/oauth/")
    return request.method != "GET" and not any(part in request.path for part in reads)


def as_seen(request: httpx.Request) -> Request:
    """Return the request as the sandbox would have it from a socket."""
    return Request(
        method=request.method,
        path=request.url.path,
        query={name: tuple(values) for name, values in parse_qs(request.url.query.decode()).items()},
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.read(),
    )
