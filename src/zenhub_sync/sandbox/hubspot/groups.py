"""The property groups API. developers.hubspot.com … crm/properties/guide; live portal report, 2026-10"""

from __future__ import annotations

from dataclasses import replace

from zenhub_sync.sandbox.http import Response, json_response
from zenhub_sync.sandbox.hubspot.bodies import GroupChange, NewGroup
from zenhub_sync.sandbox.hubspot.builtin import GROUPS
from zenhub_sync.sandbox.hubspot.call import Call
from zenhub_sync.sandbox.hubspot.definitions import Group
from zenhub_sync.sandbox.hubspot.refusals import RefusalError, not_found
from zenhub_sync.sandbox.hubspot.world import API, World


def list_groups(world: World, call: Call) -> Response:
    found = world.catalogue.groups[call.kind().name].values()
    return json_response(200, {"results": [group.as_json() for group in found]})


def read_group(world: World, call: Call) -> Response:
    return json_response(200, _find(world, call).as_json())


def create_group(world: World, call: Call) -> Response:
    kind = call.kind()
    body = call.body(NewGroup)
    groups = world.catalogue.groups[kind.name]
    if body.name in groups:
        raise RefusalError(
            409, f"A property group named '{body.name}' already exists.", category="OBJECT_ALREADY_EXISTS"
        )
    if not body.name.strip() or not body.label.strip():
        raise RefusalError(400, "A property group needs a name and a label")
    group = Group(name=body.name, label=body.label, display_order=body.display_order)
    groups[group.name] = group
    world.record_write("define", "groups", group.name, API, {"object": kind.name})
    return json_response(201, group.as_json())


def update_group(world: World, call: Call) -> Response:
    known = _find(world, call)
    changed = replace(known, **call.body(GroupChange).model_dump(exclude_none=True))
    world.catalogue.groups[call.kind().name][known.name] = changed
    world.record_write("define", "groups", known.name, API, {"object": call.kind().name})
    return json_response(200, changed.as_json())


def delete_group(world: World, call: Call) -> Response:
    kind = call.kind()
    known = _find(world, call)
    used = any(one.group_name == known.name for one in world.catalogue.all(kind))
    if used or known.name == GROUPS[kind.name]:
        raise RefusalError(
            400,
            f"Property group {known.name} has active properties",
            sub_category="PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES",
        )
    del world.catalogue.groups[kind.name][known.name]
    world.record_write("archive", "groups", known.name, API, {"object": kind.name})
    return Response(status=204)


def _find(world: World, call: Call) -> Group:
    group = world.catalogue.group(call.kind(), call.path["name"])
    if group is None:
        raise not_found(f"Property group {call.path['name']} does not exist")
    return group
