"""Every endpoint of this portal, of version 2026-09 alone: older paths are not found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from zenhub_sync.sandbox.http import Response
from zenhub_sync.sandbox.hubspot import (
    account,
    association_batch,
    associations,
    batch,
    groups,
    objects,
    owners,
    pipelines,
    properties,
    search,
    stages,
)
from zenhub_sync.sandbox.hubspot.auth import Access
from zenhub_sync.sandbox.hubspot.call import Call
from zenhub_sync.sandbox.hubspot.limits import Bucket
from zenhub_sync.sandbox.hubspot.world import World

Handler = Callable[[World, Call], Response]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A path with `{placeholders}`, who may use it and which allowance it draws on."""

    method: str
    parts: tuple[str, ...]
    handler: Handler
    access: Access
    bucket: Bucket = Bucket.GENERAL

    def match(self, parts: tuple[str, ...]) -> dict[str, str] | None:
        if len(parts) != len(self.parts):
            return None
        found: dict[str, str] = {}
        for mine, theirs in zip(self.parts, parts, strict=True):
            if mine.startswith("{"):
                found[mine.strip("{}")] = theirs
            elif mine != theirs:
                return None
        return found


def split(path: str) -> tuple[str, ...]:
    return tuple(path.strip("/").split("/"))


def _route(method: str, path: str, handler: Handler, access: Access, bucket: Bucket = Bucket.GENERAL) -> Route:
    return Route(method=method, parts=tuple(path.strip("/").split("/")), handler=handler, access=access, bucket=bucket)


_OBJECTS = "/crm/objects/2026-09/{kind}"
_LINKS = "/crm/objects/2026-09/{kind}/{id}/associations"
_LINK_BATCH = "/crm/associations/2026-09/{kind}/{to_kind}"
_PROPERTIES = "/crm/properties/2026-09/{kind}"
_PIPELINES = "/crm/pipelines/2026-09/{kind}"
_STAGES = "/crm/pipelines/2026-09/{kind}/{pipeline}/stages"
_OWN = Bucket.ASSOCIATIONS
READ, WRITE, LINK, LINKS = Access.READ, Access.WRITE, Access.ASSOCIATE, Access.ASSOCIATIONS_READ
SHOW, DEFINE = Access.SCHEMA_READ, Access.SCHEMA_WRITE
SEE, SHAPE = Access.PIPELINES_READ, Access.PIPELINES_WRITE

# Literal paths stand before the placeholders that would swallow them.
ROUTES = (
    _route("GET", _OBJECTS, objects.list_records, READ),
    _route("POST", _OBJECTS, objects.create_record, WRITE),
    _route("POST", f"{_OBJECTS}/search", search.search, READ, Bucket.SEARCH),
    _route("POST", f"{_OBJECTS}/merge", objects.merge_records, WRITE),
    _route("POST", f"{_OBJECTS}/batch/create", batch.create, WRITE),
    _route("POST", f"{_OBJECTS}/batch/read", batch.read, READ),
    _route("POST", f"{_OBJECTS}/batch/update", batch.update, WRITE),
    _route("POST", f"{_OBJECTS}/batch/upsert", batch.upsert, WRITE),
    _route("POST", f"{_OBJECTS}/batch/archive", batch.archive, WRITE),
    _route("GET", f"{_OBJECTS}/{{id}}", objects.read_record, READ),
    _route("PATCH", f"{_OBJECTS}/{{id}}", objects.update_record, WRITE),
    _route("DELETE", f"{_OBJECTS}/{{id}}", objects.archive_record, WRITE),
    _route("PUT", f"{_LINKS}/default/{{to_kind}}/{{to_id}}", associations.put_default, LINK, _OWN),
    _route("GET", f"{_LINKS}/{{to_kind}}", associations.list_associations, LINKS, _OWN),
    _route("PUT", f"{_LINKS}/{{to_kind}}/{{to_id}}", associations.put_labelled, LINK, _OWN),
    _route("DELETE", f"{_LINKS}/{{to_kind}}/{{to_id}}", associations.delete, LINK, _OWN),
    _route("POST", f"{_LINK_BATCH}/batch/associate/default", association_batch.associate_default, LINK, _OWN),
    _route("POST", f"{_LINK_BATCH}/batch/create", association_batch.create, LINK, _OWN),
    _route("POST", f"{_LINK_BATCH}/batch/read", association_batch.read, LINKS, _OWN),
    _route("POST", f"{_LINK_BATCH}/batch/archive", association_batch.archive, LINK, _OWN),
    _route("POST", f"{_LINK_BATCH}/batch/labels/archive", association_batch.archive_labels, LINK, _OWN),
    _route("GET", f"{_LINK_BATCH}/labels", associations.labels, LINKS, _OWN),
    _route("GET", f"{_PROPERTIES}/groups", groups.list_groups, SHOW),
    _route("POST", f"{_PROPERTIES}/groups", groups.create_group, DEFINE),
    _route("GET", f"{_PROPERTIES}/groups/{{name}}", groups.read_group, SHOW),
    _route("PATCH", f"{_PROPERTIES}/groups/{{name}}", groups.update_group, DEFINE),
    _route("DELETE", f"{_PROPERTIES}/groups/{{name}}", groups.delete_group, DEFINE),
    _route("POST", f"{_PROPERTIES}/batch/read", properties.read_batch, SHOW),
    _route("GET", _PROPERTIES, properties.list_properties, SHOW),
    _route("POST", _PROPERTIES, properties.create_property, DEFINE),
    _route("GET", f"{_PROPERTIES}/{{name}}", properties.read_property, SHOW),
    _route("PATCH", f"{_PROPERTIES}/{{name}}", properties.update_property, DEFINE),
    _route("DELETE", f"{_PROPERTIES}/{{name}}", properties.archive_property, DEFINE),
    _route("GET", _PIPELINES, pipelines.list_pipelines, SEE),
    _route("POST", _PIPELINES, pipelines.create_pipeline, SHAPE),
    _route("GET", f"{_PIPELINES}/{{pipeline}}", pipelines.read_pipeline, SEE),
    _route("PATCH", f"{_PIPELINES}/{{pipeline}}", pipelines.update_pipeline, SHAPE),
    _route("PUT", f"{_PIPELINES}/{{pipeline}}", pipelines.replace_pipeline, SHAPE),
    _route("DELETE", f"{_PIPELINES}/{{pipeline}}", pipelines.delete_pipeline, SHAPE),
    _route("GET", f"{_PIPELINES}/{{pipeline}}/audit", pipelines.read_audit, SEE),
    _route("GET", _STAGES, stages.list_stages, SEE),
    _route("POST", _STAGES, stages.create_stage, SHAPE),
    _route("GET", f"{_STAGES}/{{stage}}", stages.read_stage, SEE),
    _route("PATCH", f"{_STAGES}/{{stage}}", stages.update_stage, SHAPE),
    _route("PUT", f"{_STAGES}/{{stage}}", stages.replace_stage, SHAPE),
    _route("DELETE", f"{_STAGES}/{{stage}}", stages.delete_stage, SHAPE),
    _route("GET", "/crm/owners/2026-09", owners.list_owners, Access.OWNERS),
    _route("GET", "/crm/owners/2026-09/{id}", owners.read_owner, Access.OWNERS),
    _route("GET", "/crm/limits/2026-09/custom-properties", account.custom_property_limits, Access.LIMITS),
    _route("GET", "/crm/limits/2026-09/pipelines", account.pipeline_limits, Access.LIMITS),
    _route("GET", "/crm/property-validations/2026-09/{kind}", account.validations, SHOW),
    _route("GET", "/crm/property-validations/2026-09/{kind}/{name}", account.property_validations, SHOW),
    _route("GET", "/account-info/2026-09/details", account.details, Access.OPEN),
    _route("GET", "/account-info/2026-09/api-usage/daily/private-apps", account.api_usage, Access.OPEN),
    _route(
        "POST",
        "/oauth/v2/private-apps/get/access-token-info",
        account.token_scopes,
        Access.OPEN,
        Bucket.NONE,
    ),
)
