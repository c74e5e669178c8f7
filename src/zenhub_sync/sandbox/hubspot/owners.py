"""The owners API: people whom records can be assigned to. developers.hubspot.com … crm/owners/guide"""

from __future__ import annotations

from zenhub_sync.sandbox.http import Response, json_response
from zenhub_sync.sandbox.hubspot import render
from zenhub_sync.sandbox.hubspot.call import Call
from zenhub_sync.sandbox.hubspot.refusals import RefusalError, record_not_found
from zenhub_sync.sandbox.hubspot.world import World

PAGE_LIMIT = 500


def list_owners(world: World, call: Call) -> Response:
    """List the active owners, or with `archived=true` those deactivated."""
    archived, email = call.flag("archived"), call.request.param("email")
    limit, after = call.limit(default=100, most=PAGE_LIMIT), call.after()
    known = sorted(world.owners.values(), key=lambda owner: int(owner.id))
    found = [
        owner
        for owner in known
        if owner.archived is archived
        and int(owner.id) > after
        and (email is None or owner.email.lower() == email.lower())
    ]
    shown = [owner.as_json() for owner in found[:limit]]
    return json_response(200, render.page(shown, found[limit - 1].id if len(found) > limit else None))


def read_owner(world: World, call: Call) -> Response:
    """Read one owner by id or user id; asked in the wrong state it is not there."""
    wanted, archived = call.path["id"], call.flag("archived")
    id_property = call.request.param("idProperty") or "id"
    if id_property not in ("id", "userId"):
        raise RefusalError(400, f"Invalid idProperty: {id_property}. Allowed: id, userId")
    for owner in world.owners.values():
        named = owner.id if id_property == "id" else str(owner.user_id)
        if named == wanted and owner.archived is archived:
            return json_response(200, owner.as_json())
    raise record_not_found(wanted)
