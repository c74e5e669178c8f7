"""Associations of one record: put, list, delete, and the labels of a pair of object types.

developers.hubspot.com … crm/associations/associate-records/guide
"""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter, ValidationError

from zenhub_sync.sandbox.http import Response, json_response
from zenhub_sync.sandbox.hubspot import render, writes
from zenhub_sync.sandbox.hubspot.association_rules import check_ends, fitting_type
from zenhub_sync.sandbox.hubspot.association_types import TYPES, AssociationType, back, between, plain
from zenhub_sync.sandbox.hubspot.bodies import AssociationSpec
from zenhub_sync.sandbox.hubspot.call import Call
from zenhub_sync.sandbox.hubspot.kinds import Kind
from zenhub_sync.sandbox.hubspot.records import Record
from zenhub_sync.sandbox.hubspot.refusals import RefusalError, fields_not_set, record_not_found
from zenhub_sync.sandbox.hubspot.world import API, World

PAGE_LIMIT = 500
_SPECS: TypeAdapter[list[AssociationSpec]] = TypeAdapter(list[AssociationSpec])


def put_default(world: World, call: Call) -> Response:
    """Associate without a label; repeating it changes nothing. The answer names both directions."""
    kind, to_kind = call.kind(), call.kind("to_kind")
    record = live_ends(world, kind, call.path["id"], to_kind, call.path["to_id"])
    started = world.now()
    one = plain(kind, to_kind)
    writes.associate(world, record, to_kind, call.path["to_id"], one, API)
    rows = both_directions(record.id, call.path["to_id"], one)
    return json_response(200, render.batch(rows, [], started, world.now()))


def put_labelled(world: World, call: Call) -> Response:
    kind, to_kind = call.kind(), call.kind("to_kind")
    try:
        specs = _SPECS.validate_python(call.json())
    except ValidationError as error:
        message = "Invalid input JSON on line 1, column 1: Cannot deserialize a list of association specs"
        raise RefusalError(400, message) from error
    if not specs:
        raise fields_not_set(["associationCategory", "associationTypeId"])
    types = [fitting_type(spec, from_kind=kind, to_kind=to_kind) for spec in specs]
    record = live_ends(world, kind, call.path["id"], to_kind, call.path["to_id"])
    for one in types:
        writes.associate(world, record, to_kind, call.path["to_id"], one, API)
    return json_response(201, labels_between(kind, record.id, to_kind, call.path["to_id"], types))


def list_associations(world: World, call: Call) -> Response:
    """List one record's associations; a merged-away id has none (live portal report, 2026-08-03)."""
    kind, to_kind = call.kind(), call.kind("to_kind")
    record = world.records.get(kind, call.path["id"])
    if record is None:
        raise record_not_found(call.path["id"])
    limit = call.limit(default=PAGE_LIMIT, most=PAGE_LIMIT)
    return json_response(200, associations_page(world, record, to_kind, call.after(), limit))


def delete(world: World, call: Call) -> Response:
    """Take all types between two records away; there is no fault in there being none."""
    kind, to_kind = call.kind(), call.kind("to_kind")
    record = world.records.live(kind, call.path["id"])
    if record is not None:
        writes.dissociate(world, record, to_kind, call.path["to_id"], None, API)
    return Response(status=204)


def labels(world: World, call: Call) -> Response:
    """List the types of a pair; an unlabelled type has a null label."""
    del world
    return json_response(200, {"results": [spec(one) for one in between(call.kind(), call.kind("to_kind"))]})


def associations_page(world: World, record: Record, to_kind: Kind, after: int, limit: int) -> dict[str, Any]:
    known = [(to_id, types) for to_id, types in world.associated(record, to_kind).items() if int(to_id) > after]
    rows = [
        # Live answers of 2025 have an integer here, the specification a string.
        {"toObjectId": int(to_id), "associationTypes": [spec(TYPES[one]) for one in sorted(types)]}
        for to_id, types in known[:limit]
    ]
    return render.page(rows, known[limit - 1][0] if len(known) > limit else None)


def live_ends(world: World, kind: Kind, from_id: str, to_kind: Kind, to_id: str) -> Record:
    """Return the record that an association starts from, once both ends are known to be there."""
    return check_ends(world, kind, from_id, to_kind, to_id)


def both_directions(from_id: str, to_id: str, one: AssociationType) -> list[dict[str, Any]]:
    """Spell a default association there and back; live answer for a ticket and a contact, 2024."""
    ends = ((from_id, to_id, one), (to_id, from_id, back(one)))
    return [
        {
            "from": {"id": start},
            "to": {"id": end},
            "associationSpec": {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": way.id},
        }
        for start, end, way in ends
    ]


def labels_between(kind: Kind, from_id: str, to_kind: Kind, to_id: str, types: list[AssociationType]) -> dict[str, Any]:
    return {
        "fromObjectTypeId": kind.type_id,
        "fromObjectId": int(from_id),
        "toObjectTypeId": to_kind.type_id,
        "toObjectId": int(to_id),
        "labels": [one.label for one in types if one.label],
    }


def spec(one: AssociationType) -> dict[str, Any]:
    return {"category": "HUBSPOT_DEFINED", "typeId": one.id, "label": one.label}
