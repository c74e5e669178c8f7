"""HubSpot's endpoints about what a portal allows: the plan's limits and the admin's rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from pydantic import Field

from zenhub_sync.hubspot.models import PropertyRules, Record, Usage
from zenhub_sync.hubspot.version import API_VERSION
from zenhub_sync.hubspot.wire_objects import BUCKET
from zenhub_sync.transport.call import Answer, Call
from zenhub_sync.transport.reading import read_model

T = TypeVar("T")


class _ByType(Record):
    by_object_type: tuple[Usage, ...] = ()


class _Pipelines(Record):
    defined: tuple[Usage, ...] = Field(default=(), alias="hubspotDefinedObjectTypes")


class _Rules(Record):
    results: tuple[PropertyRules, ...]


# developers.hubspot.com/docs/api-reference/latest/crm/limits-tracking/guide
def property_limits() -> Call[tuple[Usage, ...]]:
    """Read how many custom properties each kind of record has and may have."""
    path = f"/crm/limits/{API_VERSION}/custom-properties"
    return _get("property_limits", path, lambda answer: read_model(_ByType, answer).by_object_type)


# developers.hubspot.com/docs/api-reference/latest/crm/limits-tracking/get-pipelines
def pipeline_limits() -> Call[tuple[Usage, ...]]:
    """Read how many pipelines each of HubSpot's own kinds of record has and may have."""
    path = f"/crm/limits/{API_VERSION}/pipelines"
    return _get("pipeline_limits", path, lambda answer: read_model(_Pipelines, answer).defined)


# developers.hubspot.com/docs/api-reference/latest/crm/property-validations/get-property-validations
def validation_rules(type_id: str) -> Call[tuple[PropertyRules, ...]]:
    """Read the rules about values, by property; which properties are required is not among them."""
    path = f"/crm/property-validations/{API_VERSION}/{type_id}"
    return _get("validation_rules", path, lambda answer: read_model(_Rules, answer).results)


def _get(name: str, path: str, read: Callable[[Answer], T]) -> Call[T]:
    return Call(name=f"hubspot.{name}", method="GET", path=path, bucket=BUCKET, repeatable=True, read=read)
