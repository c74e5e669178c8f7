"""What was asked and answered is let go at once: bodies are large, and the garbage collector seldom comes."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator
from contextlib import suppress
from random import Random
from typing import Any

import httpx
import pytest
from tests.fakes.clock import FakeClock
from tests.fakes.sender import call

from zenhub_sync.transport.call import Answer, Call
from zenhub_sync.transport.errors import Rejected, ServiceError, Unavailable
from zenhub_sync.transport.http import HttpxSender
from zenhub_sync.transport.retry import RetryingSender


class Streamed(httpx.SyncByteStream):
    """A body as a network gives it: in parts."""

    def __init__(self, *parts: bytes) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[bytes]:
        yield from self._parts


def streamed(status: int, **headers: str) -> Callable[[], httpx.Response]:
    return lambda: httpx.Response(status, headers=headers, stream=Streamed(b'{"a"', b": 1}"))


def lost() -> httpx.Response:
    raise httpx.ReadError("reset")


def refuse(asked: Call[Any], given: Answer) -> ServiceError:
    return (Unavailable if given.status >= 500 else Rejected)(asked.name, status=given.status)


@pytest.fixture
def _no_collector() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


ANSWERS = {
    "streamed": [streamed(200)],
    "whole": [lambda: httpx.Response(207, json={"a": 1})],
    "refused": [streamed(400)],
    "not as compressed as it says": [streamed(200, content_encoding="gzip")],
    "not there, then there": [streamed(503), streamed(200)],
    "lost, then there": [lost, streamed(200)],
    "never there": [streamed(503)] * 5,
}


@pytest.mark.usefixtures("_no_collector")
@pytest.mark.parametrize("answers", ANSWERS.values(), ids=ANSWERS)
def test_no_request_outlives_its_answer(answers: list[Callable[[], httpx.Response]]) -> None:
    script = iter(answers)
    asked: list[weakref.ref[httpx.Request]] = []
    given: list[weakref.ref[httpx.Response]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(weakref.ref(request))
        response = next(script)()
        given.append(weakref.ref(response))
        return response

    clock = FakeClock()
    http = HttpxSender("https://acme.zendesk.com", refuse, clock=clock, transport=httpx.MockTransport(answer))
    with suppress(ServiceError):
        RetryingSender(http, clock=clock, random=Random(1)).send(call(method="POST"))

    assert len(asked) == len(answers)
    assert [ref() for ref in asked + given] == [None] * len(asked + given)
