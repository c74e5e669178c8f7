"""Single and bulk reads, counts and the account's own facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from zenhub_sync.sandbox.zendesk import paging, refusals, sideloads
from zenhub_sync.sandbox.zendesk.exchange import Exchange
from zenhub_sync.sandbox.zendesk.rows import Row

MAX_IDS = 100

_ANONYMOUS: Mapping[str, Any] = {
    "id": None,
    "url": None,
    "name": "Anonymous user",
    "email": "invalid@example.com",
    "role": "end-user",
    "active": True,
}


def me(exchange: Exchange) -> Row:
    """Answer 200 to nobody as well: an anonymous user, whose id is null (live, 2026)."""
    if exchange.principal is None:
        return {"user": dict(_ANONYMOUS)}
    role = "admin" if exchange.records.options.user_is_admin else "agent"
    return {"user": exchange.records.users[exchange.records.me] | {"role": role}}


def current_token(exchange: Exchange) -> Row:
    """Describe the token in use. https://developer.zendesk.com/api-reference/ticketing/oauth/oauth_tokens/"""
    if exchange.principal is None or exchange.principal.token is None:
        raise refusals.record_not_found()
    return {"token": exchange.principal.token}


def ticket(exchange: Exchange) -> Row:
    row = _visible_ticket(exchange)
    names = exchange.words("include")
    return {"ticket": row, **sideloads.beside(exchange.records, [row], names)}


def tickets(exchange: Exchange) -> Row:
    """List what is not deleted, by id."""
    return paging.listed(exchange, "tickets", _living(exchange))


def tickets_show_many(exchange: Exchange) -> Row:
    """Return tickets by id, sorted by id; missing and deleted ones are left out without a word."""
    names = exchange.words("include")
    rows = [row for row in _by_ids(exchange, exchange.records.tickets) if row["status"] != "deleted"]
    beside = sideloads.beside(exchange.records, rows, names)
    return {"tickets": rows, **_whole(rows), **beside}


def tickets_count(exchange: Exchange) -> Row:
    return {"count": {"value": len(_living(exchange)), "refreshed_at": exchange.records.stamp()}}


def audits(exchange: Exchange) -> Row:
    """Answer the history of a ticket, oldest first."""
    row = _visible_ticket(exchange)
    return paging.listed(exchange, "audits", exchange.records.audits.get(row["id"], []))


def user(exchange: Exchange) -> Row:
    return {"user": _one(exchange, exchange.records.users)}


def users_show_many(exchange: Exchange) -> Row:
    rows = _many(exchange, exchange.records.users)
    if exchange.param("include_deleted") != "true":
        rows = [row for row in rows if row["active"]]
    return {"users": rows, **_whole(rows)}


def organization(exchange: Exchange) -> Row:
    return {"organization": _one(exchange, exchange.records.organizations)}


def organizations_show_many(exchange: Exchange) -> Row:
    """Return organizations in an order that follows neither the request nor the id."""
    rows = _many(exchange, exchange.records.organizations)
    rows.sort(key=lambda row: str(row["id"])[::-1])
    return {"organizations": rows, **_whole(rows)}


def groups(exchange: Exchange) -> Row:
    return paging.listed(exchange, "groups", [sideloads.group_row(exchange.records)])


def brands(exchange: Exchange) -> Row:
    return paging.listed(exchange, "brands", [sideloads.brand_row(exchange.records)])


def custom_statuses(exchange: Exchange) -> Row:
    """List all statuses on one page; the category `closed` does not exist.

    https://developer.zendesk.com/api-reference/ticketing/tickets/custom_ticket_statuses/
    """
    rows = list(exchange.records.statuses.values())
    if not exchange.records.options.on_hold_active:
        rows = [row for row in rows if row["status_category"] != "hold"]
    return {"custom_statuses": rows}


def account_settings(exchange: Exchange) -> Row:
    """Tell which features are on; which flag means which CSAT is read from their names, not seen live."""
    options = exchange.records.options
    features = {
        "customer_satisfaction": options.csat == "legacy",
        "customer_satisfaction_survey": options.csat == "survey",
        "csat_reason_code": options.csat != "none",
        "on_hold_status": options.on_hold_active,
        "ticket_tagging": True,
        "user_tagging": True,
    }
    return {"settings": {"active_features": features, "localization": {"locale_ids": [19]}}}


def _visible_ticket(exchange: Exchange) -> Row:
    row = exchange.records.tickets.get(int(exchange.found["id"]))
    if row is None or row["status"] == "deleted":
        raise refusals.record_not_found()
    return row


def _living(exchange: Exchange) -> list[Row]:
    table = exchange.records.tickets
    return [row for _, row in sorted(table.items(), key=_first) if row["status"] != "deleted"]


def _first(pair: tuple[int, Row]) -> int:
    return pair[0]


def _one(exchange: Exchange, table: Mapping[int, Row]) -> Row:
    try:
        return table[int(exchange.found["id"])]
    except KeyError:
        raise refusals.record_not_found() from None


def _many(exchange: Exchange, table: Mapping[int, Row]) -> list[Row]:
    if exchange.param("external_ids") is None:
        return _by_ids(exchange, table)
    wanted = {value.casefold() for value in _limited(exchange, "external_ids")}
    return [row for row in table.values() if str(row["external_id"] or "").casefold() in wanted]


def _by_ids(exchange: Exchange, table: Mapping[int, Row]) -> list[Row]:
    """Return the rows asked for in `ids`, sorted by id whatever the order of the request."""
    wanted = {int(word) for word in _limited(exchange, "ids") if word.isdigit()}
    return [table[key] for key in sorted(wanted) if key in table]


def _limited(exchange: Exchange, name: str) -> list[str]:
    words = exchange.words(name)
    if not words:
        raise refusals.named(400, "InvalidValue", f"Parameter {name} is required")
    if len(words) > MAX_IDS:
        raise refusals.too_many_values(name, MAX_IDS)
    return words


def _whole(rows: list[Row]) -> Row:
    return {"count": len(rows), "next_page": None, "previous_page": None}


Handler = Callable[[Exchange], Row]
