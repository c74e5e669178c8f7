"""Records as the objects API shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from zenhub_sync.sandbox.hubspot.association_types import TYPES, spelled
from zenhub_sync.sandbox.hubspot.derived import on_read
from zenhub_sync.sandbox.hubspot.kinds import Kind
from zenhub_sync.sandbox.hubspot.records import Record
from zenhub_sync.sandbox.hubspot.times import stamp
from zenhub_sync.sandbox.hubspot.world import API, World

_SYSTEM = ("hs_object_source", "hs_object_source_id", "hs_object_source_label")


def as_read(world: World, record: Record, asked: Sequence[str] = (), histories: Sequence[str] = ()) -> dict[str, Any]:
    """Show a record to a reader: the default properties or those asked for, and always its three own.

    Defined but empty: null. Not defined: left out in silence.
    developers.hubspot.com … using-object-apis (2026-09)
    """
    wanted = dict.fromkeys(asked or record.kind.defaults)
    wanted |= dict.fromkeys((record.kind.created, record.kind.modified, "hs_object_id"))
    shown = _frame(world, record, wanted)
    if histories:
        shown["propertiesWithHistory"] = {
            name: [_version(version) for version in record.history.get(name, ())]
            for name in histories
            if world.catalogue.find(record.kind, name)
        }
    return shown


def as_created(world: World, record: Record) -> dict[str, Any]:
    """Show a record to its maker: all values it has, and the empty ones of its defaults."""
    values = on_read(world, record, world.now())
    return _frame(world, record, [*record.kind.defaults, *record.values, *values], values)


def as_updated(world: World, record: Record, written: Iterable[str]) -> dict[str, Any]:
    """Show a record to its writer: what was written and the system's own (live batch update of tasks, 2025-02-18)."""
    own = [record.kind.created, record.kind.modified, "hs_object_id", *_SYSTEM]
    places = [name for name in ("hs_pipeline", "hs_pipeline_stage", "pipeline", "dealstage") if name in record.values]
    return _frame(world, record, [*own, *places, *written])


def inline_associations(world: World, record: Record, to_kinds: Sequence[Kind]) -> dict[str, Any]:
    """Show associations inside an object: one row for each type, so a company may be there twice."""
    shown: dict[str, Any] = {}
    for to_kind in to_kinds:
        rows = [
            {"id": record_id, "type": spelled(TYPES[type_id])}
            for record_id, type_ids in world.associated(record, to_kind).items()
            for type_id in sorted(type_ids)
        ]
        if rows:
            shown[to_kind.name] = {"results": rows}
    return shown


def url(world: World, record: Record) -> str:
    return f"https://app.hubspot.com/contacts/{world.options.portal_id}/record/{record.kind.type_id}/{record.id}"


def page(results: Sequence[Any], after: str | None) -> dict[str, Any]:
    """Frame one page; a link is left out: what HubSpot puts there is a path of an older version."""
    paging: Mapping[str, Any] = {"paging": {"next": {"after": after}}} if after is not None else {}
    return {"results": list(results)} | dict(paging)


def batch(results: Sequence[Any], errors: Sequence[Any], started: datetime, done: datetime) -> dict[str, Any]:
    """Frame the answer of a batch; errors are there only in a 207."""
    failed: dict[str, Any] = {"numErrors": len(errors), "errors": list(errors)} if errors else {}
    moments = {"startedAt": stamp(started), "completedAt": stamp(done)}
    return {"status": "COMPLETE", "results": list(results)} | failed | moments


def _frame(world: World, record: Record, names: Iterable[str], read: Mapping[str, str] | None = None) -> dict[str, Any]:
    values = {**record.values, **(on_read(world, record, world.now()) if read is None else read)}
    shown: dict[str, Any] = {
        "id": record.id,
        "properties": {
            name: values.get(name) or None
            for name in sorted(set(names))
            if world.catalogue.find(record.kind, name) is not None
        },
        "createdAt": stamp(record.created_at),
        "updatedAt": stamp(record.updated_at),
        "archived": record.archived_at is not None,
    }
    if record.archived_at is not None:
        shown["archivedAt"] = stamp(record.archived_at)
    return shown


def _version(version: Any) -> dict[str, Any]:
    by_api = version.by == API
    return {
        "value": version.value,
        "timestamp": stamp(version.at),
        "sourceType": "INTEGRATION" if by_api else "CRM_UI",
        "sourceId": None if by_api else "userId:9586504",
    }
