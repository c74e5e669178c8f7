"""The incremental exports.

https://developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports/
"""

from __future__ import annotations

import base64
import binascii
import bisect
import itertools
import re
from collections.abc import Callable, Iterator, Sequence

from zenhub_sync.sandbox.http import Json
from zenhub_sync.sandbox.zendesk import refusals, sideloads
from zenhub_sync.sandbox.zendesk.exchange import Exchange
from zenhub_sync.sandbox.zendesk.rows import Row, seconds

MAX_PAGE = 1000

Key = tuple[int, int]
After = Callable[[Key], Iterator[Key]]  # the keys behind one, ascending
_CURSOR = re.compile(r"(\d+)\.0\|\|(\d+)\|")


def tickets_by_cursor(exchange: Exchange) -> Row:
    """Export tickets after a cursor, in the order (generated_timestamp, id)."""
    names = _includes(exchange)
    keys, more = _page(exchange, exchange.records.after, _ticket_filter(exchange))
    tickets, beside = _shown(exchange, [key for _, key in keys], names)
    ends = _ends(exchange, "/api/v2/incremental/tickets/cursor.json", keys, more=more)
    return {"tickets": tickets, **ends, **beside}


def users_by_cursor(exchange: Exchange) -> Row:
    """Export users in the order (updated_at, id); its links carry no `.json` (live recording, 2026-10-09)."""
    order = sorted((seconds(row["updated_at"]), key) for key, row in exchange.records.users.items())
    keys, more = _page(exchange, lambda start: iter(order[bisect.bisect_right(order, start) :]), lambda _: True)
    rows = [exchange.records.users[key] for _, key in keys]
    return {"users": rows, **_ends(exchange, "/api/v2/incremental/users/cursor", keys, more=more)}


def tickets_by_time(exchange: Exchange) -> Row:
    """Export tickets from a second on; a page keeps all rows of its last second, unless it is a full one."""
    names = _includes(exchange)
    keep = _ticket_filter(exchange)
    keys, ends = _seconds_page(exchange, exchange.records.after, keep, "/api/v2/incremental/tickets.json")
    tickets, beside = _shown(exchange, keys, names)
    return {"tickets": tickets, **ends, **beside}


def organizations_by_time(exchange: Exchange) -> Row:
    """Export organizations; deleted ones come renamed with `deleted_at`, a key that exists here alone."""
    records = exchange.records
    table = {**records.organizations, **records.deleted_organizations}
    order = sorted((seconds(row["updated_at"]), key) for key, row in table.items())
    keys, ends = _seconds_page(
        exchange,
        lambda start: iter(order[bisect.bisect_right(order, start) :]),
        lambda _: True,
        "/api/v2/incremental/organizations.json",
    )
    return {"organizations": [{"deleted_at": None, **table[key]} for key in keys], **ends}


def _includes(exchange: Exchange) -> list[str]:
    names = exchange.words("include")
    if "last_audits" in names:
        raise refusals.named(400, "InvalidValue", "last_audits is not supported by incremental exports")
    return names


def _shown(
    exchange: Exchange, keys: Sequence[int], names: Sequence[str]
) -> tuple[Sequence[Row | Json], dict[str, list[Row | Json]]]:
    """Return tickets and what is side-loaded beside them; those of a multitude are written and not read again."""
    records = exchange.records
    if "metric_sets" in names:
        tickets = [records.tickets[key] for key in keys]
        return sideloads.with_metrics(records, tickets), sideloads.beside(records, tickets, names)
    sketches = [records.tickets.sketch(key) for key in keys]
    return [records.tickets.shown(key) for key in keys], sideloads.beside(records, sketches, names)


def _ticket_filter(exchange: Exchange) -> Callable[[int], bool]:
    """Say which tickets are wanted: by default those that only AI agents handled are left out."""
    scope = exchange.param("support_type_scope") or "agent"
    if scope not in ("all", "agent", "ai_agent"):
        raise refusals.named(400, "InvalidValue", "support_type_scope must be one of all, agent, ai_agent")
    no_deleted = exchange.param("exclude_deleted") == "true"
    tickets = exchange.records.tickets

    def wanted(ticket_id: int) -> bool:
        if tickets.is_of_multitude(ticket_id):
            return scope != "ai_agent"
        ticket = tickets[ticket_id]
        if no_deleted and ticket["status"] == "deleted":
            return False
        return scope == "all" or (ticket.get("support_type") == "ai_agent") == (scope == "ai_agent")

    return wanted


def _page(exchange: Exchange, after: After, keep: Callable[[int], bool]) -> tuple[list[Key], bool]:
    """Return the keys of one page, strictly after the cursor, and whether more follow."""
    cursor = exchange.param("cursor")
    start = _decode(cursor) if cursor else (_start_time(exchange), -1)
    size = exchange.size("per_page", MAX_PAGE)
    until = _until(exchange)
    wanted = (key for key in itertools.takewhile(lambda key: key[0] <= until, after(start)) if keep(key[1]))
    keys = list(itertools.islice(wanted, size + 1))
    return keys[:size], len(keys) > size


def _ends(exchange: Exchange, path: str, keys: list[Key], *, more: bool) -> Row:
    """Write where to go on: on every page that has rows, the last one too; null when nothing was found."""
    cursor = _encode(*keys[-1]) if keys else None
    link = exchange.link(path, without=("start_time",), cursor=cursor) if cursor else None
    return {
        "after_cursor": cursor,
        "after_url": link,
        "before_cursor": None,
        "before_url": None,
        "end_of_stream": not more,
    }


def _seconds_page(exchange: Exchange, after: After, keep: Callable[[int], bool], path: str) -> tuple[list[int], Row]:
    """Page by whole seconds: `end_time` is the next second, but on the last or a full page the last row's own."""
    start, until, size = _start_time(exchange), _until(exchange), exchange.size("per_page", MAX_PAGE)
    reached = itertools.takewhile(lambda key: key[0] <= until, after((start, -1)))
    ripe = [key for key in reached if keep(key[1])]
    end = min(size, len(ripe))
    if 0 < end < MAX_PAGE:
        end = bisect.bisect_right(ripe, (ripe[end - 1][0], _HIGHEST_ID))
    page, last = ripe[:end], end == len(ripe)
    end_time = None
    if page:
        end_time = page[-1][0] + (0 if last or end >= MAX_PAGE else 1)
    following = start if end_time is None else end_time
    return [key for _, key in page], {
        "count": len(page),
        "end_of_stream": last,
        "end_time": end_time,
        "next_page": exchange.link(path, start_time=following),
    }


def _start_time(exchange: Exchange) -> int:
    """Read start_time; it must lie more than a minute back (the wording of today's refusal is not on record)."""
    start = exchange.number("start_time")
    if start is None:
        raise refusals.named(400, "InvalidValue", "start_time or cursor is required")
    if start < 0:
        raise refusals.named(400, "InvalidValue", "Invalid value for parameter start_time")
    if start > exchange.records.epoch() - 60:
        raise refusals.named(422, "InvalidValue", "Too recent start_time. Use a start_time older than 1 minute")
    return start


def _until(exchange: Exchange) -> int:
    """Return the last second shown: changes of the latest minute are withheld.

    https://support.zendesk.com/hc/en-us/articles/8143500919322
    """
    return exchange.records.epoch() - exchange.records.options.withhold


def _encode(stamp: int, row_id: int) -> str:
    """Write a cursor as live ones decode: base64 of `1791494060.0||1|`."""
    return base64.b64encode(f"{stamp}.0||{row_id}|".encode()).decode()


def _decode(cursor: str) -> tuple[int, int]:
    try:
        match = _CURSOR.fullmatch(base64.b64decode(cursor, validate=True).decode())
    except (binascii.Error, UnicodeDecodeError):
        match = None
    if match is None:
        raise refusals.named(400, "InvalidValue", "Invalid cursor")
    return int(match[1]), int(match[2])


_HIGHEST_ID = 2**63
