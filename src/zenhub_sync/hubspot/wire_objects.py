"""HubSpot's record endpoints as values.

developers.hubspot.com/docs/api-reference/latest/crm/using-object-apis (2026-09): read, update and upsert may be
repeated at will; create may not, for HubSpot has no idempotency key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from zenhub_sync.hubspot.batches import read_found, read_written
from zenhub_sync.hubspot.inputs import AssociationInput, UpdateInput
from zenhub_sync.hubspot.models import CrmObject
from zenhub_sync.hubspot.paging import after_param, read_object_page
from zenhub_sync.hubspot.results import ObjectPage, ReadResult, WriteResult
from zenhub_sync.hubspot.version import API_VERSION
from zenhub_sync.transport.call import Call, Json
from zenhub_sync.transport.reading import model_reader

# developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines: per app, 100 or more in 10 s.
BUCKET = "hubspot"

# The same on every batch endpoint; a hundred and first input is answered 400 (live portal report, 2026-09).
BATCH_LIMIT = 100

_SINGULAR = {"tickets": "ticket", "tasks": "task", "companies": "company", "contacts": "contact"}


def read(kind: str, ids: Sequence[str], properties: Sequence[str], *, id_property: str | None) -> Call[ReadResult]:
    """Read records by id or unique property; missing ones come as errors of a 207."""
    _check_size(ids)
    wanted = list(dict.fromkeys([*properties, *([id_property] if id_property else [])]))
    body: dict[str, Json] = {"inputs": [{"id": each} for each in ids], "properties": list[Json](wanted)}
    if id_property:
        body["idProperty"] = id_property
    return Call(
        name=f"hubspot.read_{kind}",
        method="POST",
        path=f"{_objects(kind)}/batch/read",
        bucket=BUCKET,
        repeatable=True,
        read=read_found(ids, id_property),
        body=body,
    )


def read_one(kind: str, object_id: str, properties: Sequence[str]) -> Call[CrmObject]:
    """Read one record by its id."""
    return Call(
        name=f"hubspot.read_{_SINGULAR.get(kind, kind)}",
        method="GET",
        path=f"{_objects(kind)}/{quote(object_id, safe='', errors='replace')}",
        bucket=BUCKET,
        repeatable=True,
        read=model_reader(CrmObject),
        params=(("properties", ",".join(properties)),),
    )


def list_page(kind: str, properties: Sequence[str], *, after: str | None, limit: int) -> Call[ObjectPage]:
    """Read a page of all records that are not archived."""
    return Call(
        name=f"hubspot.list_{kind}",
        method="GET",
        path=_objects(kind),
        bucket=BUCKET,
        repeatable=True,
        read=read_object_page,
        params=(("limit", str(limit)), ("properties", ",".join(properties)), *after_param(after)),
    )


def update(kind: str, inputs: Sequence[UpdateInput]) -> Call[WriteResult]:
    """Change records by id."""
    return _write("update", kind, inputs, None)


# Proven live for upsert (portal 52016473, 2026-09): with a trace id on every input the good ones are written.
def upsert(kind: str, id_property: str, inputs: Sequence[UpdateInput]) -> Call[WriteResult]:
    """Make or change records by a property that HubSpot keeps unique."""
    return _write("upsert", kind, inputs, id_property)


def create(kind: str, properties: Mapping[str, str], associations: Sequence[AssociationInput]) -> Call[CrmObject]:
    """Make one record, links included."""
    links: list[Json] = [{"to": {"id": each.to_id}, "types": [association_type(each.type_id)]} for each in associations]
    return Call(
        name=f"hubspot.create_{_SINGULAR.get(kind, kind)}",
        method="POST",
        path=_objects(kind),
        bucket=BUCKET,
        repeatable=False,
        read=model_reader(CrmObject),
        body={"properties": dict[str, Json](properties), "associations": links},
    )


# developers.hubspot.com/docs/api-reference/latest/crm/associations/associate-records/guide (2026-09)
def association_type(type_id: int) -> Json:
    """Name one of HubSpot's own link types."""
    return {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}


def _write(verb: str, kind: str, inputs: Sequence[UpdateInput], id_property: str | None) -> Call[WriteResult]:
    _check_size(inputs)
    if len({each.trace for each in inputs}) != len(inputs):
        raise ValueError("every input of a batch needs a trace of its own")
    return Call(
        name=f"hubspot.{verb}_{kind}",
        method="POST",
        path=f"{_objects(kind)}/batch/{verb}",
        bucket=BUCKET,
        repeatable=True,
        read=read_written(inputs, id_property),
        body={"inputs": [_write_input(each, id_property) for each in inputs]},
    )


def _write_input(written: UpdateInput, id_property: str | None) -> Json:
    body: dict[str, Json] = {"id": written.id}
    if id_property:
        body["idProperty"] = id_property
    return body | {"properties": dict[str, Json](written.properties), "objectWriteTraceId": written.trace}


def _objects(kind: str) -> str:
    return f"/crm/objects/{API_VERSION}/{quote(kind, safe='')}"


def _check_size(inputs: Sequence[object]) -> None:
    if not 1 <= len(inputs) <= BATCH_LIMIT:
        raise ValueError(f"a batch takes 1 to {BATCH_LIMIT} inputs, not {len(inputs)}")
