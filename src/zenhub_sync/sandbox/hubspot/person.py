"""What people do by hand in the portal: no token, no limits, no lag, and the ledger says it was they."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from zenhub_sync.sandbox.hubspot import writes
from zenhub_sync.sandbox.hubspot.association_rules import check_ends, fitting_type
from zenhub_sync.sandbox.hubspot.bodies import AssociationSpec, NewProperty
from zenhub_sync.sandbox.hubspot.builtin import GROUPS
from zenhub_sync.sandbox.hubspot.checks import Subject, check
from zenhub_sync.sandbox.hubspot.kinds import CONTACTS, Kind, infer
from zenhub_sync.sandbox.hubspot.properties import define as define_property
from zenhub_sync.sandbox.hubspot.records import Record
from zenhub_sync.sandbox.hubspot.world import PERSON, Owner, World
from zenhub_sync.sandbox.hubspot.writes import Target


def add_owner(world: World, email: str, first_name: str, last_name: str, *, archived: bool) -> str:
    now = world.now()
    owner = Owner(
        id=world.records.new_id(),
        user_id=int(world.records.new_id()),
        email=email,
        first_name=first_name,
        last_name=last_name,
        created_at=now,
        updated_at=now,
        archived=archived,
    )
    world.owners[owner.id] = owner
    return owner.id


def define(world: World, kind: Kind, name: str, *, group: str | None, unique: bool) -> None:
    spelled = {
        "name": name,
        "label": name,
        "type": "string",
        "fieldType": "text",
        "groupName": group or GROUPS[kind.name],
        "hasUniqueValue": unique,
    }
    define_property(world, kind, NewProperty.model_validate(spelled), PERSON)


def create(
    world: World, kind: Kind, properties: Mapping[str, str], associations: Sequence[tuple[str, str, int]]
) -> str:
    subject = Subject(kind=kind, record_id=world.records.new_id())
    targets = [_target(world, kind, *association) for association in associations]
    checked = check(world, subject, properties)
    record = writes.create(world, kind, subject.record_id, checked.values, targets, PERSON)
    _hold_other_emails(world, record)
    return record.id


def update(world: World, kind: Kind, record_id: str, properties: Mapping[str, str]) -> None:
    record = _live(world, kind, record_id)
    checked = check(world, Subject(kind=kind, record_id=record_id, record=record), properties)
    writes.update(world, record, checked.values, PERSON)
    _hold_other_emails(world, record)


def archive(world: World, kind: Kind, record_id: str) -> None:
    writes.archive(world, _live(world, kind, record_id), PERSON)


def restore(world: World, kind: Kind, record_id: str) -> None:
    """Bring a record back, unless another has taken its unique value meanwhile (not established)."""
    record = world.records.get(kind, record_id)
    if record is None or not record.archived:
        message = f"{kind.singular} {record_id} is not in the recycle bin"
        raise ValueError(message)
    keys = [name for name in record.values if world.catalogue.is_key(kind, name)]
    for name in keys:
        if world.records.holder(kind, name, record.values[name]) is not None:
            message = f"another {kind.singular} has {name} {record.values[name]} now"
            raise ValueError(message)
    for name in keys:
        world.records.hold(record, name)
    record.archived_at = None
    record.updated_at = world.now()
    world.record_write("update", kind.name, record_id, PERSON, {})


def merge(world: World, kind: Kind, primary_id: str, other_id: str) -> str:
    primary, other = _live(world, kind, primary_id), _live(world, kind, other_id)
    if primary is other:
        raise ValueError("a record cannot be merged with itself")
    return writes.merge(world, primary, other, PERSON).id


def _target(world: World, kind: Kind, to_kind: str, to_id: str, type_id: int) -> Target:
    spelled = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}
    one = fitting_type(AssociationSpec.model_validate(spelled), from_kind=kind, to_kind=infer(to_kind))
    check_ends(world, infer(to_kind), to_id, infer(to_kind), to_id)
    return Target(kind=infer(to_kind), id=to_id, type=one)


def _live(world: World, kind: Kind, record_id: str) -> Record:
    record = world.records.live(kind, record_id)
    if record is None:
        message = f"there is no live {kind.singular} {record_id}"
        raise ValueError(message)
    return record


def _hold_other_emails(world: World, record: Record) -> None:
    """Let a contact be found by its secondary addresses too: developers.hubspot.com … objects/contacts/guide"""
    if record.kind is CONTACTS:
        for address in record.values.get("hs_additional_emails", "").split(";"):
            if address:
                world.records.alias(record, "email", address.lower())
