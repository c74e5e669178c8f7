"""What a property, an option and a property group are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zenhub_sync.sandbox.hubspot.times import stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    label: str
    value: str
    display_order: int = -1
    hidden: bool = False
    description: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "label": self.label,
            "value": self.value,
            "description": self.description,
            "displayOrder": self.display_order,
            "hidden": self.hidden,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """`locked` marks HubSpot's own definitions that no portal may edit; `read_only` values that no request may set."""

    name: str
    label: str
    type: str
    field_type: str
    group_name: str
    description: str = ""
    options: tuple[Option, ...] = ()
    unique: bool = False
    read_only: bool = False
    external_options: bool = False
    referenced_object_type: str | None = None
    builtin: bool = False
    locked: bool = False
    display_order: int = -1
    hidden: bool = False
    form_field: bool = False
    created_at: datetime | None = None
    updated_at: datetime | None = None
    archived_at: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        """Spell it as the properties API does (shape of a live answer, 2026-09-29)."""
        moments = {
            "updatedAt": self.updated_at,
            "createdAt": self.created_at,
            "archivedAt": self.archived_at,
        }
        spelled: dict[str, Any] = {key: stamp(moment) for key, moment in moments.items() if moment}
        spelled |= {
            "name": self.name,
            "label": self.label,
            "type": self.type,
            "fieldType": self.field_type,
            "description": self.description,
            "groupName": self.group_name,
            "options": [option.as_json() for option in self.options],
            "displayOrder": self.display_order,
            "calculated": False,
            "externalOptions": self.external_options,
            "archived": self.archived_at is not None,
            "hasUniqueValue": self.unique,
            "hidden": self.hidden,
            "modificationMetadata": {
                "archivable": not self.builtin,
                "readOnlyDefinition": self.locked,
                "readOnlyValue": self.read_only,
            },
            "formField": self.form_field,
            "dataSensitivity": "non_sensitive",
        }
        return spelled | self._origin()

    def _origin(self) -> dict[str, Any]:
        origin: dict[str, Any] = (
            {"hubspotDefined": True} if self.builtin else {"createdUserId": "9586504", "updatedUserId": "9586504"}
        )
        if self.referenced_object_type:
            origin["referencedObjectType"] = self.referenced_object_type
        return origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    name: str
    label: str
    display_order: int = 0

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "label": self.label, "displayOrder": self.display_order, "archived": False}
