"""Changes of records, once they are known to be allowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zenhub_sync.sandbox.hubspot import derived
from zenhub_sync.sandbox.hubspot.association_types import AssociationType
from zenhub_sync.sandbox.hubspot.kinds import COMPANIES, KINDS, TASKS, TICKETS, Kind
from zenhub_sync.sandbox.hubspot.records import Record
from zenhub_sync.sandbox.hubspot.times import read_iso, stamp
from zenhub_sync.sandbox.hubspot.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The other end of an association that a new record is to be born with."""

    kind: Kind
    id: str
    type: AssociationType


def create(
    world: World, kind: Kind, record_id: str, values: Mapping[str, str], targets: Sequence[Target], by: str
) -> Record:
    """Make a record with its associations: one step, nobody sees it without them."""
    now = world.now()
    record = Record(kind=kind, id=record_id, created_at=now, updated_at=now)
    world.records.add(record)
    before = _set(world, record, values, by)
    before |= _set(world, record, derived.on_create(world, record, by), by)
    _set(world, record, derived.on_change(world, record, before, now), by)
    world.record_write("create", kind.name, record.id, by, values)
    for target in targets:
        associate(world, record, target.kind, target.id, target.type, by)
    return record


def update(world: World, record: Record, values: Mapping[str, str], by: str) -> None:
    """Write values to a record; the moment of the last change moves even when none differs."""
    now = world.now()
    before = _set(world, record, values, by)
    _set(world, record, derived.on_change(world, record, before, now), by)
    record.updated_at = now
    world.record_write("update", record.kind.name, record.id, by, values)


def archive(world: World, record: Record, by: str) -> None:
    """Put a record into the recycle bin; its unique values are free from then on (not established)."""
    record.archived_at = world.now()
    world.record_write("archive", record.kind.name, record.id, by, {})


def associate(world: World, record: Record, to_kind: Kind, to_id: str, type_: AssociationType, by: str) -> None:
    """Associate two live records; a repeated association is recorded again, for it was a write request."""
    world.links.add((record.kind.name, record.id), (to_kind.name, to_id), type_)
    values = {"to_kind": to_kind.name, "to_id": to_id, "type_id": str(type_.id)}
    world.record_write("associate", record.kind.name, record.id, by, values)
    if TASKS not in (record.kind, to_kind):
        return
    other = world.records.get(to_kind, to_id)
    if other is not None:
        task, subject = (record, other) if record.kind is TASKS else (other, record)
        _announce_task(world, task, subject, by)


def dissociate(world: World, record: Record, to_kind: Kind, to_id: str, type_: AssociationType | None, by: str) -> None:
    """Take an association away; nothing is recorded where there was none."""
    before = world.links.types((record.kind.name, record.id), (to_kind.name, to_id))
    world.links.remove((record.kind.name, record.id), (to_kind.name, to_id), type_)
    after = world.links.types((record.kind.name, record.id), (to_kind.name, to_id))
    for type_id in sorted(before - after):
        values = {"to_kind": to_kind.name, "to_id": to_id, "type_id": str(type_id)}
        world.record_write("dissociate", record.kind.name, record.id, by, values)


def merge(world: World, primary: Record, other: Record, by: str) -> Record:
    """Make one record of two.

    Companies and contacts keep the primary's id and the other id goes on answering with it (live portal report,
    2026-08-03). Tickets and deals become a new record and both ids are tombstones; developers.hubspot.com …
    objects/tickets/guide (2026-09).
    """
    values = _merged_values(world, primary, other)
    keeps_id = primary.kind not in (TICKETS, KINDS["deals"])
    losers = (other,) if keeps_id else (primary, other)
    if keeps_id:
        survivor = primary
        _set(world, survivor, values, by)
    else:
        now = world.now()
        survivor = Record(kind=primary.kind, id=world.records.new_id(), created_at=now, updated_at=now)
        world.records.add(survivor)
        _set(world, survivor, values | dict(derived.on_create(world, survivor, by)), by)
    for loser in losers:
        loser.merged_into = survivor.id if keeps_id else None
        loser.tombstone = not keeps_id
        world.links.move((loser.kind.name, loser.id), (survivor.kind.name, survivor.id))
    survivor.updated_at = world.now()
    _set(world, survivor, {survivor.kind.modified: stamp(world.now())}, by)
    world.record_write("merge", survivor.kind.name, survivor.id, by, {"primary": primary.id, "other": other.id})
    return survivor


def _merged_values(world: World, primary: Record, other: Record) -> dict[str, str]:
    """Let the primary's values win, and list the ids that went into it."""
    kind = primary.kind
    own = {"hs_object_id", "hs_ticket_id", kind.created, kind.modified, "hs_createdate"}
    values = {name: value for name, value in (other.values | primary.values).items() if name not in own}
    merged = [primary.values.get("hs_merged_object_ids", ""), other.values.get("hs_merged_object_ids", "")]
    gone = [primary.id, other.id] if kind in (TICKETS, KINDS["deals"]) else [other.id]
    values["hs_merged_object_ids"] = ";".join([*filter(None, merged), *gone])
    return {name: value for name, value in values.items() if world.catalogue.find(kind, name)}


def _set(world: World, record: Record, values: Mapping[str, str], by: str) -> dict[str, str]:
    """Store values and return those that were there before, for what really changed."""
    before: dict[str, str] = {}
    now = world.now()
    for name, value in values.items():
        was = record.values.get(name, "")
        if was == value:
            continue
        unique = world.catalogue.is_key(record.kind, name)
        if world.records.write(record, name, value, at=now, by=by, unique=unique):
            before[name] = was
    return before


def _announce_task(world: World, task: Record, subject: Record, by: str) -> None:
    """Note the nearest task on the ticket or company it is for, as a new task does.

    developers.hubspot.com … crm/activities/tasks/guide
    """
    due = task.values.get("hs_timestamp", "")
    if subject.kind not in (TICKETS, COMPANIES, KINDS["contacts"]) or read_iso(due) is None:
        return
    known = subject.values.get("notes_next_activity_date", "")
    next_due = min(due, known) if known else due
    now = world.now()
    _set(world, subject, {"notes_next_activity_date": next_due, subject.kind.modified: stamp(now)}, by)
    subject.updated_at = now
