"""What `include=` adds beside tickets.

https://developer.zendesk.com/documentation/ticketing/using-the-zendesk-api/side_loading/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from zenhub_sync.sandbox.http import Json
from zenhub_sync.sandbox.zendesk.records import Records
from zenhub_sync.sandbox.zendesk.rows import BRAND_ID, GROUP_ID, Row
from zenhub_sync.sandbox.zendesk.table import Table

Tickets = Sequence[Row]
Shown = list[Row | Json]


def metric_set(records: Records, ticket: Row) -> Row:
    """Return the counters of one ticket, as far as its row and its history tell them."""
    moves, replies = _moves(records, ticket), _replies(records, ticket)
    solved = [at for at, _, now in moves if now == "solved"]
    return {
        "id": 50000000000000 + ticket["id"],
        "ticket_id": ticket["id"],
        "created_at": ticket["created_at"],
        "updated_at": ticket["updated_at"],
        "reopens": sum(before == "solved" and now in ("new", "open", "pending", "hold") for _, before, now in moves),
        "replies": replies,
        "assignee_stations": 1,
        "group_stations": 1,
        "solved_at": (solved or [ticket["updated_at"]])[-1] if ticket["status"] in ("solved", "closed") else None,
        "status_updated_at": moves[-1][0] if moves else ticket["updated_at"],
    }


def _moves(records: Records, ticket: Row) -> list[tuple[str, str, str]]:
    """Return each change of the status: when, from what, to what."""
    return [
        (entry["created_at"], event["previous_value"], event["value"])
        for entry in records.audits.get(ticket["id"], [])
        for event in entry["events"]
        if event["type"] == "Change" and event["field_name"] == "status"
    ]


def _replies(records: Records, ticket: Row) -> int:
    """Count the public comments that are not the requester's."""
    return sum(
        event["type"] == "Comment" and event["public"] and event["author_id"] != ticket["requester_id"]
        for entry in records.audits.get(ticket["id"], [])
        for event in entry["events"]
    )


def group_row(records: Records) -> Row:
    return {
        "id": GROUP_ID,
        "url": f"{records.base_url}/api/v2/groups/{GROUP_ID}.json",
        "name": "Suporte",
        "description": "",
        "default": True,
        "deleted": False,
        "is_public": True,
        "created_at": records.users[records.me]["created_at"],
        "updated_at": records.users[records.me]["updated_at"],
    }


def brand_row(records: Records) -> Row:
    return {
        "id": BRAND_ID,
        "url": f"{records.base_url}/api/v2/brands/{BRAND_ID}.json",
        "name": records.options.subdomain.capitalize(),
        "subdomain": records.options.subdomain,
        "brand_url": records.base_url,
        "active": True,
        "default": True,
        "is_deleted": False,
        "has_help_center": False,
        "ticket_form_ids": [],
        "created_at": records.users[records.me]["created_at"],
        "updated_at": records.users[records.me]["updated_at"],
    }


def beside(records: Records, tickets: Tickets, names: Iterable[str]) -> dict[str, Shown]:
    """Return the side-loaded lists, each row once; names that are no sideload are passed over."""
    return {name: LISTS[name](records, tickets) for name in names if name in LISTS}


def with_metrics(records: Records, tickets: Tickets) -> list[Row]:
    """Embed the metric set in each ticket too, as the live export does when it is side-loaded."""
    return [ticket | {"metric_set": metric_set(records, ticket)} for ticket in tickets]


def _users(records: Records, tickets: Tickets) -> Shown:
    people: dict[Any, None] = {}
    for ticket in tickets:
        people |= dict.fromkeys(ticket.get(name) for name in ("requester_id", "submitter_id", "assignee_id"))
        people |= dict.fromkeys(ticket.get("collaborator_ids") or ())
    return _rows(records.users, people)


def _organizations(records: Records, tickets: Tickets) -> Shown:
    return _rows(records.organizations, dict.fromkeys(ticket.get("organization_id") for ticket in tickets))


def _groups(records: Records, tickets: Tickets) -> Shown:
    return [group_row(records)] if any(ticket.get("group_id") == GROUP_ID for ticket in tickets) else []


def _brands(records: Records, tickets: Tickets) -> Shown:
    return [brand_row(records)] if any(ticket.get("brand_id") == BRAND_ID for ticket in tickets) else []


def _statuses(records: Records, tickets: Tickets) -> Shown:
    ids = dict.fromkeys(ticket.get("custom_status_id") for ticket in tickets)
    return [records.statuses[row_id] for row_id in ids if row_id in records.statuses]


def _metric_sets(records: Records, tickets: Tickets) -> Shown:
    return [metric_set(records, ticket) for ticket in tickets]


def _rows(table: Table, ids: Iterable[Any]) -> Shown:
    return [table.shown(row_id) for row_id in ids if isinstance(row_id, int) and row_id in table]


LISTS: Mapping[str, Callable[[Records, Tickets], Shown]] = {
    "users": _users,
    "organizations": _organizations,
    "groups": _groups,
    "brands": _brands,
    "custom_statuses": _statuses,
    "metric_sets": _metric_sets,
}
