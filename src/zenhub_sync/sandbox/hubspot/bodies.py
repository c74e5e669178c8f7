"""The request bodies, read strictly where HubSpot is strict and with unknown keys ignored, as it ignores them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

# Numbers are taken for strings, as HubSpot does; null and booleans are not known to be taken, so they are refused.
Text = Annotated[str, Field(coerce_numbers_to_str=True)]
Properties = dict[str, Text]


class Body(BaseModel):
    model_config = ConfigDict(extra="ignore", alias_generator=to_camel, frozen=True)


class Reference(Body):
    id: Text


class AssociationSpec(Body):
    association_category: str
    association_type_id: int


class NewAssociation(Body):
    to: Reference
    types: list[AssociationSpec]


class NewRecord(Body):
    properties: Properties
    associations: list[NewAssociation] | None = None
    object_write_trace_id: Text | None = None


class FirstRecord(NewRecord):
    """A creation by itself: live, `{}` made an empty company (report of 2026-10-06)."""

    properties: Properties = Field(default_factory=dict)


class RecordChange(Body):
    properties: Properties


class BatchCreate(Body):
    inputs: list[NewRecord]


class ChangeInput(Body):
    id: Text
    id_property: str | None = None
    properties: Properties
    object_write_trace_id: Text | None = None


class BatchChange(Body):
    inputs: list[ChangeInput]


class BatchReferences(Body):
    inputs: list[Reference]


class BatchRead(Body):
    inputs: list[Reference]
    properties: list[str] = Field(default_factory=list)
    properties_with_history: list[str] = Field(default_factory=list)
    id_property: str | None = None


class Merge(Body):
    primary_object_id: Text
    object_id_to_merge: Text


class LinkEnds(Body):
    from_: Reference = Field(alias="from")
    to: Reference


class TypedLink(LinkEnds):
    types: list[AssociationSpec]


class BatchLink(Body):
    inputs: list[LinkEnds]


class BatchTypedLink(Body):
    inputs: list[TypedLink]


class LinkPage(Body):
    id: Text
    after: str | None = None


class BatchLinkRead(Body):
    inputs: list[LinkPage]


class LinkFan(Body):
    from_: Reference = Field(alias="from")
    to: list[Reference]


class BatchUnlink(Body):
    inputs: list[LinkFan]


class OptionBody(Body):
    label: Text
    value: Text
    display_order: int = -1
    hidden: bool = False
    description: str | None = None


class NewProperty(Body):
    name: str
    label: str
    type: str
    field_type: str
    group_name: str
    description: str = ""
    options: list[OptionBody] = Field(default_factory=list)
    has_unique_value: bool = False
    external_options: bool = False
    referenced_object_type: str | None = None
    display_order: int = -1
    hidden: bool = False
    form_field: bool = False


class PropertyChange(Body):
    label: str | None = None
    type: str | None = None
    field_type: str | None = None
    group_name: str | None = None
    description: str | None = None
    options: list[OptionBody] | None = None
    display_order: int | None = None
    hidden: bool | None = None
    form_field: bool | None = None


class PropertyName(Body):
    name: str


class PropertyBatchRead(Body):
    inputs: list[PropertyName]
    archived: bool = False


class NewGroup(Body):
    name: str
    label: str
    display_order: int = 0


class GroupChange(Body):
    label: str | None = None
    display_order: int | None = None


class NewStage(Body):
    stage_id: Text | None = None
    label: str
    display_order: int
    metadata: dict[str, Text]


class StageChange(Body):
    label: str | None = None
    display_order: int | None = None
    metadata: dict[str, Text]
    archived: bool | None = None


class NewPipeline(Body):
    pipeline_id: Text | None = None
    label: str
    display_order: int
    stages: list[NewStage]


class PipelineChange(Body):
    label: str | None = None
    display_order: int | None = None
    archived: bool | None = None


class Filter(Body):
    property_name: str
    operator: str
    value: Text | None = None
    high_value: Text | None = None
    values: list[Text] | None = None


class FilterGroup(Body):
    filters: list[Filter]


class Sort(Body):
    property_name: str
    direction: str = "ASCENDING"


class Search(Body):
    filter_groups: list[FilterGroup] = Field(default_factory=list)
    filters: list[Filter] = Field(default_factory=list)
    sorts: list[Sort | str] = Field(default_factory=list)
    query: str | None = None
    properties: list[str] = Field(default_factory=list)
    limit: int = 10
    after: Text | None = None


class TokenBody(Body):
    token_key: str
