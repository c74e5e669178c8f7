"""One vendor endpoint, one value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back: status, headers (lower-case names) and the whole decoded body.

    `sent` is when the call was put on the wire and `answered` when the answer began, its body yet to come; both in
    seconds of the sender's monotonic clock.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    sent: float | None = None
    answered: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[T_co]):
    """Say what to ask, how to read the answer, and whether asking twice is harmless.

    `name` appears in logs and errors (`zendesk.export_tickets`). `bucket` is the vendor's rate-limit bucket.
    `repeatable` is a fact about the endpoint, with the vendor page cited where the call is built: a call
    that is not repeatable is sent at most once, and an answer that got lost is `OutcomeUnknown`.
    `read` turns a 2xx answer into a value; it raises `Malformed` for anything it does not understand.
    What is asked and answered may hold secrets and people's words: neither is in the repr.
    """

    name: str
    method: str
    path: str
    bucket: str
    repeatable: bool
    read: Callable[[Answer], T_co]
    params: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: Json = field(default=None, repr=False)


class Sender(Protocol):
    """Send a call and return what its `read` makes of the answer, or raise a `ServiceError`."""

    def send(self, call: Call[T]) -> T: ...
