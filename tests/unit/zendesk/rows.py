"""Rows as Zendesk sends them, made afresh."""

from __future__ import annotations

import json
from collections.abc import Sequence

from zenhub_sync.transport.call import Answer


def ticket(number: int = 1, **changes: object) -> dict[str, object]:
    """Return a ticket of the export with the keys that are read, and some that are not."""
    return {
        "id": number,
        "url": f"https://acme.zendesk.com/api/v2/tickets/{number}.json",
        "subject": "Printer",
        "description": "It burns",
        "status": "open",
        "custom_status_id": 39771695441053,
        "priority": None,
        "type": None,
        "tags": ["vip"],
        "requester_id": 20,
        "organization_id": None,
        "group_id": None,
        "brand_id": None,
        "created_at": "2026-10-08T21:14:17Z",
        "updated_at": "2026-10-09T05:52:58Z",
        "generated_timestamp": 1791525179,
        "satisfaction_rating": {"score": "unoffered"},
        "via": {"channel": "web", "source": {"from": {}, "to": {}, "rel": None}},
        "support_type": "agent",
        "followup_ids": [],
        "custom_fields": [{"id": 1, "value": None}],
    } | changes


def page(rows: Sequence[object], **changes: object) -> Answer:
    """Return an answer of the export with these tickets in it."""
    body = {"tickets": list(rows), "after_cursor": "c2", "end_of_stream": False, "users": [], "organizations": []}
    return Answer(status=200, headers={}, body=json.dumps(body | changes).encode())


def answer(body: object) -> Answer:
    """Return an answer with this JSON."""
    return Answer(status=200, headers={}, body=json.dumps(body).encode())
