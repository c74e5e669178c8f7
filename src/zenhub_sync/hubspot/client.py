"""What the program asks of HubSpot, one line a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import SecretStr

from zenhub_sync.hubspot import wire_associations, wire_objects, wire_portal, wire_rules
from zenhub_sync.hubspot.inputs import (
    AssociationInput,
    PipelineInput,
    PropertyGroupInput,
    PropertyInput,
    StageInput,
    UpdateInput,
)
from zenhub_sync.hubspot.models import (
    Account,
    CrmObject,
    Pipeline,
    PropertyDefinition,
    PropertyGroup,
    PropertyRules,
    Stage,
    TokenDescription,
    Usage,
)
from zenhub_sync.hubspot.results import (
    AssociationResult,
    ObjectPage,
    OwnerPage,
    Pair,
    PairResult,
    ReadResult,
    WriteResult,
)
from zenhub_sync.transport.call import Sender


class HubSpot:
    """Ask one HubSpot portal; every method is one request and raises a `ServiceError`.

    `kind` is `tickets`, `tasks`, `companies` or `contacts`.
    """

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def token_description(self, token: SecretStr) -> TokenDescription:
        """Return the portal and the scopes of a service key or private-app token."""
        return self._sender.send(wire_portal.token_description(token))

    def account(self) -> Account:
        """Return the portal that the token in use belongs to."""
        return self._sender.send(wire_portal.account())

    def owners(self, *, archived: bool = False, after: str | None = None) -> OwnerPage:
        """Return a page of the owners that are active, or of those that are archived."""
        return self._sender.send(wire_portal.owners(archived=archived, after=after))

    def read(
        self, kind: str, ids: Sequence[str], properties: Sequence[str], *, id_property: str | None = None
    ) -> ReadResult:
        """Return up to 100 records by record id, or by the value of a unique property."""
        return self._sender.send(wire_objects.read(kind, ids, properties, id_property=id_property))

    def read_one(self, kind: str, object_id: str, properties: Sequence[str]) -> CrmObject:
        """Return one record; a merged one answers with the survivor, under the survivor's id."""
        return self._sender.send(wire_objects.read_one(kind, object_id, properties))

    def list(self, kind: str, properties: Sequence[str], *, after: str | None = None, limit: int = 100) -> ObjectPage:
        """Return a page of all records; lists lag behind writes, so decide nothing on them."""
        return self._sender.send(wire_objects.list_page(kind, properties, after=after, limit=limit))

    def update(self, kind: str, inputs: Sequence[UpdateInput]) -> WriteResult:
        """Change up to 100 records by record id; harmless to repeat."""
        return self._sender.send(wire_objects.update(kind, inputs))

    def upsert(self, kind: str, id_property: str, inputs: Sequence[UpdateInput]) -> WriteResult:
        """Make or change up to 100 records by a unique property; harmless to repeat."""
        return self._sender.send(wire_objects.upsert(kind, id_property, inputs))

    def create(
        self, kind: str, properties: Mapping[str, str], associations: Sequence[AssociationInput] = ()
    ) -> CrmObject:
        """Make one record with its links. Repeating makes another: a lost answer is `OutcomeUnknown`."""
        return self._sender.send(wire_objects.create(kind, properties, associations))

    def associate(self, from_kind: str, to_kind: str, type_id: int, pairs: Sequence[Pair]) -> PairResult:
        """Link up to 2,000 pairs of records with HubSpot's own link type; harmless to repeat."""
        return self._sender.send(wire_associations.associate(from_kind, to_kind, type_id, pairs))

    def associations(
        self, from_kind: str, to_kind: str, ids: Sequence[str], *, after: Mapping[str, str] | None = None
    ) -> AssociationResult:
        """Return the links of up to 1,000 records; `after` goes on where a record had `more`."""
        return self._sender.send(wire_associations.associations(from_kind, to_kind, ids, after=after or {}))

    def pipelines(self, kind: str) -> tuple[Pipeline, ...]:
        """Return all pipelines with their stages, in no promised order."""
        return self._sender.send(wire_portal.pipelines(kind))

    def create_pipeline(self, kind: str, pipeline: PipelineInput) -> Pipeline:
        """Make a pipeline with its stages; the answer echoes the request, so read it back."""
        return self._sender.send(wire_portal.create_pipeline(kind, pipeline))

    def create_stage(self, kind: str, pipeline_id: str, stage: StageInput) -> Stage:
        """Add a stage to a pipeline; the answer echoes the request, so read it back."""
        return self._sender.send(wire_portal.create_stage(kind, pipeline_id, stage))

    def properties(self, kind: str) -> tuple[PropertyDefinition, ...]:
        """Return all property definitions of a kind of record."""
        return self._sender.send(wire_portal.properties(kind))

    def property(self, kind: str, name: str) -> PropertyDefinition:
        """Return one property definition, or raise `Missing`."""
        return self._sender.send(wire_portal.property_definition(kind, name))

    def property_groups(self, kind: str) -> tuple[PropertyGroup, ...]:
        """Return all property groups of a kind of record."""
        return self._sender.send(wire_portal.property_groups(kind))

    def create_property_group(self, kind: str, group: PropertyGroupInput) -> PropertyGroup:
        """Make a property group; one of that name already there is `Rejected` with status 409."""
        return self._sender.send(wire_portal.create_property_group(kind, group))

    def create_property(self, kind: str, definition: PropertyInput) -> PropertyDefinition:
        """Make a property; one of that name already there is `Rejected` with status 409."""
        return self._sender.send(wire_portal.create_property(kind, definition))

    def property_limits(self) -> tuple[Usage, ...]:
        """Return how many custom properties each kind of record has and may have."""
        return self._sender.send(wire_rules.property_limits())

    def pipeline_limits(self) -> tuple[Usage, ...]:
        """Return how many pipelines each of HubSpot's own kinds of record has and may have."""
        return self._sender.send(wire_rules.pipeline_limits())

    def validation_rules(self, type_id: str) -> tuple[PropertyRules, ...]:
        """Return the admin's rules about values, by property, of the kind of record with this type id."""
        return self._sender.send(wire_rules.validation_rules(type_id))
