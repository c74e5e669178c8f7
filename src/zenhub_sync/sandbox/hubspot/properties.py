"""The properties API: what a portal's records may hold.

developers.hubspot.com … crm/properties/guide; behaviour from a live portal report, 2026-10 (2026-09 API)
"""

from __future__ import annotations

from dataclasses import replace

from zenhub_sync.sandbox.http import Response, json_response
from zenhub_sync.sandbox.hubspot import render
from zenhub_sync.sandbox.hubspot.bodies import NewProperty, OptionBody, PropertyBatchRead, PropertyChange
from zenhub_sync.sandbox.hubspot.call import Call
from zenhub_sync.sandbox.hubspot.definitions import Definition, Option
from zenhub_sync.sandbox.hubspot.kinds import Kind
from zenhub_sync.sandbox.hubspot.property_rules import check_new, check_options, check_shape
from zenhub_sync.sandbox.hubspot.refusals import RefusalError, not_found
from zenhub_sync.sandbox.hubspot.world import API, World


def list_properties(world: World, call: Call) -> Response:
    found = world.catalogue.all(call.kind(), archived=call.flag("archived"))
    return json_response(200, {"results": [one.as_json() for one in found]})


def read_property(world: World, call: Call) -> Response:
    name = call.path["name"]
    return json_response(200, _find(world, call.kind(), name, archived=call.flag("archived")).as_json())


def create_property(world: World, call: Call) -> Response:
    kind = call.kind()
    definition = define(world, kind, call.body(NewProperty), API)
    location = {"location": f"https://api.hubapi.com/crm/properties/2026-09/{kind.type_id}/{definition.name}"}
    return json_response(201, definition.as_json(), location)


def define(world: World, kind: Kind, body: NewProperty, by: str) -> Definition:
    """Make a property; one that was archived under this name comes back with its values."""
    check_new(world, kind, body)
    now = world.now()
    definition = Definition(
        name=body.name,
        label=body.label,
        type=body.type,
        field_type=body.field_type,
        group_name=body.group_name,
        description=body.description,
        options=read_options(body.options),
        unique=body.has_unique_value,
        external_options=body.external_options,
        referenced_object_type=body.referenced_object_type,
        display_order=body.display_order,
        hidden=body.hidden,
        form_field=body.form_field,
        created_at=now,
        updated_at=now,
    )
    if definition.unique:
        _index(world, kind, definition.name)
    world.catalogue.put(kind, definition)
    written = {"object": kind.name, "type": body.type, "unique": str(body.has_unique_value).lower()}
    world.record_write("define", "properties", body.name, by, written)
    return definition


def update_property(world: World, call: Call) -> Response:
    """Change a definition; `hasUniqueValue` is ignored here, and options given replace all there were."""
    kind = call.kind()
    known = _find(world, kind, call.path["name"])
    body = call.body(PropertyChange)
    if known.locked:
        message = f'The definition of property "{known.name}" is read only'
        raise RefusalError(400, message)
    if body.type not in (None, known.type):
        message = f'The type of property "{known.name}" cannot be changed'
        raise RefusalError(400, message)
    if body.group_name is not None and world.catalogue.group(kind, body.group_name) is None:
        raise RefusalError(400, f"Property group {body.group_name} does not exist")
    if body.field_type is not None:
        check_shape(known.type, body.field_type)
    if body.options is not None:
        check_options(known.type, body.options, external=known.external_options)
    given = body.model_dump(exclude_none=True, exclude={"options", "type"})
    changed = replace(known, **given, updated_at=world.now())
    if body.options is not None:
        changed = replace(changed, options=read_options(body.options))
    world.catalogue.put(kind, changed)
    world.record_write("define", "properties", known.name, API, {"object": kind.name})
    return json_response(200, changed.as_json())


def archive_property(world: World, call: Call) -> Response:
    kind = call.kind()
    known = _find(world, kind, call.path["name"])
    if known.builtin:
        message = f'Property "{known.name}" is defined by HubSpot and cannot be deleted'
        raise RefusalError(400, message, sub_category="PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE")
    world.catalogue.put(kind, replace(known, archived_at=world.now()))
    world.record_write("archive", "properties", known.name, API, {"object": kind.name})
    return Response(status=204)


def read_batch(world: World, call: Call) -> Response:
    kind = call.kind()
    body = call.body(PropertyBatchRead)
    started = world.now()
    results, errors = [], []
    for one in body.inputs:
        try:
            results.append(_find(world, kind, one.name, archived=body.archived).as_json())
        except RefusalError as refusal:
            errors.append(refusal.as_batch_error())
    shown = render.batch(world.shuffled(results), errors, started, world.now())
    return json_response(207 if errors else 200, shown)


def read_options(bodies: list[OptionBody]) -> tuple[Option, ...]:
    return tuple(
        Option(
            label=one.label,
            value=one.value,
            display_order=one.display_order,
            hidden=one.hidden,
            description=one.description,
        )
        for one in bodies
    )


def _find(world: World, kind: Kind, name: str, *, archived: bool = False) -> Definition:
    known = world.catalogue.archived(kind, name) if archived else world.catalogue.find(kind, name)
    if known is None:
        message = f"Property {name} does not exist for object type {kind.type_id}"
        raise not_found(message)
    return known


def _index(world: World, kind: Kind, name: str) -> None:
    """Take the values that a restored property brings back under its new promise of being unique."""
    held = [one for one in world.records.walk(kind) if one.live and name in one.values]
    if len({one.values[name] for one in held}) < len(held):
        message = f'Property "{name}" has the same value on several records'
        raise RefusalError(400, message)
    for one in held:
        world.records.hold(one, name)
