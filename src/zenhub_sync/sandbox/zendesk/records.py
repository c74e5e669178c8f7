"""What the account holds, and the two clocks of a ticket: the one people move and the one the system moves."""

from __future__ import annotations

import bisect
import heapq
import itertools
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from zenhub_sync.sandbox.clock import SandboxClock
from zenhub_sync.sandbox.zendesk import rows
from zenhub_sync.sandbox.zendesk.multitude import Multitude
from zenhub_sync.sandbox.zendesk.options import DeskOptions
from zenhub_sync.sandbox.zendesk.rows import Row
from zenhub_sync.sandbox.zendesk.survey import SurveyBook
from zenhub_sync.sandbox.zendesk.table import Table

# https://developer.zendesk.com/api-reference/ticketing/ticket-management/satisfaction_reasons/
DEFAULT_REASONS = {
    0: "No reason provided",
    5: "The issue took too long to resolve",
    6: "The issue was not resolved",
    7: "The agent's knowledge is unsatisfactory",
    8: "The agent's attitude is unsatisfactory",
}


class Records:
    """Tickets, users, organizations, ratings and surveys, under one lock."""

    def __init__(self, clock: SandboxClock, options: DeskOptions, base_url: str) -> None:
        self.clock = clock
        self.options = options
        self.lock = threading.RLock()
        self.tickets = Table()
        self.users = Table()
        self.organizations = Table()
        self.deleted_organizations: dict[int, Row] = {}
        self.ratings: dict[int, Row] = {}
        self.reasons: dict[str, Row] = {}
        self.statuses: dict[int, Row] = {}
        self.audits: dict[int, list[Row]] = {}
        self.before_deletion: dict[int, str] = {}
        self.recorded: set[int] = set()
        self.highest_ticket = 0
        self._base_url = base_url
        self._moment: datetime | None = None
        self._serial = itertools.count(1)
        self._order: list[tuple[int, int]] | None = None
        self._multitude: Multitude | None = None
        self.surveys = SurveyBook(self.new_ulid)
        self._furnish()

    @property
    def base_url(self) -> str:
        return self._base_url

    @base_url.setter
    def base_url(self, value: str) -> None:
        """Move the account to another address; recorded rows keep the one they were recorded with."""
        with self.lock:
            old, self._base_url = self._base_url, value.rstrip("/")
            for row in self._rows_with_url():
                row["url"] = row["url"].replace(old, self._base_url, 1)

    def now(self) -> datetime:
        return self._moment or self.clock.now()

    def epoch(self) -> int:
        return int(self.now().timestamp())

    def stamp(self) -> str:
        return rows.iso(self.now())

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        """Let everything inside the block happen at that moment (for building a past)."""
        with self.lock:
            before, self._moment = self._moment, moment
            try:
                yield
            finally:
                self._moment = before

    def new_id(self) -> int:
        return 39771000000000 + 7 * next(self._serial)

    def new_ulid(self) -> str:
        return rows.ulid(self.now(), next(self._serial))

    def changed(self, ticket: Row, *, visible: bool = True) -> None:
        """Note a change: each one moves `generated_timestamp`, only those people see move `updated_at`.

        https://developer.zendesk.com/documentation/ticketing/managing-tickets/using-the-incremental-export-api
        """
        ticket["generated_timestamp"] = self.epoch()
        if visible:
            ticket["updated_at"] = self.stamp()
        self._order = None

    def reordered(self) -> None:
        """Say that tickets were put in or moved by hand."""
        self._order = None

    def join(self, multitude: Multitude) -> None:
        """Take in tickets by the million, with their people and organizations."""
        self._multitude = multitude
        self.tickets.join(multitude.tickets, multitude.ticket, multitude.sketch)
        self.users.join(multitude.people, multitude.person)
        self.organizations.join(multitude.organizations, multitude.organization)
        self.highest_ticket = max(self.highest_ticket, multitude.tickets[-1])

    def held(self, ticket_id: int) -> Row:
        """Return a ticket to change."""
        if ticket_id not in self.tickets.kept:
            self.reordered()
        return self.tickets.keep(ticket_id)

    def after(self, start: tuple[int, int]) -> Iterator[tuple[int, int]]:
        """Give (generated_timestamp, id) of every ticket behind `start`, ascending: the order of the export."""
        if self._order is None:
            self._order = sorted((t["generated_timestamp"], i) for i, t in self.tickets.kept.items())
        kept = itertools.islice(self._order, bisect.bisect_right(self._order, start), None)
        if self._multitude is None:
            return kept
        key, ids = self._multitude.generated, self._multitude.tickets
        first = bisect.bisect_right(ids, start, key=lambda ticket_id: (key(ticket_id), ticket_id))
        return heapq.merge(kept, ((key(ticket_id), ticket_id) for ticket_id in self.tickets.multitude(first)))

    def audit(self, ticket_id: int, events: Iterable[Row], *, via: Row | None = None) -> None:
        """Write one entry of a ticket's history."""
        audit_id = self.new_id()
        entry: Row = {
            "id": audit_id,
            "ticket_id": ticket_id,
            "created_at": self.stamp(),
            "author_id": self.me,
            "metadata": {"system": {}, "custom": {}},
            "events": [{"id": self.new_id(), "audit_id": audit_id, **event} for event in events],
            "via": via or rows.channel("web"),
        }
        self.audits.setdefault(ticket_id, []).append(entry)

    def reason(self, text: str) -> Row:
        """Return the satisfaction reason of that wording; an unknown one becomes a custom reason."""
        if text not in self.reasons:
            self._add_reason(1000 + len(self.reasons), text)
        return self.reasons[text]

    def set_fields(self, ticket: Row, fields: dict[str, Any]) -> None:
        """Set fields as Zendesk stores them: tags sorted, subject and custom fields kept twice."""
        if unknown := sorted(fields.keys() - ticket.keys()):
            raise ValueError(f"a ticket has no field {', '.join(unknown)}")
        ticket.update(fields)
        tags = fields.get("tags")
        if isinstance(tags, list | tuple | set | frozenset) and all(isinstance(tag, str) for tag in tags):
            ticket["tags"] = rows.ticket_tags(tags)
        if "subject" in fields:
            ticket["raw_subject"] = fields.get("raw_subject", fields["subject"])
        if "custom_fields" in fields:
            ticket["fields"] = fields["custom_fields"]

    def _rows_with_url(self) -> Iterator[Row]:
        kept = (self.tickets.kept, self.users.kept, self.organizations.kept)
        for table in (*kept, self.deleted_organizations, self.ratings):
            yield from (row for key, row in table.items() if key not in self.recorded)
        yield from self.reasons.values()

    def _add_reason(self, code: int, text: str) -> None:
        reason_id = self.new_id()
        self.reasons[text] = {
            "id": reason_id,
            "url": f"{self._base_url}/api/v2/satisfaction_reasons/{reason_id}.json",
            "reason_code": code,
            "value": text,
            "raw_value": text,
            "created_at": self.stamp(),
            "updated_at": self.stamp(),
            "deleted_at": None,
        }

    def _furnish(self) -> None:
        """Set up what an account has before its first ticket: an admin, statuses, reasons."""
        for category, status_id in rows.CATEGORIES.items():
            label = {"hold": "On-hold"}.get(category, category.capitalize())
            self.statuses[status_id] = rows.status_row(status_id, category, label, self.stamp(), default=True)
        for code, text in DEFAULT_REASONS.items():
            self._add_reason(code, text)
        self.me = self.new_id()
        self.users[self.me] = rows.blank_user(self.me, self._base_url) | {
            "name": "Operação CS",
            "email": self.options.email,
            "role": "admin",
            "created_at": self.stamp(),
            "updated_at": self.stamp(),
            "ticket_restriction": None,
            "restricted_agent": False,
            "moderator": True,
            "role_type": 4,
            "default_group_id": rows.GROUP_ID,
        }
