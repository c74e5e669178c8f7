"""Which association type may join which records."""

from __future__ import annotations

from zenhub_sync.sandbox.hubspot.association_types import TYPES, AssociationType
from zenhub_sync.sandbox.hubspot.bodies import AssociationSpec
from zenhub_sync.sandbox.hubspot.kinds import KINDS, Kind
from zenhub_sync.sandbox.hubspot.records import Record
from zenhub_sync.sandbox.hubspot.refusals import RefusalError
from zenhub_sync.sandbox.hubspot.world import World

INVALID = "One or more associations are invalid"


def fitting_type(spec: AssociationSpec, *, from_kind: Kind, to_kind: Kind | None = None) -> AssociationType:
    """Return the type, or refuse one that is unknown or made for another pair."""
    one = TYPES.get(spec.association_type_id)
    if one is None or spec.association_category != "HUBSPOT_DEFINED":
        message = f"No association type {spec.association_category} {spec.association_type_id} exists"
        raise RefusalError(400, message)
    if one.from_kind != from_kind.name or (to_kind is not None and one.to_kind != to_kind.name):
        raise _wrong_pair(one, from_kind, to_kind)
    return one


def check_ends(world: World, from_kind: Kind, from_id: str, to_kind: Kind, to_id: str) -> Record:
    """Refuse an association with a record that is not there, archived or merged away; return the first end."""
    record = world.records.live(from_kind, from_id)
    if record is None:
        raise invalid_end(from_kind, from_id)
    if world.records.live(to_kind, to_id) is None:
        raise invalid_end(to_kind, to_id)
    return record


def invalid_end(kind: Kind, record_id: str) -> RefusalError:
    """Say which end is not there: github.com/HubSpot/hubspot-api-nodejs/issues/646"""
    name = kind.singular.upper()
    context = {
        "INVALID_OBJECT_IDS": [f"{name}={record_id} is not valid"],
        "objectId": [record_id],
        "objectType": [name],
    }
    return RefusalError(400, INVALID, context=context)


def _wrong_pair(one: AssociationType, from_kind: Kind, to_kind: Kind | None) -> RefusalError:
    """Name the end that does not fit: seen live for a contact created with the type of a note, 2026."""
    side, given, wanted = "from", from_kind, KINDS[one.from_kind]
    if given is wanted and to_kind is not None:
        side, given, wanted = "to", to_kind, KINDS[one.to_kind]
    message = (
        f"invalid {side} object type {given.type_id} for associations to be created. "
        f"expected: {wanted.type_id}. For definition 0-{one.id}"
    )
    return RefusalError(400, message)


def type_to(one: AssociationType) -> Kind:
    return KINDS[one.to_kind]
