"""HttpxSender puts on the wire what a call says, and names what became of it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
import respx
from pydantic import SecretStr
from tests.fakes.clock import FakeClock
from tests.fakes.sender import call

from zenhub_sync.transport.call import Answer, Call
from zenhub_sync.transport.errors import (
    Malformed,
    OutcomeUnknown,
    Rejected,
    ServiceError,
    TooLong,
    Unavailable,
)
from zenhub_sync.transport.http import HttpxSender

BASE = "https://acme.zendesk.com"


def refuse(asked: Call[Any], given: Answer) -> ServiceError:
    return Rejected(f"{asked.name}: {given.status}", status=given.status)


def sender(
    handler: Callable[[httpx.Request], httpx.Response] | None = None,
    *,
    base: str = BASE,
    clock: FakeClock | None = None,
) -> HttpxSender:
    transport = httpx.MockTransport(handler) if handler else None
    return HttpxSender(base, refuse, clock=clock or FakeClock(), transport=transport, timeout=60.0)


class Chunks(httpx.SyncByteStream):
    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        yield from self._chunks


def streamed(chunks: Iterator[bytes], **headers: str) -> Callable[[httpx.Request], httpx.Response]:
    return lambda _: httpx.Response(200, headers=headers, stream=Chunks(chunks))


@respx.mock
def test_a_call_is_put_on_the_wire_as_it_says() -> None:
    route = respx.post(f"{BASE}/api/v2/things").mock(httpx.Response(200, json={"ok": True}))
    asked = replace(call(method="POST", path="/api/v2/things"), params=(("page[size]", "50"),), body={"a": ["é"]})

    assert json.loads(sender().send(asked, authorization=SecretStr("Bearer t"))) == {"ok": True}

    request = route.calls.last.request
    assert str(request.url) == f"{BASE}/api/v2/things?page%5Bsize%5D=50"
    assert request.content == '{"a":["é"]}'.encode()
    wanted = {"accept": "application/json", "content-type": "application/json", "authorization": "Bearer t"}
    assert wanted.items() <= dict(request.headers).items()


@respx.mock
def test_a_call_without_body_says_nothing_of_its_type() -> None:
    route = respx.get(f"{BASE}/x").mock(httpx.Response(200))
    sender().send(call())
    assert "content-type" not in route.calls.last.request.headers
    assert "authorization" not in route.calls.last.request.headers


@respx.mock
def test_a_base_url_may_have_a_path_of_its_own() -> None:
    respx.get("http://127.0.0.1:9/zendesk/x").mock(httpx.Response(200, content=b"here"))
    assert sender(base="http://127.0.0.1:9/zendesk/").send(call()) == b"here"


def test_what_a_customer_typed_never_breaks_a_request() -> None:
    seen: list[httpx.Request] = []

    def keep(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200)

    hostile = "a\ud800b\x00\u202e\U0001f9ff"
    sender(keep).send(replace(call(method="POST"), body={"subject": hostile}, params=(("q", hostile),)))

    assert json.loads(seen[0].content) == {"subject": hostile}
    assert seen[0].url.host == "acme.zendesk.com"


@pytest.mark.parametrize(
    "path",
    [
        *("x", "//evil.example/x", "/a//b", "https://evil.example/", "/a@evil.example", "/a:80", "/a/../b", "/./a"),
        *("", "/", "/a?b=c", "/a#b", "/a\\b", "/a b", "/é", "/a\n", "/a\x00", "/\ud800"),
    ],
)
def test_a_path_that_could_lead_elsewhere_is_refused(path: str) -> None:
    def reached(_: httpx.Request) -> httpx.Response:
        pytest.fail("the request was sent")

    with pytest.raises(Rejected, match=r"^vendor\.question: its path is not one of this API$"):
        sender(reached).send(call(path=path))


@pytest.mark.parametrize("status", [301, 302, 303, 304, 307, 308])
@pytest.mark.parametrize(("repeatable", "kind"), [(True, Malformed), (False, OutcomeUnknown)])
def test_a_redirect_is_an_error_and_never_followed(status: int, *, repeatable: bool, kind: type[ServiceError]) -> None:
    asked: list[str] = []

    def elsewhere(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(status, headers={"Location": "http://evil.example/"})

    with pytest.raises(kind) as caught:
        sender(elsewhere).send(call(repeatable=repeatable))
    assert type(caught.value) is kind
    assert asked == ["acme.zendesk.com"]


@pytest.mark.parametrize("repeatable", [True, False])
@pytest.mark.parametrize(
    "problem",
    [httpx.ConnectError("no"), httpx.ConnectTimeout("no"), httpx.PoolTimeout("no"), httpx.ProxyError("no")],
    ids=lambda problem: type(problem).__name__,
)
def test_without_a_connection_nothing_happened(problem: Exception, *, repeatable: bool) -> None:
    with pytest.raises(Unavailable, match="cannot reach") as caught:
        sender(_raising(problem)).send(call(repeatable=repeatable))
    assert type(caught.value) is Unavailable


LOST = [
    httpx.ReadTimeout("no"),
    httpx.ReadError("no"),
    httpx.WriteError("no"),
    httpx.WriteTimeout("no"),
    httpx.RemoteProtocolError("no"),
    httpx.LocalProtocolError("no"),
    httpx.CloseError("no"),
    httpx.DecodingError("no"),
]


@pytest.mark.parametrize("problem", LOST, ids=lambda problem: type(problem).__name__)
@pytest.mark.parametrize(("repeatable", "kind"), [(True, Unavailable), (False, OutcomeUnknown)])
def test_a_lost_answer_is_unknown_unless_asking_again_is_harmless(
    problem: Exception, *, repeatable: bool, kind: type[ServiceError]
) -> None:
    with pytest.raises(kind, match=rf"^vendor\.question: no answer, {type(problem).__name__}$") as caught:
        sender(_raising(problem)).send(call(repeatable=repeatable))
    assert type(caught.value) is kind


@pytest.mark.parametrize(("repeatable", "kind"), [(True, Unavailable), (False, OutcomeUnknown)])
def test_the_whole_exchange_has_a_deadline_however_busy_the_line(*, repeatable: bool, kind: type[ServiceError]) -> None:
    clock = FakeClock()

    def drip() -> Iterator[bytes]:
        while True:
            clock.advance(10)
            yield b"x"

    with pytest.raises(kind, match="ReadTimeout"):
        sender(streamed(drip()), clock=clock).send(call(repeatable=repeatable))
    assert 60 <= clock.monotonic() <= 80


def test_a_compressed_answer_is_inflated() -> None:
    zipped = gzip.compress(b'{"a": 1}' * 1000)
    chunks = iter([zipped[:10], zipped[10:20], zipped[20:]])
    assert sender(streamed(chunks, **{"content-encoding": "gzip"})).send(call()) == b'{"a": 1}' * 1000


def bomb() -> bytes:
    return gzip.compress(b"\0" * 70_000_000, 6)


DAMAGED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "bomb": ("gzip", bomb, "too long"),
    "cut off": ("gzip", lambda: gzip.compress(b"x" * 1000)[:-9], "cut off"),
    "not compressed at all": ("gzip", lambda: b"<html>", "not compressed"),
    "another compression": ("br", lambda: b"x", "not asked for"),
    "endless": ("identity", lambda: b"x" * (65 * 1024 * 1024), "too long"),
}


@pytest.mark.parametrize("kind", DAMAGED)
@pytest.mark.parametrize(("repeatable", "error"), [(True, Malformed), (False, OutcomeUnknown)])
def test_a_damaged_body_is_no_answer(kind: str, *, repeatable: bool, error: type[ServiceError]) -> None:
    encoding, body, why = DAMAGED[kind]
    with pytest.raises(error, match=why) as caught:
        sender(streamed(iter([body()]), **{"content-encoding": encoding})).send(call(repeatable=repeatable))
    assert isinstance(caught.value, TooLong) == (repeatable and why == "too long")


@pytest.mark.parametrize(("repeatable", "kind"), [(True, Malformed), (False, OutcomeUnknown)])
def test_a_success_that_cannot_be_read_is_unknown_unless_repeatable(
    *, repeatable: bool, kind: type[ServiceError]
) -> None:
    def confused(_: Answer) -> bytes:
        raise Malformed("the answer is not JSON")

    asked = replace(call(repeatable=repeatable), read=confused)
    with pytest.raises(kind, match=r"^vendor\.question: 200, the answer is not JSON$") as caught:
        sender(lambda _: httpx.Response(200, html="<html>")).send(asked)
    assert caught.value.status == 200


def test_a_refusal_is_deciphered_by_the_vendor() -> None:
    with pytest.raises(Rejected, match=r"vendor\.question: 418"):
        sender(lambda _: httpx.Response(418)).send(call())


def test_cookies_are_not_kept() -> None:
    seen: list[bool] = []

    def bake(request: httpx.Request) -> httpx.Response:
        seen.append("cookie" in request.headers)
        return httpx.Response(200, headers={"Set-Cookie": "session=1; Path=/"})

    one = sender(bake)
    one.send(call())
    one.send(call())
    assert seen == [False, False]


def _raising(problem: Exception) -> Callable[[httpx.Request], httpx.Response]:
    def handler(_: httpx.Request) -> httpx.Response:
        raise problem

    return handler
