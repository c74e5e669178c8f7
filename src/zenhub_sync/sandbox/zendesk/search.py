"""Search, with an index that lags.

https://developer.zendesk.com/api-reference/ticketing/ticket-management/search/
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from zenhub_sync.sandbox.zendesk import refusals
from zenhub_sync.sandbox.zendesk.exchange import Exchange
from zenhub_sync.sandbox.zendesk.rows import Row

MOST_RESULTS = 1000

_MATCHES: Mapping[str, Callable[[Row, str], bool]] = {
    "type": lambda row, value: value == "ticket",
    "status": lambda row, value: row["status"] == value,
    "priority": lambda row, value: row["priority"] == value,
    "tags": lambda row, value: value in row["tags"],
    "organization": lambda row, value: str(row["organization_id"]) == value,
    "requester": lambda row, value: str(row["requester_id"]) == value,
    "external_id": lambda row, value: row["external_id"] == value,
    "satisfaction": lambda row, value: (row["satisfaction_rating"] or {}).get("score") == value,
}


def search(exchange: Exchange) -> Row:
    """Find tickets by `key:value` words and words of the subject; 1,000 results at most, no cursor paging."""
    if any(name.startswith("page[") for name in exchange.request.query):
        raise refusals.named(400, "InvalidValue", "page[size] is not supported by search")
    query = exchange.param("query")
    if not query:
        raise refusals.named(422, "invalid", "Invalid search: query is required")
    number, size = max(exchange.number("page") or 1, 1), exchange.size("per_page", 100)
    if number * size > MOST_RESULTS:
        raise refusals.named(
            422, "invalid", "Invalid search: Requested response size was greater than Search Response Limits"
        )
    indexed = exchange.records.epoch() - exchange.records.options.search_lag
    rows = [
        row
        for row in exchange.records.tickets.values()
        if row["status"] != "deleted" and row["generated_timestamp"] <= indexed and _matches(row, query)
    ]
    page = rows[(number - 1) * size : number * size]
    more = number * size < min(len(rows), MOST_RESULTS)
    return {
        "results": [row | {"result_type": "ticket"} for row in page],
        "facets": None,
        "count": len(rows),
        "next_page": exchange.link("/api/v2/search.json", page=number + 1) if more else None,
        "previous_page": exchange.link("/api/v2/search.json", page=number - 1) if number > 1 else None,
    }


def _matches(row: Row, query: str) -> bool:
    for word in query.split():
        name, colon, value = word.partition(":")
        if colon and name in _MATCHES:
            if not _MATCHES[name](row, value):
                return False
        elif word.casefold() not in (row["subject"] or "").casefold():
            return False
    return True
