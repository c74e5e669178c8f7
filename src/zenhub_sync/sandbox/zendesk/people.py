"""What people do to the organizations and users of the account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from zenhub_sync.sandbox.zendesk import rows
from zenhub_sync.sandbox.zendesk.records import Records
from zenhub_sync.sandbox.zendesk.rows import Row
from zenhub_sync.sandbox.zendesk.table import Table


class People:
    """Each act takes the lock, stamps its record with the present, and raises ValueError for what cannot be."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def add_organization(self, name: str, *, domain_names: Iterable[str] = (), external_id: str | None = None) -> int:
        with self.records.lock:
            if any(o["name"].casefold() == name.casefold() for o in self.records.organizations.values()):
                raise ValueError(f"an organization is already called {name!r}")
            organization_id = self.records.new_id()
            self.records.organizations[organization_id] = rows.blank_organization(
                organization_id, self.records.base_url
            ) | {"name": name, "domain_names": list(domain_names), "external_id": external_id, **self._born()}
            return organization_id

    def add_user(
        self, name: str, email: str | None, *, organization_id: int | None = None, role: str = "end-user"
    ) -> int:
        with self.records.lock:
            self._require(self.records.organizations, organization_id, "organization")
            user_id = self.records.new_id()
            self.records.users[user_id] = rows.blank_user(user_id, self.records.base_url) | {
                "name": name,
                "email": email,
                "organization_id": organization_id,
                "role": role,
                **self._born(),
            }
            return user_id

    def edit_organization(self, organization_id: int, **fields: Any) -> None:
        with self.records.lock:
            self._edit_row(self.records.organizations, organization_id, fields, "organization")

    def edit_user(self, user_id: int, **fields: Any) -> None:
        with self.records.lock:
            self._edit_row(self.records.users, user_id, fields, "user")

    def delete_organization(self, organization_id: int) -> None:
        """Delete: its tickets and users lose it, the export goes on showing it renamed, with `deleted_at`."""
        with self.records.lock:
            self._require(self.records.organizations, organization_id, "organization")
            row = self.records.organizations.pop(organization_id)
            stamp = self.records.stamp()
            row |= {"deleted_at": stamp, "updated_at": stamp, "name": f"{organization_id}_deleted_{row['name']}"}
            self.records.deleted_organizations[organization_id] = row
            for user_id in _of(self.records.users, organization_id):
                self.records.users.keep(user_id).update(organization_id=None, updated_at=stamp)
            for ticket_id in _of(self.records.tickets, organization_id):
                ticket = self.records.held(ticket_id)
                ticket["organization_id"] = None
                self.records.changed(ticket)

    def delete_user(self, user_id: int) -> None:
        with self.records.lock:
            self._edit_row(self.records.users, user_id, {"active": False}, "user")
            self.records.users[user_id]["permanently_deleted"] = False

    def _edit_row(self, table: Table, row_id: int, fields: dict[str, Any], kind: str) -> None:
        self._require(table, row_id, kind)
        if unknown := sorted(fields.keys() - table[row_id].keys()):
            raise ValueError(f"a {kind} has no field {', '.join(unknown)}")
        table[row_id] |= fields | {"updated_at": self.records.stamp()}

    def _born(self) -> Row:
        return {"created_at": self.records.stamp(), "updated_at": self.records.stamp()}

    @staticmethod
    def _require(table: Mapping[int, Row], row_id: int | None, kind: str) -> None:
        if row_id is not None and row_id not in table:
            raise ValueError(f"no {kind} {row_id}")


def _of(table: Table, organization_id: int) -> list[int]:
    """Return the ids of the rows that are of an organization."""
    return [row_id for row_id, row in table.items() if row["organization_id"] == organization_id]
