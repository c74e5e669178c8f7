"""Blank records with every key that Zendesk sends, and the way it writes time and ids."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

Row = dict[str, Any]

FORM_ID = 39771663206685
BRAND_ID = 39771695429277
GROUP_ID = 39771663256989

# A closed ticket keeps the id of a solved-category status; there is no "closed" category.
# https://developer.zendesk.com/api-reference/ticketing/tickets/custom_ticket_statuses/
CATEGORIES: Mapping[str, int] = {
    "new": 39771695441025,
    "open": 39771695441053,
    "pending": 39771695441081,
    "hold": 39771695441109,
    "solved": 39771695441137,
}
STATUSES = (*CATEGORIES, "closed")

_TICKET_NULLS = [
    "assignee_id",
    "due_at",
    "external_id",
    "forum_topic_id",
    "organization_id",
    "priority",
    "problem_id",
    "raw_subject",
    "recipient",
    "requester_id",
    "satisfaction_rating",
    "subject",
    "submitter_id",
    "type",
]
_TICKET_LISTS = ["collaborator_ids", "email_cc_ids", "follower_ids", "followup_ids", "sharing_agreement_ids", "tags"]
_USER_NULLS = [
    "phone",
    "shared_phone_number",
    "photo",
    "organization_id",
    "external_id",
    "alias",
    "last_login_at",
    "two_factor_auth_enabled",
    "signature",
    "details",
    "notes",
    "role_type",
    "custom_role_id",
    "default_group_id",
    "is_billing_admin",
]
_USER_SWITCHES = ["shared", "shared_agent", "moderator", "only_private_comments", "suspended", "report_csv"]

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def iso(moment: datetime) -> str:
    """Write a moment as the Support API does: UTC, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_ms(moment: datetime) -> str:
    """Write a moment as the Help Center service does: with milliseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def seconds(stamp: str) -> int:
    """Return the Unix seconds of an ISO stamp."""
    return int(datetime.fromisoformat(stamp).timestamp())


def ulid(moment: datetime, serial: int) -> str:
    """Make an id that sorts by time, and within one millisecond by serial."""
    return _base32(int(moment.timestamp() * 1000), 10) + _base32(serial, 16)


def encoded_id(ticket_id: int) -> str:
    """Make the code by which a ticket is known in e-mails, such as `LMNP2J-W5D43`."""
    code = _base32(int.from_bytes(hashlib.sha256(str(ticket_id).encode()).digest()[:7], "big"), 11)
    return f"{code[:6]}-{code[6:]}"


def ticket_tags(tags: Iterable[str]) -> list[str]:
    """Write tags as Zendesk stores them: lower-case, sorted, each once."""
    return sorted({tag.lower() for tag in tags})


def blank_ticket(ticket_id: int, base_url: str) -> Row:
    """Return the 41 keys of a ticket in the export (live recording, 2026-10-09)."""
    row: Row = {
        **dict.fromkeys(_TICKET_NULLS),
        **{name: [] for name in _TICKET_LISTS},
        "allow_attachments": True,
        "allow_channelback": False,
        "brand_id": BRAND_ID,
        "created_at": "",
        "custom_fields": [],
        "custom_status_id": CATEGORIES["new"],
        "description": "",
        "encoded_id": encoded_id(ticket_id),
        "fields": [],
        "from_messaging_channel": False,
        "generated_timestamp": 0,
        "group_id": GROUP_ID,
        "has_incidents": False,
        "id": ticket_id,
        "is_public": True,
        "status": "new",
        "support_type": "agent",
        "ticket_form_id": FORM_ID,
        "updated_at": "",
        "url": f"{base_url}/api/v2/tickets/{ticket_id}.json",
        "via": channel("email"),
    }
    return dict(sorted(row.items()))


def blank_user(user_id: int, base_url: str) -> Row:
    """Return a user as an admin sees one (sheet of keys: OAS UserForAdmin, 2026)."""
    return {
        "id": user_id,
        "url": f"{base_url}/api/v2/users/{user_id}.json",
        "name": "",
        "email": None,
        "created_at": "",
        "updated_at": "",
        "time_zone": "America/Sao_Paulo",
        "iana_time_zone": "America/Sao_Paulo",
        "locale_id": 19,
        "locale": "pt-BR",
        "role": "end-user",
        "verified": True,
        "active": True,
        "tags": [],
        "ticket_restriction": "requested",
        "restricted_agent": True,
        "user_fields": {},
        **dict.fromkeys(_USER_NULLS),
        **dict.fromkeys(_USER_SWITCHES, False),
    }


def blank_organization(organization_id: int, base_url: str) -> Row:
    """Return an organization as the 2026 export shows one (live recording, 2026-10-09)."""
    return {
        "children_count": 0,
        "created_at": "",
        "details": None,
        "domain_names": [],
        "external_id": None,
        "group_id": None,
        "id": organization_id,
        "name": "",
        "notes": None,
        "organization_fields": {},
        "shared_comments": False,
        "shared_tickets": False,
        "tags": [],
        "ticket_restriction": "restricted",
        "updated_at": "",
        "url": f"{base_url}/api/v2/organizations/{organization_id}.json",
    }


def status_row(status_id: int, category: str, label: str, stamp: str, *, default: bool) -> Row:
    """Return one custom status; the system ones carry a placeholder as raw label."""
    raw = f"{{{{zd.status_{category}}}}}" if default else label
    return {
        "id": status_id,
        "status_category": category,
        "agent_label": label,
        "raw_agent_label": raw,
        "end_user_label": label,
        "raw_end_user_label": raw,
        "description": "",
        "raw_description": "",
        "end_user_description": "",
        "raw_end_user_description": "",
        "active": True,
        "default": default,
        "created_at": stamp,
        "updated_at": stamp,
    }


def channel(name: str, rel: str | None = None, source: Row | None = None) -> Row:
    """Return a `via` object."""
    return {"channel": name, "source": {"from": source or {}, "rel": rel, "to": {}}}


def _base32(number: int, width: int) -> str:
    digits = []
    for _ in range(width):
        number, rest = divmod(number, 32)
        digits.append(_CROCKFORD[rest])
    return "".join(reversed(digits))
