"""What a caller hands over to be written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateInput:
    """One record of a batch: `id` is its record id, or in an upsert the value of the unique property.

    `trace` (objectWriteTraceId) must be unique in the batch: with it, one bad record does not reject the others.
    Two inputs of one batch must not share an `id`: HubSpot then refuses the whole batch.
    """

    id: str
    properties: Mapping[str, str] = field(repr=False)
    trace: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociationInput:
    """A link that a record is born with, by HubSpot's own type id (task to ticket: 230)."""

    to_id: str
    type_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StageInput:
    """A stage to make; `id` is ours to choose and is part of property names afterwards."""

    id: str
    label: str
    display_order: int
    ticket_state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineInput:
    """A pipeline to make, with at least one CLOSED stage."""

    id: str
    label: str
    display_order: int
    stages: tuple[StageInput, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionInput:
    """A value that a new enumeration allows."""

    value: str
    label: str
    display_order: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyInput:
    """A property to make; `has_unique_value` can be given at birth only."""

    name: str
    label: str
    type: str
    field_type: str
    group_name: str
    description: str = ""
    has_unique_value: bool = False
    options: tuple[OptionInput, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyGroupInput:
    """A property group to make."""

    name: str
    label: str
