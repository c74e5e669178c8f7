"""One record at a time: list, create, read, update, archive, merge.

developers.hubspot.com … using-object-apis (2026-09)
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

from zenhub_sync.sandbox.http import Response, json_response
from zenhub_sync.sandbox.hubspot import render, writes
from zenhub_sync.sandbox.hubspot.association_rules import INVALID, fitting_type, invalid_end, type_to
from zenhub_sync.sandbox.hubspot.bodies import FirstRecord, Merge, NewAssociation, RecordChange
from zenhub_sync.sandbox.hubspot.call import Call
from zenhub_sync.sandbox.hubspot.checks import Checked, Subject, check
from zenhub_sync.sandbox.hubspot.kinds import COMPANIES, CONTACTS, Kind, infer
from zenhub_sync.sandbox.hubspot.records import Record
from zenhub_sync.sandbox.hubspot.refusals import RefusalError, nothing_to_update, record_not_found
from zenhub_sync.sandbox.hubspot.world import API, World
from zenhub_sync.sandbox.hubspot.writes import Target

# developers.hubspot.com … using-object-apis (2026-09)
PAGE_LIMIT = 100
HISTORY_LIMIT = 50
WRITE = "update/upsert"


def list_records(world: World, call: Call) -> Response:
    kind = call.kind()
    histories = call.names("propertiesWithHistory")
    limit = call.limit(default=10, most=HISTORY_LIMIT if histories else PAGE_LIMIT)
    to_kinds = [infer(name) for name in call.names("associations")]
    archived = call.flag("archived")
    walked = (one for one in world.records.walk(kind, call.after()) if (one.archived if archived else one.live))
    found = list(islice(walked, limit + 1))
    asked = call.names("properties")
    shown = [_shown(world, record, asked, histories, to_kinds) for record in found[:limit]]
    return json_response(200, render.page(shown, found[limit - 1].id if len(found) > limit else None))


def create_record(world: World, call: Call) -> Response:
    kind = call.kind()
    body = call.body(FirstRecord)
    subject = Subject(kind=kind, record_id=world.records.new_id(), by=API)
    targets = read_targets(world, kind, body.associations or ())
    checked = check(world, subject, body.properties)
    record = writes.create(world, kind, subject.record_id, checked.values, targets, API)
    return json_response(201, with_warnings(render.as_created(world, record), checked))


def read_record(world: World, call: Call) -> Response:
    kind = call.kind()
    to_kinds = [infer(name) for name in call.names("associations")]
    record = locate(
        world, kind, call.path["id"], call.request.param("idProperty"), "read", archived=call.flag("archived")
    )
    shown = _shown(world, record, call.names("properties"), call.names("propertiesWithHistory"), to_kinds)
    return json_response(200, shown)


def update_record(world: World, call: Call) -> Response:
    kind = call.kind()
    body = call.body(RecordChange)
    if not body.properties:
        raise nothing_to_update()
    record = locate(world, kind, call.path["id"], call.request.param("idProperty"), WRITE)
    checked = check(world, Subject(kind=kind, record_id=record.id, record=record, by=API), body.properties)
    writes.update(world, record, checked.values, API)
    return json_response(200, with_warnings(render.as_updated(world, record, checked.values), checked))


def archive_record(world: World, call: Call) -> Response:
    record = world.records.get(call.kind(), call.path["id"])
    if record is None:
        raise record_not_found(call.path["id"])
    if record.live:
        writes.archive(world, record, API)
    return Response(status=204)


def merge_records(world: World, call: Call) -> Response:
    kind = call.kind()
    body = call.body(Merge)
    if not kind.merges:
        raise RefusalError(400, f"Objects of type {kind.name} cannot be merged")
    primary = world.records.live(kind, body.primary_object_id)
    other = world.records.live(kind, body.object_id_to_merge)
    if primary is None or other is None or primary is other:
        raise RefusalError(400, "Both records of a merge must exist and be different")
    return json_response(200, render.as_read(world, writes.merge(world, primary, other, API)))


def locate(
    world: World, kind: Kind, value: str, id_property: str | None, purpose: str, *, archived: bool = False
) -> Record:
    """Find the record that a path or an input names, or refuse.

    Reading a merged-away company or contact id answers with the survivor (live portal report, 2026-08-03); writing
    to one is not established, so it is refused.
    """
    if id_property is not None:
        check_key(world, kind, id_property, purpose)
        record = _by_key(world, kind, id_property, value)
    elif archived:
        record = world.records.get(kind, value)
        record = record if record is not None and record.archived else None
    elif purpose == "read":
        record = world.records.answering(kind, value)
    else:
        record = world.records.live(kind, value)
    if record is None or (archived and not record.archived):
        raise record_not_found(value)
    return record


def check_key(world: World, kind: Kind, id_property: str, purpose: str) -> None:
    """Refuse to name records by a property whose values are not unique; live portal report, 2026."""
    reads_domain = (kind, id_property, purpose) == (COMPANIES, "domain", "read")
    if not reads_domain and not world.catalogue.is_key(kind, id_property):
        message = f"Unable to perform {purpose} by non-unique {kind.type_id} property {id_property}"
        raise RefusalError(400, message)


def read_targets(world: World, kind: Kind, associations: Sequence[NewAssociation]) -> list[Target]:
    """Resolve the associations of a creation; one wrong target or type refuses the whole record."""
    targets: list[Target] = []
    for association in associations:
        if not association.types:
            raise RefusalError(400, INVALID)
        for spec in association.types:
            one = fitting_type(spec, from_kind=kind)
            to_kind = type_to(one)
            if world.records.live(to_kind, association.to.id) is None:
                raise invalid_end(to_kind, association.to.id)
            targets.append(Target(kind=to_kind, id=association.to.id, type=one))
    return targets


def with_warnings(shown: dict[str, Any], checked: Checked) -> dict[str, Any]:
    return shown | ({"warnings": list(checked.warnings)} if checked.warnings else {})


def _by_key(world: World, kind: Kind, name: str, value: str) -> Record | None:
    if (kind, name) == (CONTACTS, "email"):
        return world.records.holder(kind, name, value.lower())
    if (kind, name) == (COMPANIES, "domain"):
        return next((one for one in world.records.walk(kind) if one.live and one.values.get(name) == value), None)
    return world.records.holder(kind, name, value)


def _shown(
    world: World, record: Record, asked: Sequence[str], histories: Sequence[str], to_kinds: Sequence[Kind]
) -> dict[str, Any]:
    shown = render.as_read(world, record, asked, histories)
    associations = render.inline_associations(world, record, to_kinds)
    return shown | ({"associations": associations} if associations else {})
