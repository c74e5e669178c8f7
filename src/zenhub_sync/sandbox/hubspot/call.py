"""One request on its way through the portal, read as HubSpot reads it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from zenhub_sync.sandbox.http import Request
from zenhub_sync.sandbox.hubspot.kinds import Kind, infer
from zenhub_sync.sandbox.hubspot.refusals import RefusalError, fields_not_set

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """`path` holds what the placeholders of the route matched."""

    request: Request
    correlation_id: str
    path: Mapping[str, str] = field(default_factory=dict)
    any_case: bool = False

    def kind(self, name: str = "kind") -> Kind:
        return infer(self.path[name], any_case=self.any_case)

    def body(self, model: type[M]) -> M:
        """Read the body, which must be there, be JSON and hold what the model requires."""
        payload = self.json()
        try:
            return model.model_validate(payload)
        except ValidationError as error:
            raise _unreadable(error) from error

    def json(self) -> Any:
        if "application/json" not in self.request.headers.get("content-type", ""):
            # developers.hubspot.com/docs/api-reference/error-handling: 415
            raise RefusalError(415, "Unsupported Media Type", category=None)
        if not self.request.body:
            # github.com/HubSpot/hubspot-api-ruby/issues/187
            raise RefusalError(400, "Invalid JSON input: a request body was expected, but none found")
        try:
            return json.loads(self.request.body)
        except (ValueError, RecursionError) as error:
            raise RefusalError(400, "Invalid input JSON on line 1, column 1: Unexpected character") from error

    def names(self, parameter: str) -> list[str]:
        """Read a list given as one value with commas, as a repeated parameter, or both."""
        values = self.request.query.get(parameter, ())
        return [name.strip() for value in values for name in value.split(",") if name.strip()]

    def flag(self, parameter: str) -> bool:
        value = self.request.param(parameter) or "false"
        if value not in ("true", "false"):
            raise RefusalError(400, f"Unable to parse value for {parameter}: {value}")
        return value == "true"

    def limit(self, *, default: int, most: int) -> int:
        """Read `limit`; a value beyond the endpoint's most is refused, not cut."""
        text = self.request.param("limit")
        if text is None:
            return default
        if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= most:
            raise RefusalError(400, f"Invalid limit: {text}. It must be between 1 and {most}.")
        return int(text)

    def after(self) -> int:
        return cursor(self.request.param("after"))


def cursor(text: str | None) -> int:
    """Read a paging cursor: an integer in every endpoint here."""
    if text is None:
        return 0
    if not text.isascii() or not text.isdigit():
        raise RefusalError(400, f"Invalid paging cursor: {text}")
    return int(text)


def _unreadable(error: ValidationError) -> RefusalError:
    faults = error.errors(include_url=False, include_context=False)
    missing = [str(fault["loc"][-1]) for fault in faults if fault["type"] == "missing"]
    if missing:
        return fields_not_set(list(dict.fromkeys(missing)))
    place = ".".join(str(part) for part in faults[0]["loc"])
    return RefusalError(400, f"Invalid input JSON on line 1, column 1: Cannot deserialize value at `{place}`")
