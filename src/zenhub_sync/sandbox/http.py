"""A request and an answer, as the two sandbox APIs see them; `server.py` puts them on a socket."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class Json(str):
    """A value that is written in JSON already; it may stand in a list of an answer."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """`query` keeps every value of a repeated name; header names are lower-case."""

    method: str
    path: str
    query: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def param(self, name: str) -> str | None:
        """Return the last value of a query parameter, as both vendors do."""
        values = self.query.get(name)
        return values[-1] if values else None


@dataclass(slots=True, kw_only=True)
class Response:
    """Headers may be added after the answer was made (rate limits, correlation ids)."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def json_response(status: int, payload: Any, headers: Mapping[str, str] | None = None) -> Response:
    """Answer in JSON, as both vendors spell the content type."""
    body = _written(payload).encode("utf-8", "surrogatepass")
    return Response(
        status=status, headers={"content-type": "application/json; charset=utf-8", **(headers or {})}, body=body
    )


def _written(payload: Any) -> str:
    """Write an answer; the lists right in it may hold what is written already."""
    if not isinstance(payload, dict) or not any(_has_json(value) for value in payload.values()):
        return json.dumps(payload, ensure_ascii=False)
    members = (f"{json.dumps(name)}: {_written_value(value)}" for name, value in payload.items())
    return f"{{{', '.join(members)}}}"


def _written_value(value: Any) -> str:
    if not _has_json(value):
        return json.dumps(value, ensure_ascii=False)
    return f"[{', '.join(one if isinstance(one, Json) else json.dumps(one, ensure_ascii=False) for one in value)}]"


def _has_json(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(one, Json) for one in value)
