"""A secret is in the request and nowhere else."""

from __future__ import annotations

import json
import logging
import traceback
from base64 import b64decode
from random import Random

import httpx
import pytest
from pydantic import SecretStr
from tests.fakes.clock import FakeClock
from tests.fakes.sender import ScriptedSender, answer, call

from zenhub_sync.transport.auth import Authenticator, BasicToken, StaticBearer
from zenhub_sync.transport.errors import ServiceError
from zenhub_sync.transport.limits import zendesk_limiters
from zenhub_sync.transport.oauth import ClientCredentials
from zenhub_sync.transport.stack import SenderStack, build_sender
from zenhub_sync.zendesk.refusals import decipher

CANARY = "c4n4ry-do-not-print"

GRANT = {"access_token": CANARY, "scope": "read"}


def kinds() -> dict[str, Authenticator]:
    return {
        "bearer": StaticBearer(SecretStr(CANARY)),
        "basic": BasicToken("ops@example.com", SecretStr(CANARY)),
        "oauth": ClientCredentials("sync", SecretStr(CANARY), scopes=("read",), clock=FakeClock()),
    }


def stack(auth: Authenticator, transport: httpx.BaseTransport) -> SenderStack:
    clock = FakeClock()
    return build_sender(
        base_url="https://acme.zendesk.com",
        auth=auth,
        limiters=zendesk_limiters(clock=clock, share=1.0),
        decipher=decipher,
        clock=clock,
        random=Random(1),
        transport=transport,
    )


def everything_about(problem: BaseException) -> str:
    return "\n".join([repr(problem), str(problem), repr(vars(problem)), *traceback.format_exception(problem)])


@pytest.mark.parametrize("name", kinds())
def test_no_repr_shows_it(name: str) -> None:
    auth = kinds()[name]
    shown = f"{auth!r} {vars(auth)!r} {auth.authorization(ScriptedSender([answer(json.dumps(GRANT).encode())]))!r}"
    assert CANARY not in shown


@pytest.mark.parametrize("name", kinds())
@pytest.mark.parametrize("fault", [400, 401, 403, 404, 409, 422, 429, 500, 302, "connect", "read", "html"])
def test_no_error_and_no_log_shows_it(name: str, fault: int | str, caplog: pytest.LogCaptureFixture) -> None:
    def faulty(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth/tokens":
            return httpx.Response(200, json=GRANT)
        if isinstance(fault, int):
            return _echo(request, fault)
        if fault == "html":
            return httpx.Response(429, html=f"<p>{request.headers['authorization']}</p>")
        raise {"connect": httpx.ConnectError, "read": httpx.ReadError}[fault](CANARY, request=request)

    caplog.set_level(logging.DEBUG)
    auth = kinds()[name]
    with pytest.raises(ServiceError) as caught, stack(auth, httpx.MockTransport(faulty)) as sender:
        sender.send(call(repeatable=False))
    assert CANARY not in everything_about(caught.value)
    assert CANARY not in caplog.text


@pytest.mark.parametrize("fault", [400, 401, 403, 404, 429, 500])
def test_a_refused_grant_does_not_show_it(fault: int) -> None:
    with pytest.raises(ServiceError) as caught:
        stack(kinds()["oauth"], httpx.MockTransport(lambda request: _echo(request, fault))).send(call())
    assert CANARY not in everything_about(caught.value)


def test_neither_calls_nor_answers_show_their_words() -> None:
    assert CANARY not in repr(answer(CANARY.encode()))


def test_the_legacy_way_in_is_the_documented_one() -> None:
    auth = BasicToken("ops@example.com", SecretStr("t"))
    header = auth.authorization(ScriptedSender([answer(json.dumps(GRANT).encode())])).get_secret_value()
    assert b64decode(header.removeprefix("Basic ")) == b"ops@example.com/token:t"


def _echo(request: httpx.Request, status: int = 200) -> httpx.Response:
    if status == 200 and request.url.path == "/oauth/tokens":
        return httpx.Response(200, json=GRANT)
    said = f"{request.headers.get('authorization')} {request.content.decode()}"
    return httpx.Response(status, json={"error": said, "description": said, "details": {said: [said]}})
