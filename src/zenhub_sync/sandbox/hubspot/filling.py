"""Contacts by the hundred thousand, made faster than one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from zenhub_sync.sandbox.hubspot import person
from zenhub_sync.sandbox.hubspot.association_types import TYPES
from zenhub_sync.sandbox.hubspot.kinds import COMPANIES, CONTACTS
from zenhub_sync.sandbox.hubspot.records import Record
from zenhub_sync.sandbox.hubspot.world import World

# developers.hubspot.com … crm/associations/associate-records/guide: a contact's primary company
_PRIMARY = TYPES[1]


def add_contacts(world: World, contacts: Iterable[tuple[Mapping[str, str], str]]) -> None:
    """Make contacts of (properties, id of the primary company): all like the first, but for these.

    Their values are not checked, and the ledger knows only the first.
    """
    made: Record | None = None
    for properties, company_id in contacts:
        if made is None:
            first = person.create(world, CONTACTS, properties, [(COMPANIES.name, company_id, _PRIMARY.id)])
            made = world.records.get(CONTACTS, first)
        else:
            _add(world, made, properties, company_id)
        world.records.tidy()


def _add(world: World, like: Record, properties: Mapping[str, str], company_id: str) -> None:
    record_id = world.records.new_id()
    own = {
        "hs_object_id": record_id,
        "hs_all_contact_vids": record_id,
        "hs_email_domain": properties["email"].rpartition("@")[2],
    }
    record = replace(like, id=record_id, values={**like.values, **own, **properties}, history={})
    world.records.add(record)
    world.records.hold(record, "email")
    world.links.add((CONTACTS.name, record_id), (COMPANIES.name, company_id), _PRIMARY)
