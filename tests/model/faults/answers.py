"""What can come instead of an answer, as a client's socket sees it: a status, strange bytes, or nothing."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import format_datetime
from functools import cache
from typing import Any

import httpx
from tests.model.faults.endpoints import Endpoint

from zenhub_sync.sandbox.clock import SandboxClock
from zenhub_sync.sandbox.http import Request, Response
from zenhub_sync.transport.http import BODY_CAP

Body = dict[str, Any]

_CLIENT_TIMEOUT = 60.0
_LOGIN_PAGE = b"<!DOCTYPE html><html><body><h1>Sign in</h1></body></html>"
# Somewhat more than the client takes, and a thousandth of that on the wire.
_BOMB_SIZE = BODY_CAP + BODY_CAP // 8


@dataclass(slots=True, kw_only=True)
class Struck:
    """A request that a fault strikes; `apply` lets the vendor handle it.

    `aliases` are cursors of the fault's own and what they stand for; `sent` is the cursor as the worker sent it,
    `request` has what it stands for in its place.
    """

    request: Request
    sent: str | None
    endpoint: Endpoint
    clock: SandboxClock
    apply: Callable[[], Response]
    aliases: dict[str, Mapping[str, tuple[str, ...]]]
    revoke: Callable[[], None]
    nth: int

    def body(self) -> Body:
        """Let the vendor handle it and return what it says."""
        parsed: Body = json.loads(self.apply().body)
        return parsed


Answering = Callable[[Struck], httpx.Response]


@dataclass(slots=True)
class Chunks(httpx.SyncByteStream):
    """A body as it arrives: with pauses, and with an end of its own."""

    chunks: Sequence[bytes]
    clock: SandboxClock | None = None
    pause: float = 0.0
    then: Exception | None = None

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self.chunks:
            if self.clock is not None:
                self.clock.sleep(self.pause)
            yield chunk
        if self.then is not None:
            raise self.then


def arrives(status: int, body: bytes, headers: Mapping[str, str] | None = None) -> httpx.Response:
    """Return an answer whose body is read from the wire, with everything that guards that."""
    kind = {"content-type": "application/json; charset=utf-8"}
    return httpx.Response(status, headers={**kind, **(headers or {})}, stream=Chunks([body]))


def says(status: int, body: Body | None = None, headers: Mapping[str, str] | None = None) -> httpx.Response:
    """Return an answer in JSON."""
    return arrives(status, json.dumps(body if body is not None else {}).encode(), headers)


def refuses(status: int, code: str, headers: Mapping[str, str] | None = None) -> Answering:
    """Refuse in the words of the vendor that is asked."""

    def answer(struck: Struck) -> httpx.Response:
        if struck.endpoint.service == "zendesk":
            return says(status, {"error": code, "description": "No."}, headers)
        return says(status, {"status": "error", "message": "No.", "category": code}, headers)

    return answer


def page(status: int, body: bytes = b"<html><body>Bad gateway</body></html>", **headers: str) -> Answering:
    """Answer as a gateway does: a status and a page that is no JSON."""
    said = {"content-type": "text/html", **{name.replace("_", "-"): text for name, text in headers.items()}}
    return lambda struck: arrives(status, body, said)


def limited(policy: str, **headers: str) -> Answering:
    """Refuse for a rate limit; without a `retry_after` nothing says for how long."""
    said = {name.replace("_", "-"): text for name, text in headers.items()}

    def answer(struck: Struck) -> httpx.Response:
        if struck.endpoint.service == "zendesk":
            return says(429, {"error": "APIRateLimitExceeded", "description": "No."}, said)
        return says(429, {"status": "error", "message": "No.", "errorType": "RATE_LIMIT", "policyName": policy}, said)

    return answer


def limited_until(seconds: float) -> Answering:
    """Refuse for a rate limit that ends at a date, which counts from the answer's own."""

    def answer(struck: Struck) -> httpx.Response:
        now = struck.clock.now()
        until = now.fromtimestamp(struck.clock.epoch() + seconds, tz=now.tzinfo)
        dates = {"retry-after": format_datetime(until, usegmt=True), "date": format_datetime(now, usegmt=True)}
        return limited("TEN_SECONDLY_ROLLING", **dates)(struck)

    return answer


def after_applying(answering: Answering) -> Answering:
    """Let the vendor handle the request, then answer something else."""

    def answer(struck: Struck) -> httpx.Response:
        struck.apply()
        return answering(struck)

    return answer


def fails(problem: Callable[[], httpx.TransportError], *, seconds: float = 0.0) -> Answering:
    """Let the connection fail after so long."""

    def answer(struck: Struck) -> httpx.Response:
        struck.clock.sleep(seconds)
        raise problem()

    return answer


def refused() -> httpx.TransportError:
    return httpx.ConnectError("[Errno 111] Connection refused")


def unresolved() -> httpx.TransportError:
    return httpx.ConnectError("[Errno -2] Name or service not known")


def untrusted() -> httpx.TransportError:
    return httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed")


def unconnected() -> httpx.TransportError:
    return httpx.ConnectTimeout("timed out")


def reset() -> httpx.TransportError:
    return httpx.ReadError("[Errno 104] Connection reset by peer")


def unwritten() -> httpx.TransportError:
    return httpx.WriteError("[Errno 32] Broken pipe")


def hung_up() -> httpx.TransportError:
    return httpx.RemoteProtocolError("Server disconnected without sending a response.")


def silent() -> httpx.TransportError:
    return httpx.ReadTimeout("timed out")


HANG = _CLIENT_TIMEOUT


def html(struck: Struck) -> httpx.Response:
    return arrives(200, _LOGIN_PAGE, {"content-type": "text/html; charset=utf-8"})


def redirected(struck: Struck) -> httpx.Response:
    return arrives(302, b"", {"location": f"https://elsewhere.example{struck.request.path}"})


def bomb(struck: Struck) -> httpx.Response:
    return arrives(200, _bomb(), {"content-encoding": "gzip"})


@cache
def _bomb() -> bytes:
    return gzip.compress(b" " * _BOMB_SIZE)


def bytes_of(turn: Callable[[bytes], bytes], headers: Mapping[str, str] | None = None) -> Answering:
    """Let the vendor handle the request and spoil the bytes of its answer."""

    def answer(struck: Struck) -> httpx.Response:
        response = struck.apply()
        return arrives(response.status, turn(response.body), headers)

    return answer


def cut_gzip(body: bytes) -> bytes:
    """Compress, and lose the end."""
    return gzip.compress(body)[:-12]


def cut_off(struck: Struck) -> httpx.Response:
    """Announce the whole body and send half of it."""
    response = struck.apply()
    short = httpx.RemoteProtocolError("peer closed connection without sending complete message body")
    half = Chunks([response.body[: len(response.body) // 2]], then=short)
    return httpx.Response(response.status, headers={"content-length": str(len(response.body))}, stream=half)


def trickles(struck: Struck) -> httpx.Response:
    """Send the body in pieces that each come in time, and together do not."""
    response = struck.apply()
    pieces = [response.body[start : start + 1] for start in range(len(response.body))] or [b""]
    return httpx.Response(response.status, stream=Chunks(pieces[:64], clock=struck.clock, pause=10.0))


@dataclass(slots=True)
class Revoked:
    """The token that is used ends now; a fresh one is good."""

    answer: Answering = field(default=refuses(401, "EXPIRED_AUTHENTICATION"))

    def __call__(self, struck: Struck) -> httpx.Response:
        if struck.endpoint.service == "hubspot":
            return self.answer(struck)
        struck.revoke()
        response = struck.apply()
        return arrives(response.status, response.body, response.headers)
