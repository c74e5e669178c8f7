"""One request on its way to an answer, and the reading of its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from zenhub_sync.sandbox.http import Request
from zenhub_sync.sandbox.zendesk import refusals
from zenhub_sync.sandbox.zendesk.oauth import Principal
from zenhub_sync.sandbox.zendesk.records import Records


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What a handler sees: the records, the request, the ids of its path, and who asks (None: nobody)."""

    records: Records
    request: Request
    found: Mapping[str, str]
    principal: Principal | None

    def param(self, name: str) -> str | None:
        return self.request.param(name)

    def words(self, name: str) -> list[str]:
        """Return the parts of a comma list."""
        return [part.strip() for part in (self.param(name) or "").split(",") if part.strip()]

    def number(self, name: str) -> int | None:
        """Return an integer parameter; refuse what is none."""
        value = self.param(name)
        if value is None or value == "":
            return None
        try:
            return int(value)
        except ValueError:
            raise refusals.named(400, "InvalidValue", f"Invalid value for parameter {name}") from None

    def size(self, name: str, limit: int) -> int:
        """Return a page size, kept within 1 and its limit."""
        asked = self.number(name)
        return limit if asked is None else min(max(asked, 1), limit)

    def link(self, path: str, without: tuple[str, ...] = (), **changed: Any) -> str:
        """Write an absolute link with this request's parameters echoed, sorted by name as live."""
        names = {name: values[-1] for name, values in self.request.query.items() if name not in without}
        query = urlencode(sorted((names | {k: str(v) for k, v in changed.items()}).items()))
        return f"{self.records.base_url}{path}" + (f"?{query}" if query else "")
