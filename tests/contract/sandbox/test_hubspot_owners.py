"""Whom records can be assigned to in the sandbox's HubSpot."""

from __future__ import annotations

from tests.contract.sandbox.portal_caller import OBJECTS, STAMP, TASK, Caller


def test_an_archived_owner_can_be_assigned_and_a_user_id_cannot() -> None:
    caller = Caller()
    gone = caller.portal.add_owner("bia@x.com", "Bia", "Lima", archived=True)
    here = caller.portal.add_owner("ana@x.com", "Ana", "Reis")
    user = caller.want(200, "GET", f"/crm/owners/2026-09/{here}")["userId"]
    task = caller.make("tasks", TASK | {"hubspot_owner_id": gone})
    assert caller.portal.properties_of("tasks", task)["hubspot_owner_assigneddate"] == STAMP
    for owner, status in ((here, 200), (str(user), 400), ("", 200)):
        body = {"properties": {"hubspot_owner_id": owner}}
        caller.want(status, "PATCH", f"{OBJECTS}/tasks/{task}", body)
    assert "hubspot_owner_id" not in caller.portal.properties_of("tasks", task)


def test_owners_are_listed_active_or_archived() -> None:
    caller = Caller()
    owners = [caller.portal.add_owner(f"{name}@x.com", name, "") for name in "abc"]
    caller.portal.archive_owner(owners[1])
    listed = caller.want(200, "GET", "/crm/owners/2026-09", limit="1")
    assert [one["id"] for one in listed["results"]] == [owners[0]]
    rest = caller.want(200, "GET", "/crm/owners/2026-09", after=listed["paging"]["next"]["after"])
    assert [one["id"] for one in rest["results"]] == [owners[2]]
    [gone] = caller.want(200, "GET", "/crm/owners/2026-09", archived="true")["results"]
    assert (gone["id"], gone["userId"], gone["archived"]) == (owners[1], None, True)
    assert gone["userIdIncludingInactive"]
    assert "teams" not in gone
    [found] = caller.want(200, "GET", "/crm/owners/2026-09", email="C@x.com")["results"]
    assert found["id"] == owners[2]
    caller.want(400, "GET", "/crm/owners/2026-09", limit="501")


def test_an_owner_asked_for_in_the_wrong_state_is_not_there() -> None:
    caller = Caller()
    owner = caller.portal.add_owner("a@x.com", "A", "B", archived=True)
    caller.want(404, "GET", f"/crm/owners/2026-09/{owner}")
    read = caller.want(200, "GET", f"/crm/owners/2026-09/{owner}", archived="true")
    user = str(read["userIdIncludingInactive"])
    caller.want(404, "GET", f"/crm/owners/2026-09/{user}", archived="true")
    by_user = caller.want(200, "GET", f"/crm/owners/2026-09/{user}", archived="true", idProperty="userId")
    assert by_user["id"] == owner
