"""HubSpot's records as its JSON gives them; unknown keys are ignored, unknown words stay words.

Field facts: developers.hubspot.com/docs/api-reference/latest/crm (2026-09): using-object-apis, pipelines/guide,
properties/guide, owners/guide.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel


def _as_text(found: object) -> object:
    return json.dumps(found) if isinstance(found, bool | int | float) else found


# Ids are strings of digits, and in some answers numbers; property values are strings or null, "numbers tolerated".
RecordId = Annotated[str, Field(coerce_numbers_to_str=True, min_length=1)]
PropertyValue = Annotated[str | None, BeforeValidator(_as_text)]


class Record(BaseModel):
    """A part of an answer of HubSpot."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)


class CrmObject(Record):
    """A ticket, task, company or contact with the properties that were asked for.

    A property that is not defined in the portal is simply not there; one without a value is None or not there.
    The id of a merged record that was asked for is answered with the survivor's.
    """

    id: RecordId
    properties: Mapping[str, PropertyValue] = Field(default_factory=dict, repr=False)
    created_at: AwareDatetime | None = None
    updated_at: AwareDatetime | None = None
    archived: bool = False


class TokenDescription(Record):
    """What HubSpot says of an access token."""

    hub_id: RecordId
    scopes: tuple[str, ...] = ()


class Account(Record):
    """The portal that the token belongs to."""

    portal_id: RecordId
    time_zone: str | None = None
    ui_domain: str | None = None
    account_type: str | None = None


class Owner(Record):
    """A user to whom records are assigned, by `id` (never by `user_id`).

    HubSpot accepts an archived owner without a word, and nobody would see the task: check `archived`.
    """

    id: RecordId
    email: str | None = None
    type: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    archived: bool = False


class Stage(Record):
    """A stage of a pipeline; `metadata["ticketState"]` is OPEN or CLOSED."""

    id: RecordId
    label: str
    display_order: int | None = None
    metadata: Mapping[str, PropertyValue] = Field(default_factory=dict)
    archived: bool = False

    @property
    def ticket_state(self) -> str | None:
        """Return OPEN, CLOSED, or None where HubSpot does not say."""
        return self.metadata.get("ticketState")


class Pipeline(Record):
    """A pipeline with all its stages."""

    id: RecordId
    label: str
    display_order: int | None = None
    stages: tuple[Stage, ...] = ()
    archived: bool = False


class PropertyOption(Record):
    """A value that an enumeration allows; matched by `value`, case and all."""

    value: str
    label: str | None = None
    hidden: bool = False


class PropertyModification(Record):
    """What may be changed about a property."""

    read_only_value: bool = False
    read_only_definition: bool = False


class PropertyDefinition(Record):
    """A property of a kind of record."""

    name: str
    label: str | None = None
    type: str
    field_type: str | None = None
    group_name: str | None = None
    has_unique_value: bool = False
    options: tuple[PropertyOption, ...] = ()
    referenced_object_type: str | None = None
    calculated: bool = False
    hidden: bool = False
    archived: bool = False
    modification_metadata: PropertyModification | None = None

    @property
    def read_only(self) -> bool:
        """Say whether HubSpot refuses a value for it."""
        return self.modification_metadata is not None and self.modification_metadata.read_only_value


class PropertyGroup(Record):
    """A heading under which properties are shown."""

    name: str
    label: str | None = None
    archived: bool = False


class Usage(Record):
    """How much of a plan's limit one kind of record uses."""

    object_type_id: str
    limit: int | None = None
    usage: int = 0


class PropertyRule(Record):
    """A rule of the portal's admin about values (FORMAT, MAX_LENGTH, …)."""

    rule_type: str


class PropertyRules(Record):
    """The rules about one property's values."""

    property_name: str
    property_validation_rules: tuple[PropertyRule, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(rule.rule_type for rule in self.property_validation_rules)
