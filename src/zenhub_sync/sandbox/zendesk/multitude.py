"""Tickets by the million, with their requesters and organizations: each a matter of its number, none of them kept.

A ticket has the size of those of real accounts, 3.6 KB with thirty custom fields. Every fifth one is the first of a new
requester, the others are of one who wrote before.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from zenhub_sync.sandbox.brazil import SUBJECTS, TAGS
from zenhub_sync.sandbox.zendesk import rows
from zenhub_sync.sandbox.zendesk.rows import Row

TICKET_BYTES = 3600
TICKETS_EACH = 5
_CUSTOM_FIELDS = 30
_FEWEST_ORGANIZATIONS, _TICKETS_AN_ORGANIZATION = 30, 500
_FIRST_PERSON, _FIRST_ORGANIZATION = 42_000_000_000_000, 43_000_000_000_000
_STATES = ("new", "open", "open", "pending", "hold", "solved", "solved", "solved", "closed", "closed")
_PRIORITIES = ("null", '"low"', '"normal"', '"normal"', '"high"', '"urgent"')
_DAY = 86_400
# Far from any period of the lists above (Knuth's multiplicative hash).
_SCATTER, _SCATTERED = 2_654_435_761, 2**32
_SINCE_FIRST = 3_600


class Multitude:
    """`tickets` ids; the first changed last at `begins`, the last at `ends` (Unix seconds), the others in between."""

    def __init__(self, tickets: range, *, begins: int, ends: int, base_url: Callable[[], str]) -> None:
        people = -(-len(tickets) // TICKETS_EACH)
        organizations = max(_FEWEST_ORGANIZATIONS, len(tickets) // _TICKETS_AN_ORGANIZATION)
        self.tickets = tickets
        self.people = range(_FIRST_PERSON, _FIRST_PERSON + people)
        self.organizations = range(_FIRST_ORGANIZATION, _FIRST_ORGANIZATION + organizations)
        self._begins, self._span, self._base_url = begins, ends - begins, base_url

    def generated(self, ticket_id: int) -> int:
        """Return when a ticket changed last; ids and these ascend together."""
        return self._begins + (ticket_id - self.tickets.start) * self._span // len(self.tickets)

    def sketch(self, ticket_id: int) -> Row:
        """Return the ids that are in a ticket."""
        requester = self._requester(ticket_id)
        return {
            "id": ticket_id,
            "requester_id": requester,
            "submitter_id": requester,
            "assignee_id": None,
            "organization_id": self.organization_of(requester),
            "group_id": rows.GROUP_ID,
            "brand_id": rows.BRAND_ID,
            "custom_status_id": rows.CATEGORIES[_category(ticket_id)],
        }

    def ticket(self, ticket_id: int) -> str:
        """Write a ticket as JSON."""
        requester, generated = self._requester(ticket_id), self.generated(ticket_id)
        subject = SUBJECTS[ticket_id % len(SUBJECTS)][0]
        stamp = _stamp(generated)
        return _ticket_template(self._base_url()) % {
            "id": ticket_id,
            "created": _stamp(generated - _SINCE_FIRST),
            "updated": stamp,
            "generated": generated,
            "subject": f"{subject} ({ticket_id})",
            "status": _STATES[ticket_id % len(_STATES)],
            "category": rows.CATEGORIES[_category(ticket_id)],
            "priority": _PRIORITIES[ticket_id % len(_PRIORITIES)],
            "tag": TAGS[ticket_id % len(TAGS)],
            "requester": requester,
            "organization": self.organization_of(requester),
        }

    def person(self, person_id: int) -> str:
        """Write a requester as JSON."""
        return _person_template(self._base_url()) % {
            "id": person_id,
            "name": f"Pessoa {person_id - _FIRST_PERSON + 1}",
            "email": self.email_of(person_id),
            "organization": self.organization_of(person_id),
            "stamp": _stamp(self._begins - _DAY),
        }

    def organization(self, organization_id: int) -> str:
        """Write an organization as JSON."""
        return _organization_template(self._base_url()) % {
            "id": organization_id,
            "name": self.name_of(organization_id),
            "domain": self.domain_of(organization_id),
            "stamp": _stamp(self._begins - _DAY),
        }

    def organization_of(self, person_id: int) -> int:
        return self.organizations[(person_id - _FIRST_PERSON) % len(self.organizations)]

    def email_of(self, person_id: int) -> str:
        return f"pessoa{person_id - _FIRST_PERSON + 1}@{self.domain_of(self.organization_of(person_id))}"

    def name_of(self, organization_id: int) -> str:
        return f"Cliente {organization_id - _FIRST_ORGANIZATION + 1:05d}"

    def domain_of(self, organization_id: int) -> str:
        return f"cliente{organization_id - _FIRST_ORGANIZATION + 1:05d}.com.br"

    def _requester(self, ticket_id: int) -> int:
        newest, rest = divmod(ticket_id - self.tickets.start, TICKETS_EACH)
        if rest == 0:
            return _FIRST_PERSON + newest
        return _FIRST_PERSON + ticket_id * _SCATTER % _SCATTERED % (newest + 1)


def _category(ticket_id: int) -> str:
    status = _STATES[ticket_id % len(_STATES)]
    return "solved" if status == "closed" else status


def _stamp(second: int) -> str:
    day, rest = divmod(second, _DAY)
    return f"{_date(day)}T{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}Z"


@functools.lru_cache(maxsize=64)
def _date(day: int) -> str:
    return f"{datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day):%Y-%m-%d}"


@functools.lru_cache(maxsize=2)
def _ticket_template(base_url: str) -> str:
    row = rows.blank_ticket(0, base_url) | {
        "id": "@id",
        "url": f"{base_url}/api/v2/tickets/%(id)d.json",
        "encoded_id": "M%(id)d",
        "created_at": "%(created)s",
        "updated_at": "%(updated)s",
        "generated_timestamp": "@generated",
        "subject": "%(subject)s",
        "raw_subject": "%(subject)s",
        "status": "%(status)s",
        "custom_status_id": "@category",
        "priority": "%(priority)s",
        "type": "incident",
        "requester_id": "@requester",
        "submitter_id": "@requester",
        "organization_id": "@organization",
        "satisfaction_rating": {"score": "unoffered"},
        "tags": ["cliente_antigo", "%(tag)s"],
        "via": rows.channel("web"),
    }
    values = [{"id": 360000000000 + n, "value": None if n % 5 else f"valor {n}"} for n in range(_CUSTOM_FIELDS)]
    row |= {"custom_fields": values, "fields": values}
    row["description"] = _filler(TICKET_BYTES - len(_template(row).encode()))
    return _template(row)


def _filler(size: int) -> str:
    words = " ".join(text for _, text in SUBJECTS)
    return (words * (max(size, 1) // len(words) + 1))[: max(size, 1)]


@functools.lru_cache(maxsize=2)
def _person_template(base_url: str) -> str:
    own = {"id": "@id", "url": f"{base_url}/api/v2/users/%(id)d.json", "name": "%(name)s", "email": "%(email)s"}
    return _template(rows.blank_user(0, base_url) | own | {"organization_id": "@organization", **_BORN})


@functools.lru_cache(maxsize=2)
def _organization_template(base_url: str) -> str:
    own = {"id": "@id", "url": f"{base_url}/api/v2/organizations/%(id)d.json", "name": "%(name)s"}
    return _template(rows.blank_organization(0, base_url) | own | {"domain_names": ["%(domain)s"], **_BORN})


_BORN = {"created_at": "%(stamp)s", "updated_at": "%(stamp)s"}
_NUMBERS = ("id", "generated", "category", "requester", "organization")


def _template(row: Row) -> str:
    """Write a row once, so that only its own values have to be put in."""
    text = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
    for name in _NUMBERS:
        text = text.replace(f'"@{name}"', f"%({name})d")
    return text.replace('"%(priority)s"', "%(priority)s")
