"""Pages of ordinary lists: by cursor (`page[size]`) or by offset (`page`, `per_page`).

https://developer.zendesk.com/api-reference/introduction/pagination/
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence

from zenhub_sync.sandbox.zendesk import refusals
from zenhub_sync.sandbox.zendesk.exchange import Exchange
from zenhub_sync.sandbox.zendesk.rows import Row

DEEPEST = 10_000


def listed(exchange: Exchange, name: str, rows: Sequence[Row]) -> Row:
    """Answer one page of rows that ascend by id; the style is the one the request uses."""
    query = exchange.request.query
    if "page[size]" in query or "page[after]" in query:
        return _by_cursor(exchange, name, rows)
    return _by_offset(exchange, name, rows)


def _by_cursor(exchange: Exchange, name: str, rows: Sequence[Row]) -> Row:
    """Page by cursor; `links.next` is set on the last page too (live, 2026-10-09)."""
    size = exchange.size("page[size]", 100)
    after = exchange.param("page[after]")
    start = _decode(after) if after else None
    rest = [row for row in rows if start is None or row["id"] > start]
    page, more = rest[:size], len(rest) > size
    first, last = (_encode(page[0]["id"]), _encode(page[-1]["id"])) if page else (None, None)
    path = exchange.request.path.removesuffix(".json") + ".json"
    following = exchange.link(path, without=("page[before]",), **{"page[after]": last}) if page else None
    previous = exchange.link(path, without=("page[after]",), **{"page[before]": first}) if page else None
    return {
        name: page,
        "meta": {"has_more": more, "after_cursor": last, "before_cursor": first},
        "links": {"prev": previous, "next": following},
    }


def _by_offset(exchange: Exchange, name: str, rows: Sequence[Row]) -> Row:
    number, size = max(exchange.number("page") or 1, 1), exchange.size("per_page", 100)
    if number * size > DEEPEST:
        raise refusals.newer(400, "InvalidPaginationDepth", "Page depth is limited to 10,000 records")
    page = rows[(number - 1) * size : number * size]
    path = exchange.request.path.removesuffix(".json") + ".json"
    return {
        name: page,
        "count": len(rows),
        "next_page": exchange.link(path, page=number + 1) if number * size < len(rows) else None,
        "previous_page": exchange.link(path, page=number - 1) if number > 1 else None,
    }


def _encode(row_id: int) -> str:
    value = base64.b64encode(str(row_id).encode()).decode()
    return base64.b64encode(json.dumps({"o": "id", "v": value}).encode()).decode()


def _decode(cursor: str) -> int:
    try:
        return int(base64.b64decode(json.loads(base64.b64decode(cursor, validate=True))["v"]))
    except (binascii.Error, ValueError, KeyError, TypeError):
        raise refusals.newer(400, "InvalidPaginationParameter", "page[after] is not valid") from None
