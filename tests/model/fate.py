"""Ways for a run to die, and for an answer to get lost, at every point where it has an effect on the world.

Effect points are numbered in the order in which a run reaches them: before a writing request is sent, after it was
applied and before its answer is read, before a commit that writes, and after it. A run that died does nothing any
more: every later request and commit of it dies as well, so its clean-up code cannot tidy up what a SIGKILL would leave
behind.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import parse_qs

import httpx
from sqlalchemy import Connection, Engine, event

from zenhub_sync.sandbox.http import Request


class DiedError(BaseException):
    """The process is gone."""


class Blow(StrEnum):
    """What strikes at a point."""

    DIE = "die"
    LOSE_ANSWER = "lose_answer"
    NEVER_APPLIED = "never_applied"
    APPLIED_LATE = "applied_late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Strike:
    """A blow at one point; `late` is when the write lands that the client gave up (seconds)."""

    at: int
    blow: Blow = Blow.DIE
    late: float = 0.0


@dataclass(slots=True, kw_only=True)
class Fate:
    """Count effect points, over all runs of a life, and strike at those that are due.

    `end` is what happens to those who die; by default they stay in the process and do nothing any more.
    """

    strikes: Mapping[int, Strike] = field(default_factory=dict)
    end: Callable[[], None] | None = None
    dead: bool = False
    struck: int = 0
    trail: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, *strikes: Strike) -> Fate:
        """Return the fate of those who are struck so."""
        return cls(strikes={strike.at: strike for strike in strikes})

    def go_on(self) -> None:
        """Return to the living; raise for those who died."""
        if self.dead:
            raise DiedError

    def pass_(self, what: str) -> Strike | None:
        """Take note of an effect point and die there if it is due. Return the blow that spoils an answer here."""
        self.go_on()
        strike = self.note(what)
        self.go_on()
        return strike

    def note(self, what: str) -> Strike | None:
        """Do the same where nothing may be raised: who dies here finds out at the next thing they do."""
        self.trail.append(what)
        strike = self.strikes.get(len(self.trail))
        if strike is None:
            return None
        self.struck += 1
        if strike.blow is Blow.DIE:
            if self.end is None:
                self.dead = True
            else:
                self.end()
            return None
        return strike


class MortalWire(httpx.BaseTransport):
    """Carry requests to `inner`, past the fate of the run that sends them; `now` says when late writes land."""

    def __init__(self, inner: httpx.BaseTransport, fate: Fate, now: Callable[[], float]) -> None:
        self._inner, self._fate, self._now = inner, fate, now
        self._late: list[tuple[float, httpx.Request]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._fate.go_on()
        self._land(self._now())
        if not writes(request.method, request.url.path):
            return self._inner.handle_request(request)
        place = f"{request.method} {request.url.path}"
        strike = self._fate.pass_(f"before {place}")
        if strike is not None:
            return self._spoil(strike, request)
        answer = self._inner.handle_request(request)
        if self._fate.pass_(f"after {place}"):
            raise httpx.ReadTimeout("the answer got lost")
        return answer

    def land_everything(self) -> None:
        """Apply every write that is still on its way."""
        self._land(float("inf"))

    def _spoil(self, strike: Strike, request: httpx.Request) -> httpx.Response:
        if strike.blow is Blow.APPLIED_LATE:
            self._late.append((self._now() + strike.late, request))
        elif strike.blow is Blow.LOSE_ANSWER:
            self._inner.handle_request(request)
        raise httpx.ReadTimeout("no answer")

    def _land(self, now: float) -> None:
        due = [late for late in self._late if late[0] <= now]
        for late in due:
            self._late.remove(late)
            self._inner.handle_request(late[1])


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
        if wrote and threading.get_ident() == mine:
            wrote = False
            fate.note("after commit")  # what is raised here would break the connection pool, which outlives the dead

    event.listen(Engine, "commit", before)
    event.listen(Engine, "checkin", after)
    try:
        yield
    finally:
        event.remove(Engine, "commit", before)
        event.remove(Engine, "checkin", after)


def writes(method: str, path: str) -> bool:
    """Tell whether a request changes the world: all others may be lost and repeated without a trace."""
    reads = ("/batch/read", "/search", "/oauth/")
    return method != "GET" and not any(part in path for part in reads)


def as_seen(request: httpx.Request) -> Request:
    """Return the request as the sandbox would have it from a socket."""
    return Request(
        method=request.method,
        path=request.url.path,
        query={name: tuple(values) for name, values in parse_qs(request.url.query.decode()).items()},
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.read(),
    )
