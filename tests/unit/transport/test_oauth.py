"""Tokens are granted, renewed and refused as Zendesk's client credentials are."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from tests.fakes.clock import FakeClock
from tests.fakes.sender import call

from zenhub_sync.transport.call import Answer, Call
from zenhub_sync.transport.errors import Rejected, ServiceError, Unauthorized, Unavailable
from zenhub_sync.transport.limits import zendesk_limiters
from zenhub_sync.transport.oauth import ClientCredentials
from zenhub_sync.transport.stack import RequestCount, SenderStack, build_sender

SCOPES = ("tickets:read", "users:read")

Respond = Callable[[int], httpx.Response]


def refuse(asked: Call[Any], given: Answer) -> ServiceError:
    if given.status == 401:
        return Unauthorized(f"{asked.name}: 401", status=401)
    word = json.loads(given.body or b"{}").get("error")
    return Rejected(f"{asked.name}: {given.status}", status=given.status, code=word)


def granted(**changes: object) -> httpx.Response:
    body = {"access_token": "t", "expires_in": 1799, "scope": " ".join(SCOPES), "token_type": "bearer"}
    return httpx.Response(200, json={key: each for key, each in (body | changes).items() if each is not None})


class Desk:
    """A Zendesk that grants what it is told to, and takes the tokens it is told to."""

    def __init__(self, grants: Respond, good: Callable[[str], bool] = lambda _: True) -> None:
        self.clock = FakeClock()
        self.count = RequestCount()
        self.grants: list[dict[str, object]] = []
        self.asked: list[str] = []
        self._respond = grants
        self._good = good

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth/tokens":
            self.grants.append(json.loads(request.content))
            return self._respond(len(self.grants))
        self.asked.append(request.headers["authorization"])
        return httpx.Response(200 if self._good(self.asked[-1]) else 401)

    def sender(self, scopes: Sequence[str] = SCOPES) -> SenderStack:
        credentials = ClientCredentials("sync", SecretStr("s3cret"), scopes=scopes, clock=self.clock)
        return build_sender(
            base_url="https://acme.zendesk.com",
            auth=credentials,
            limiters=zendesk_limiters(clock=self.clock, share=1.0),
            decipher=refuse,
            clock=self.clock,
            random=Random(1),
            transport=httpx.MockTransport(self),
            count=self.count,
        )


def numbered(number: int) -> httpx.Response:
    return granted(access_token=f"t{number}")


def test_a_token_is_asked_for_as_documented_and_used_until_it_ends() -> None:
    desk = Desk(numbered)
    with desk.sender() as sender:
        sender.send(call())
        sender.send(call())
    assert desk.grants == [
        {
            "grant_type": "client_credentials",
            "client_id": "sync",
            "client_secret": "s3cret",
            "scope": "tickets:read users:read",
            "expires_in": 1800,
        }
    ]
    assert desk.asked == ["Bearer t1", "Bearer t1"]
    assert desk.count.total == 3


@pytest.mark.parametrize(
    ("expires_in", "passed", "grants"),
    [(1799, 1738, 1), (1799, 1740, 2), (300, 239, 1), (300, 241, 2), (60, 29, 1), (60, 31, 2), (None, 10**7, 1)],
)
def test_a_token_is_renewed_a_minute_early(expires_in: int | None, passed: float, grants: int) -> None:
    desk = Desk(lambda number: granted(access_token=f"t{number}", expires_in=expires_in))
    sender = desk.sender()
    sender.send(call())
    desk.clock.advance(passed)
    sender.send(call())
    assert len(desk.grants) == grants


def test_a_refused_token_is_replaced_once() -> None:
    desk = Desk(numbered, good=lambda header: header == "Bearer t2")
    desk.sender().send(call())
    assert desk.asked == ["Bearer t1", "Bearer t2"]


def test_a_second_refusal_is_final() -> None:
    desk = Desk(numbered, good=lambda _: False)
    with pytest.raises(Unauthorized):
        desk.sender().send(call())
    assert desk.asked == ["Bearer t1", "Bearer t2"]


def test_threads_share_one_grant() -> None:
    desk = Desk(numbered)
    sender = desk.sender()
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(sender.send, call()) for _ in range(40)]:
            done.result()
    assert len(desk.grants) == 1
    assert desk.count.total == 41


@pytest.mark.parametrize(
    ("asked", "given", "missing"),
    [
        (SCOPES, "tickets:read", ("users:read",)),
        (SCOPES, "", SCOPES),
        (SCOPES, "users:read tickets:read more", None),
        (SCOPES, "read", None),
        (SCOPES, None, None),
        (("read",), "tickets:read", ("read",)),
    ],
)
def test_the_scopes_granted_are_compared_with_those_asked_for(
    asked: tuple[str, ...], given: str | None, missing: tuple[str, ...] | None
) -> None:
    sender = Desk(lambda _: granted(scope=given)).sender(asked)
    if missing is None:
        sender.send(call())
        return
    with pytest.raises(Unauthorized, match=r"tick it .*Admin Center > Apps and integrations") as caught:
        sender.send(call())
    assert caught.value.missing_scopes == missing


@pytest.mark.parametrize(
    ("status", "error", "advice"),
    [
        (400, "invalid_scope", "tick them"),
        (400, "invalid_client", "ZENDESK_CLIENT_SECRET"),
        (401, "invalid_client", "ZENDESK_CLIENT_SECRET"),
        (404, "anything", "ZENDESK_SUBDOMAIN"),
    ],
)
def test_a_refused_grant_says_what_to_mend(status: int, error: str, advice: str) -> None:
    desk = Desk(lambda _: httpx.Response(status, json={"error": error}))
    with pytest.raises(Unauthorized, match=advice):
        desk.sender().send(call())
    assert len(desk.grants) == 1
    assert desk.asked == []


def test_a_grant_that_fails_in_passing_is_asked_for_again() -> None:
    def shaky(number: int) -> httpx.Response:
        if number == 1:
            raise httpx.ConnectError("no")
        return granted()

    desk = Desk(shaky)
    desk.sender().send(call(repeatable=False))
    assert desk.asked == ["Bearer t"]


@pytest.mark.parametrize(
    "body", [{}, {"access_token": ""}, {"access_token": 3}, {"access_token": "t", "expires_in": 0}]
)
def test_a_grant_without_a_token_is_no_token(body: dict[str, object]) -> None:
    desk = Desk(lambda _: httpx.Response(200, json=body))
    with pytest.raises(Unavailable, match=r"zendesk\.grant_token: 200, unexpected answer"):
        desk.sender().send(call())
    assert desk.asked == []
