"""Senders that say what they are told to, and calls to give them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from zenhub_sync.transport.call import Answer, Call

T = TypeVar("T")


class ScriptedSender:
    """Go through a script: raise what is an error in it, and make the call read what is an answer."""

    def __init__(self, script: Iterable[Answer | Exception], *, before: Callable[[], None] = lambda: None) -> None:
        self._script = iter(script)
        self._before = before
        self.sent: list[str] = []

    def send(self, call: Call[T]) -> T:
        self._before()
        self.sent.append(call.name)
        step = next(self._script)
        if isinstance(step, Exception):
            raise step
        return call.read(step)


def answer(body: bytes = b"{}", status: int = 200, **headers: str) -> Answer:
    """Return an answer; header names are given with underscores."""
    return Answer(status=status, headers={name.replace("_", "-"): text for name, text in headers.items()}, body=body)


def call(*, repeatable: bool = True, bucket: str = "zendesk", method: str = "GET", path: str = "/x") -> Call[bytes]:
    """Return a call that reads the bare body."""
    return Call(
        name="vendor.question",
        method=method,
        path=path,
        bucket=bucket,
        repeatable=repeatable,
        read=lambda given: given.body,
    )
