"""What the people of the account do, and what the system does by itself."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

from zenhub_sync.sandbox.zendesk import rows, satisfaction
from zenhub_sync.sandbox.zendesk.people import People
from zenhub_sync.sandbox.zendesk.recorded import load
from zenhub_sync.sandbox.zendesk.rows import Row


class Hands(People):
    """The same of tickets; an act that Zendesk would refuse raises ValueError."""

    def at(self, moment: datetime) -> AbstractContextManager[None]:
        """Let the acts of the block happen at that moment: `with desk.at(yesterday): desk.set_status(…)`."""
        return self.records.at(moment)

    def add_ticket(
        self,
        *,
        subject: str | None,
        requester_id: int | None,
        organization_id: int | None = None,
        status: str = "new",
        description: str = "",
        priority: str | None = None,
        tags: Iterable[str] = (),
        created_at: datetime | str | None = None,
        updated_at: datetime | str | None = None,
        via: str | Row = "email",
        support_type: str | None = "agent",
        custom_status_id: int | None = None,
        **other: Any,
    ) -> int:
        """Open a ticket, or import one: past dates do not move `generated_timestamp`, unless `other` names it.

        An import may be created already solved or closed. For a past as it was lived, use `at`.
        """
        with self.records.lock:
            self._require(self.records.users, requester_id, "user")
            self._require(self.records.organizations, organization_id, "organization")
            fields = {
                "subject": subject,
                "requester_id": requester_id,
                "submitter_id": requester_id,
                "organization_id": organization_id,
                "description": description,
                "priority": priority,
                "tags": tuple(tags),
                "created_at": _stamp(created_at) or self.records.stamp(),
                "updated_at": _stamp(updated_at) or self.records.stamp(),
                "via": rows.channel(via) if isinstance(via, str) else via,
                "support_type": support_type,
            }
            return self._open(status, custom_status_id, fields | other)

    def add_custom_status(self, category: str, label: str) -> int:
        """Add a status of the account's own, in one of the five categories."""
        with self.records.lock:
            if category not in rows.CATEGORIES:
                raise ValueError(f"no status category {category!r}; there are {', '.join(rows.CATEGORIES)}")
            status_id = self.records.new_id()
            self.records.statuses[status_id] = rows.status_row(
                status_id, category, label, self.records.stamp(), default=False
            )
            return status_id

    def set_status(self, ticket_id: int, status: str, *, custom_status_id: int | None = None) -> None:
        """Move a ticket; `closed` is terminal.

        https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/ ("closed prevents ticket update")
        """
        with self.records.lock:
            ticket = self._editable(ticket_id)
            before = ticket["status"]
            self._put_status(ticket, status, custom_status_id)
            self._log_change(ticket_id, "status", before, status)
            self.records.changed(ticket)

    def reply(self, ticket_id: int, body: str) -> None:
        """Answer the customer, as an agent."""
        with self.records.lock:
            ticket = self._editable(ticket_id)
            self.records.audit(
                ticket_id, [{"type": "Comment", "body": body, "public": True, "author_id": self.records.me}]
            )
            self.records.changed(ticket)

    def edit(self, ticket_id: int, **fields: Any) -> None:
        """Change fields of a ticket by their API names; values are taken as they are."""
        with self.records.lock:
            ticket = self._editable(ticket_id)
            if "status" in fields:
                custom = fields.pop("custom_status_id", None)
                self.set_status(ticket_id, fields.pop("status"), custom_status_id=custom)
            before = copy.copy(ticket)
            self.records.changed(ticket)
            self.records.set_fields(ticket, fields)
            self.records.reordered()
            for name in fields:
                self._log_change(ticket_id, name, before[name], ticket[name])

    def offer_survey(self, ticket_id: int) -> None:
        with self.records.lock:
            satisfaction.offer(self.records, self._ticket(ticket_id))

    def rate(
        self,
        ticket_id: int,
        *,
        score: satisfaction.Score | None = None,
        points: int | None = None,
        scale: int = 5,
        comment: str | None = None,
        reason: str | None = None,
    ) -> None:
        """Rate as the requester, for the first time or again."""
        with self.records.lock:
            ticket = self._ticket(ticket_id)
            satisfaction.rate(
                self.records, ticket, score=score, points=points, scale=scale, comment=comment, reason=reason
            )

    def touch(self, ticket_id: int) -> None:
        """Update as the system does: `generated_timestamp` moves, `updated_at` does not."""
        with self.records.lock:
            self.records.changed(self._ticket(ticket_id), visible=False)

    def load_recorded(self, folder: Path) -> tuple[int, ...]:
        """Load the tickets, users and organizations of recorded answers, values untouched; return the ticket ids."""
        with self.records.lock:
            return load(self.records, folder)

    def ticket(self, ticket_id: int) -> Mapping[str, Any]:
        """Return a copy of a ticket as the export would show it, deleted or not."""
        with self.records.lock:
            if ticket_id not in self.records.tickets:
                raise ValueError(f"no ticket {ticket_id}")
            return copy.deepcopy(self.records.tickets[ticket_id])

    def _open(self, status: str, custom_status_id: int | None, fields: dict[str, Any]) -> int:
        ticket_id = self.records.highest_ticket + 1
        ticket = rows.blank_ticket(ticket_id, self.records.base_url)
        if self.records.options.csat != "none":
            ticket["satisfaction_rating"] = {"score": "unoffered"}
        self._put_status(ticket, status, custom_status_id)
        self.records.changed(ticket)
        self.records.set_fields(ticket, fields)
        self.records.tickets[ticket_id] = ticket
        self.records.highest_ticket = ticket_id
        asked = {"body": fields["description"], "public": True, "author_id": fields["requester_id"]}
        first = {"type": "Create", "field_name": "status", "value": status}
        self.records.audit(ticket_id, [{"type": "Comment", **asked}, first])
        return ticket_id

    def _ticket(self, ticket_id: int) -> Row:
        if ticket_id not in self.records.tickets:
            raise ValueError(f"no ticket {ticket_id}")
        return self.records.held(ticket_id)

    def _editable(self, ticket_id: int) -> Row:
        ticket = self._ticket(ticket_id)
        if ticket["status"] == "closed":
            raise ValueError("closed prevents ticket update")
        if ticket["status"] == "deleted":
            raise ValueError(f"ticket {ticket_id} is deleted")
        return ticket

    def _put_status(self, ticket: Row, status: str, custom_status_id: int | None) -> None:
        if status not in rows.STATUSES:
            raise ValueError(f"no status {status!r}; there are {', '.join(rows.STATUSES)}")
        if status == "hold" and not self.records.options.on_hold_active:
            raise ValueError("this account has not activated the on-hold status")
        category = "solved" if status == "closed" else status
        chosen = custom_status_id or rows.CATEGORIES[category]
        if self.records.statuses.get(chosen, {}).get("status_category") != category:
            raise ValueError(f"custom status {chosen} is not of the category {category}")
        ticket |= {"status": status, "custom_status_id": chosen}

    def _log_change(self, ticket_id: int, name: str, before: Any, after: Any) -> None:
        change = {"type": "Change", "field_name": name, "value": after, "previous_value": before}
        self.records.audit(ticket_id, [change])


def _stamp(moment: datetime | str | None) -> str | None:
    return rows.iso(moment) if isinstance(moment, datetime) else moment
