"""Search: an index that lags behind, so nothing may be decided by it.

developers.hubspot.com … crm/search-the-crm. A record is in the index only when its last write is old enough: live, a
search seconds after a creation found nothing and a second record was made (report of 2026-10-06).
"""

from __future__ import annotations

from datetime import timedelta

from zenhub_sync.sandbox.http import Response, json_response
from zenhub_sync.sandbox.hubspot import render
from zenhub_sync.sandbox.hubspot.bodies import Search, Sort
from zenhub_sync.sandbox.hubspot.call import Call, cursor
from zenhub_sync.sandbox.hubspot.kinds import Kind
from zenhub_sync.sandbox.hubspot.records import Record
from zenhub_sync.sandbox.hubspot.refusals import RefusalError
from zenhub_sync.sandbox.hubspot.search_filters import check_filter, matches, order_key
from zenhub_sync.sandbox.hubspot.world import World

PAGE_LIMIT = 200
MAX_RESULTS = 10_000
MAX_CHARACTERS = 3_000
MAX_GROUPS = 5
MAX_FILTERS_IN_GROUP = 6
MAX_FILTERS = 18


def search(world: World, call: Call) -> Response:
    kind = call.kind()
    body = call.body(Search)
    _check_sizes(call, body)
    groups = [group.filters for group in body.filter_groups] or ([body.filters] if body.filters else [])
    for one in (one for group in groups for one in group):
        check_filter(world, kind, one)
    start = cursor(body.after)
    if start + body.limit > MAX_RESULTS:
        raise RefusalError(400, f"A search can page through {MAX_RESULTS} results at most")
    found = [
        record
        for record in world.records.walk(kind)
        if _indexed(world, record)
        and _mentions(record, body.query)
        and (not groups or any(all(matches(world, record, one) for one in group) for group in groups))
    ]
    found = _sorted(world, kind, found, body.sorts)
    shown = [render.as_read(world, record, body.properties) for record in found[start : start + body.limit]]
    end = start + body.limit
    page = render.page(shown, str(end) if end < len(found) else None)
    return json_response(200, {"total": len(found)} | page)


def _check_sizes(call: Call, body: Search) -> None:
    if len(call.request.body.decode("utf-8", "replace")) > MAX_CHARACTERS or len(body.query or "") > MAX_CHARACTERS:
        raise RefusalError(400, f"A search request can have {MAX_CHARACTERS} characters at most")
    if not 1 <= body.limit <= PAGE_LIMIT:
        raise RefusalError(400, f"Invalid limit: {body.limit}. It must be between 1 and {PAGE_LIMIT}.")
    filters = [len(group.filters) for group in body.filter_groups] + [len(body.filters)]
    if len(body.filter_groups) > MAX_GROUPS or max(filters) > MAX_FILTERS_IN_GROUP or sum(filters) > MAX_FILTERS:
        message = (
            f"A search can have {MAX_GROUPS} filter groups, {MAX_FILTERS_IN_GROUP} filters in each and "
            f"{MAX_FILTERS} in all"
        )
        raise RefusalError(400, message)
    if len(body.sorts) > 1:
        raise RefusalError(400, "A search can be sorted by one property")


def _indexed(world: World, record: Record) -> bool:
    return record.live and record.updated_at <= world.now() - timedelta(seconds=world.options.search_lag)


def _mentions(record: Record, query: str | None) -> bool:
    if not query:
        return True
    text = " ".join(record.values.get(name, "") for name in record.kind.searched).lower()
    return all(word in text for word in query.lower().split())


def _sorted(world: World, kind: Kind, found: list[Record], sorts: list[Sort | str]) -> list[Record]:
    """Sort by one property; without that, by creation."""
    if not sorts:
        return found
    sort = Sort.model_validate({"propertyName": sorts[0].lstrip("-")}) if isinstance(sorts[0], str) else sorts[0]
    definition = world.catalogue.find(kind, sort.property_name)
    if definition is None or sort.direction not in ("ASCENDING", "DESCENDING"):
        raise RefusalError(400, f"Cannot sort by {sort.property_name} {sort.direction}")
    backwards = sort.direction == "DESCENDING" or (isinstance(sorts[0], str) and sorts[0].startswith("-"))
    return sorted(found, key=lambda record: order_key(definition, record), reverse=backwards)
