"""How tickets end: deleted, restored, scrubbed, merged."""

from __future__ import annotations

from zenhub_sync.sandbox.zendesk import rows
from zenhub_sync.sandbox.zendesk.hands import Hands
from zenhub_sync.sandbox.zendesk.rows import Row

# The account that stands for scrubbed people (recording of a real account, 2023-11).
SCRUBBED_USER = 6291823978522


class Endings(Hands):
    """The acts after which a ticket is not an ordinary one any more."""

    def delete(self, ticket_id: int) -> None:
        """Delete softly: the export goes on showing the ticket, as `deleted`; every other read says 404."""
        with self.records.lock:
            ticket = self._ticket(ticket_id)
            if ticket["status"] == "deleted":
                raise ValueError(f"ticket {ticket_id} is deleted already")
            self.records.before_deletion[ticket_id] = ticket["status"]
            ticket["status"] = "deleted"
            self.records.changed(ticket)

    def restore(self, ticket_id: int) -> None:
        """Bring a deleted ticket back with the status it had."""
        with self.records.lock:
            ticket = self._ticket(ticket_id)
            if ticket_id not in self.records.before_deletion:
                raise ValueError(f"ticket {ticket_id} is not deleted, or scrubbed for good")
            ticket["status"] = self.records.before_deletion.pop(ticket_id)
            self.records.changed(ticket)

    def scrub(self, ticket_id: int) -> None:
        """Remove a deleted ticket for good: it comes again, emptied, and only the system's stamp moves.

        Recording of a real account, 2023-11: `updated_at` stayed 30 days behind `generated_timestamp`.
        """
        with self.records.lock:
            ticket = self._ticket(ticket_id)
            if ticket["status"] != "deleted":
                raise ValueError(f"ticket {ticket_id} is not deleted")
            self.records.before_deletion.pop(ticket_id, None)
            ticket |= {
                "subject": "SCRUBBED",
                "raw_subject": "SCRUBBED",
                "description": "X",
                "requester_id": SCRUBBED_USER,
                "submitter_id": SCRUBBED_USER,
                **dict.fromkeys(("assignee_id", "group_id", "organization_id")),
                "tags": [],
                "custom_fields": [],
                "fields": [],
            }
            self.records.changed(ticket, visible=False)

    def merge(self, source_id: int, target_id: int) -> None:
        """Merge: the source is closed and tagged `closed_by_merge`; nothing on it names the target but a comment.

        https://developer.zendesk.com/documentation/ticketing/reference-guides/via-types/
        """
        with self.records.lock:
            source, target = self._editable(source_id), self._editable(target_id)
            if source is target:
                raise ValueError("a ticket cannot be merged into itself")
            self._put_status(source, "closed", None)
            source["tags"] = rows.ticket_tags([*source["tags"], "closed_by_merge"])
            self.records.changed(source)
            self.records.changed(target)
            told = f"This request was closed and merged into request #{target_id} “{target['subject']}”."
            self._merge_comment(source_id, told, {"ticket_id": target_id})
            told = f"Request #{source_id} “{source['subject']}” was closed and merged into this request."
            self._merge_comment(target_id, told, {"ticket_ids": [source_id]})

    def _merge_comment(self, ticket_id: int, body: str, source: Row) -> None:
        via = rows.channel("web", rel="merge", source=source)
        comment = {"type": "Comment", "body": body, "public": False, "author_id": self.records.me, "via": via}
        self.records.audit(ticket_id, [comment], via=via)
