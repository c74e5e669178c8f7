"""HubSpot's endpoints about the portal itself: token, account, owners, pipelines, properties."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import quote

from pydantic import SecretStr

from zenhub_sync.hubspot.inputs import PipelineInput, PropertyGroupInput, PropertyInput, StageInput
from zenhub_sync.hubspot.models import (
    Account,
    Pipeline,
    PropertyDefinition,
    PropertyGroup,
    Record,
    Stage,
    TokenDescription,
)
from zenhub_sync.hubspot.paging import after_param, read_owner_page
from zenhub_sync.hubspot.results import OwnerPage
from zenhub_sync.hubspot.version import API_VERSION
from zenhub_sync.hubspot.wire_objects import BUCKET
from zenhub_sync.transport.call import Answer, Call, Json
from zenhub_sync.transport.reading import model_reader, read_model

T = TypeVar("T")


class _Pipelines(Record):
    results: tuple[Pipeline, ...]


class _Properties(Record):
    results: tuple[PropertyDefinition, ...]


class _Groups(Record):
    results: tuple[PropertyGroup, ...]


# developers.hubspot.com/changelog/service-keys: this unversioned endpoint also describes service keys.
def token_description(token: SecretStr) -> Call[TokenDescription]:
    """Ask what a token may do; it changes nothing, though it is a POST."""
    return Call(
        name="hubspot.token_description",
        method="POST",
        path="/oauth/v2/private-apps/get/access-token-info",
        bucket=BUCKET,
        repeatable=True,
        read=model_reader(TokenDescription),
        body={"tokenKey": token.get_secret_value()},
    )


# developers.hubspot.com/docs/api-reference/latest/account/account-information (2026-09; live portal 66868, 2026-10)
def account() -> Call[Account]:
    """Ask which portal this is."""
    return _get("account", f"/account-info/{API_VERSION}/details", model_reader(Account))


# developers.hubspot.com/docs/api-reference/legacy/crm/owners/guide: at most 500 on a page.
def owners(*, archived: bool, after: str | None) -> Call[OwnerPage]:
    """Read active owners, or archived ones."""
    flag = "true" if archived else "false"
    params = (("limit", "500"), ("archived", flag), *after_param(after))
    return _get("owners", f"/crm/owners/{API_VERSION}", read_owner_page, params)


# developers.hubspot.com/docs/api-reference/latest/crm/pipelines/guide (2026-09): the list is whole and unsorted.
def pipelines(kind: str) -> Call[tuple[Pipeline, ...]]:
    """Read all pipelines."""
    return _get("pipelines", _pipelines(kind), lambda answer: read_model(_Pipelines, answer).results)


def create_pipeline(kind: str, pipeline: PipelineInput) -> Call[Pipeline]:
    """Make a pipeline; one whose id or label is taken is refused with 400 or 409."""
    body: dict[str, Json] = {
        "label": pipeline.label,
        "displayOrder": pipeline.display_order,
        "pipelineId": pipeline.id,
        "stages": [_stage(stage) for stage in pipeline.stages],
    }
    return _post("create_pipeline", _pipelines(kind), model_reader(Pipeline), body)


def create_stage(kind: str, pipeline_id: str, stage: StageInput) -> Call[Stage]:
    """Add a stage; one whose id or label is taken is refused with 400."""
    path = f"{_pipelines(kind)}/{_segment(pipeline_id)}/stages"
    return _post("create_stage", path, model_reader(Stage), _stage(stage))


# developers.hubspot.com/docs/api-reference/latest/crm/properties/guide (2026-09)
def properties(kind: str) -> Call[tuple[PropertyDefinition, ...]]:
    """Read all property definitions."""
    return _get("properties", _properties(kind), lambda answer: read_model(_Properties, answer).results)


def property_definition(kind: str, name: str) -> Call[PropertyDefinition]:
    """Read one property definition."""
    return _get("property", f"{_properties(kind)}/{_segment(name)}", model_reader(PropertyDefinition))


def property_groups(kind: str) -> Call[tuple[PropertyGroup, ...]]:
    """Read all property groups."""
    path = f"{_properties(kind)}/groups"
    return _get("property_groups", path, lambda answer: read_model(_Groups, answer).results)


def create_property_group(kind: str, group: PropertyGroupInput) -> Call[PropertyGroup]:
    """Make a property group; a taken name is refused with 409."""
    body: Json = {"name": group.name, "label": group.label}
    return _post("create_property_group", f"{_properties(kind)}/groups", model_reader(PropertyGroup), body)


def create_property(kind: str, definition: PropertyInput) -> Call[PropertyDefinition]:
    """Make a property; a taken name is refused with 409, and that of an archived one restores it."""
    body: dict[str, Json] = {
        "name": definition.name,
        "label": definition.label,
        "type": definition.type,
        "fieldType": definition.field_type,
        "groupName": definition.group_name,
        "description": definition.description,
        "hasUniqueValue": definition.has_unique_value,
        "options": [
            {"label": each.label, "value": each.value, "displayOrder": each.display_order, "hidden": False}
            for each in definition.options
        ],
    }
    return _post("create_property", _properties(kind), model_reader(PropertyDefinition), body)


def _get(name: str, path: str, read: Callable[[Answer], T], params: tuple[tuple[str, str], ...] = ()) -> Call[T]:
    return Call(
        name=f"hubspot.{name}",
        method="GET",
        path=path,
        bucket=BUCKET,
        repeatable=True,
        read=read,
        params=params,
    )


def _post(name: str, path: str, read: Callable[[Answer], T], body: Json) -> Call[T]:
    return Call(
        name=f"hubspot.{name}",
        method="POST",
        path=path,
        bucket=BUCKET,
        repeatable=False,
        read=read,
        body=body,
    )


def _stage(stage: StageInput) -> Json:
    return {
        "label": stage.label,
        "displayOrder": stage.display_order,
        "stageId": stage.id,
        "metadata": {"ticketState": stage.ticket_state},
    }


def _pipelines(kind: str) -> str:
    return f"/crm/pipelines/{API_VERSION}/{_segment(kind)}"


def _properties(kind: str) -> str:
    return f"/crm/properties/{API_VERSION}/{_segment(kind)}"


def _segment(text: str) -> str:
    return quote(text, safe="", errors="replace")
