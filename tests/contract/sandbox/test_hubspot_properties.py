"""How the sandbox's HubSpot defines properties and groups."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contract.sandbox.portal_caller import OBJECTS, TASK, TICKET, Caller, new_property

from zenhub_sync.sandbox.hubspot import DEFAULT_SCOPES, PortalOptions

TICKETS = "/crm/properties/2026-09/tickets"
ON_TASKS = DEFAULT_SCOPES | {"crm.schemas.tasks.write"}


def test_a_new_property_answers_201_with_its_location() -> None:
    caller = Caller()
    response = caller.ask("POST", TICKETS, new_property("zendesk_ticket_id"))
    assert response.status == 201
    assert response.headers["location"].endswith("/zendesk_ticket_id")
    assert caller.want(200, "GET", f"{TICKETS}/zendesk_ticket_id")["hasUniqueValue"] is True


@pytest.mark.parametrize("missing", ["name", "label", "type", "fieldType", "groupName"])
def test_a_property_needs_five_keys(missing: str) -> None:
    body = new_property("x")
    del body[missing]
    refused = Caller().want(400, "POST", TICKETS, body)
    assert refused["message"].endswith(f"Some required fields were not set: [{missing}]")


OPTIONS = [{"label": "One", "value": "1"}, {"label": "Two", "value": "2"}]


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "hs_mine"},
        {"name": "a123_mine"},
        {"name": "Mine"},
        {"name": "my-own"},
        {"name": "1st"},
        {"name": "x" * 101},
        {"groupName": "zendesk"},
        {"type": "text"},
        {"type": "number", "fieldType": "text"},
        {"type": "datetime", "fieldType": "text", "hasUniqueValue": False},
        {"type": "enumeration", "fieldType": "select", "hasUniqueValue": False},
        {"type": "enumeration", "fieldType": "select", "options": OPTIONS},
        {"type": "enumeration", "fieldType": "select", "options": [OPTIONS[0]] * 2, "hasUniqueValue": False},
        {"type": "bool", "fieldType": "booleancheckbox", "hasUniqueValue": False},
        {"type": "bool", "fieldType": "booleancheckbox", "options": OPTIONS, "hasUniqueValue": False},
        {"options": OPTIONS},
        {"type": "enumeration", "fieldType": "select", "externalOptions": True, "hasUniqueValue": False},
    ],
)
def test_a_wrong_definition_is_refused(changes: dict[str, Any]) -> None:
    caller = Caller()
    caller.want(400, "POST", TICKETS, new_property("mine") | changes)
    caller.want(404, "GET", f"{TICKETS}/mine")


def test_a_bool_is_refused_by_its_own_code() -> None:
    body = new_property("vip", type="bool", fieldType="booleancheckbox", hasUniqueValue=False)
    assert Caller().want(400, "POST", TICKETS, body)["errors"][0]["code"] == "INVALID_BOOLEAN_OPTION"


def test_an_owner_property_takes_owners_alone() -> None:
    caller = Caller()
    owner = caller.portal.add_owner("ana@x.com", "Ana", "Reis")
    changes = {"externalOptions": True, "referencedObjectType": "OWNER", "hasUniqueValue": False}
    caller.define("csm_owner", "companies", type="enumeration", fieldType="select", **changes)
    caller.make("companies", {"csm_owner": owner})
    caller.want(400, "POST", f"{OBJECTS}/companies", {"properties": {"csm_owner": "1"}})


def test_a_known_name_is_409() -> None:
    caller = Caller()
    caller.define("x")
    refused = caller.want(409, "POST", TICKETS, new_property("x"))
    assert refused["category"] == "OBJECT_ALREADY_EXISTS"
    assert refused["subCategory"] == "Properties.PROPERTY_WITH_NAME_EXISTS"
    caller.want(409, "POST", TICKETS, new_property("subject"))


def test_an_unknown_name_is_404() -> None:
    assert Caller().want(404, "GET", f"{TICKETS}/x")["category"] == "OBJECT_NOT_FOUND"


def test_ten_unique_properties_are_the_most_of_an_object_type() -> None:
    caller = Caller()
    for number in range(10):
        caller.define(f"key_{number}")
    caller.want(400, "POST", TICKETS, new_property("key_10"))
    caller.define("plain", hasUniqueValue=False)


def test_uniqueness_cannot_be_added_later() -> None:
    caller = Caller()
    caller.define("x", hasUniqueValue=False)
    changed = caller.want(200, "PATCH", f"{TICKETS}/x", {"hasUniqueValue": True, "label": "New"})
    assert (changed["hasUniqueValue"], changed["label"]) == (False, "New")


def test_options_given_replace_all_and_not_given_stay() -> None:
    caller = Caller()
    caller.define("x", type="enumeration", fieldType="select", hasUniqueValue=False, options=OPTIONS)
    assert len(caller.want(200, "PATCH", f"{TICKETS}/x", {"label": "X"})["options"]) == 2
    changed = caller.want(200, "PATCH", f"{TICKETS}/x", {"options": [{"label": "Three", "value": "3"}]})
    assert [one["value"] for one in changed["options"]] == ["3"]
    caller.want(400, "POST", f"{OBJECTS}/tickets", {"properties": TICKET | {"x": "1"}})


@pytest.mark.parametrize("body", [{"type": "number"}, {"groupName": "nonsense"}, {"fieldType": "number"}])
def test_a_wrong_change_is_refused(body: dict[str, Any]) -> None:
    caller = Caller()
    caller.define("x")
    caller.want(400, "PATCH", f"{TICKETS}/x", body)


def test_hubspots_own_properties_stay_but_priorities_may_be_edited() -> None:
    caller = Caller()
    caller.want(400, "DELETE", f"{TICKETS}/subject")
    caller.want(400, "PATCH", f"{TICKETS}/subject", {"label": "x"})
    caller.want(200, "PATCH", f"{TICKETS}/hs_ticket_priority", {"options": OPTIONS})


def test_an_archived_property_is_unknown_until_made_again_with_its_values() -> None:
    caller = Caller()
    caller.define("x", hasUniqueValue=False)
    ticket = caller.ticket(x="kept")
    caller.want(204, "DELETE", f"{TICKETS}/x")
    caller.want(404, "GET", f"{TICKETS}/x")
    assert caller.want(200, "GET", f"{TICKETS}/x", archived="true")["archived"] is True
    caller.want(400, "PATCH", f"{OBJECTS}/tickets/{ticket}", {"properties": {"x": "y"}})
    assert "x" not in caller.want(200, "GET", f"{OBJECTS}/tickets/{ticket}", properties="x")["properties"]
    restored = caller.define("x", label="Again", hasUniqueValue=False)
    assert (restored["label"], restored["archived"]) == ("Again", False)
    assert caller.want(200, "GET", f"{OBJECTS}/tickets/{ticket}", properties="x")["properties"]["x"] == "kept"


def test_a_restored_property_cannot_become_unique_over_equal_values() -> None:
    caller = Caller()
    caller.define("x", hasUniqueValue=False)
    for _ in range(2):
        caller.ticket(x="same")
    caller.want(204, "DELETE", f"{TICKETS}/x")
    caller.want(400, "POST", TICKETS, new_property("x"))


@pytest.mark.parametrize("name", ["TICKETS", "Ticket", "0-5", "ticket"])
def test_the_properties_api_takes_object_types_in_any_case(name: str) -> None:
    Caller().want(200, "GET", f"/crm/properties/2026-09/{name}/subject")


def test_the_stage_property_has_the_stages_of_all_pipelines_as_options() -> None:
    shown = Caller().want(200, "GET", f"{TICKETS}/hs_pipeline_stage")
    assert [one["value"] for one in shown["options"]] == ["1", "2", "3", "4"]


def test_a_batch_read_names_what_is_missing() -> None:
    body = {"inputs": [{"name": "subject"}, {"name": "x"}], "archived": False}
    answer = Caller().want(207, "POST", f"{TICKETS}/batch/read", body)
    assert [one["name"] for one in answer["results"]] == ["subject"]
    assert answer["errors"][0]["category"] == "OBJECT_NOT_FOUND"


@pytest.mark.parametrize(
    ("options", "unique", "status"),
    [
        (PortalOptions(task_custom_properties=True, task_unique_properties=True), True, 403),
        (PortalOptions(scopes=ON_TASKS), False, 400),
        (PortalOptions(scopes=ON_TASKS, task_custom_properties=True), True, 400),
        (PortalOptions(scopes=ON_TASKS, task_custom_properties=True), False, 201),
        (PortalOptions(scopes=ON_TASKS, task_custom_properties=True, task_unique_properties=True), True, 201),
    ],
)
def test_custom_properties_of_tasks_need_the_portals_consent(options: PortalOptions, unique: bool, status: int) -> None:
    body = new_property("zenhub_key", "tasks", hasUniqueValue=unique)
    Caller(options).want(status, "POST", "/crm/properties/2026-09/tasks", body)


def test_a_person_may_add_a_unique_task_property_that_an_upsert_then_goes_by() -> None:
    caller = Caller(PortalOptions(task_custom_properties=True, task_unique_properties=True))
    caller.portal.define("tasks", "zenhub_key", unique=True)
    given = [{"id": "k1", "idProperty": "zenhub_key", "properties": TASK}]
    for new in (True, False):
        answer = caller.want(200, "POST", f"{OBJECTS}/tasks/batch/upsert", {"inputs": given})
        assert answer["results"][0]["new"] is new


def test_groups_are_made_once_and_kept_while_in_use() -> None:
    caller = Caller()
    groups = f"{TICKETS}/groups"
    assert caller.want(201, "POST", groups, {"name": "zendesk", "label": "Zendesk"})["archived"] is False
    assert caller.want(409, "POST", groups, {"name": "zendesk", "label": "Z"})["category"] == "OBJECT_ALREADY_EXISTS"
    caller.define("x", groupName="zendesk")
    refused = caller.want(400, "DELETE", f"{groups}/zendesk")
    assert refused["subCategory"] == "PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES"
    caller.want(204, "DELETE", f"{TICKETS}/x")
    caller.want(204, "DELETE", f"{groups}/zendesk")
    caller.want(404, "GET", f"{groups}/zendesk")
    assert [one["name"] for one in caller.want(200, "GET", groups)["results"]] == ["ticketinformation"]
    caller.want(400, "POST", groups, {"name": "zendesk"})


def test_limits_count_custom_properties_and_know_no_tasks() -> None:
    caller = Caller()
    caller.define("x")
    limits = caller.want(200, "GET", "/crm/limits/2026-09/custom-properties")
    rows = {one["objectTypeId"]: one for one in limits["byObjectType"]}
    assert (rows["0-5"]["usage"], rows["0-5"]["limit"], limits["overallUsage"]) == (1, 1_000, 1)
    assert "0-27" not in rows


def test_a_portal_has_the_validation_rules_that_its_admin_made() -> None:
    path = "/crm/property-validations/2026-09"
    caller = Caller(PortalOptions(validation_rules={"tickets": {"subject": ("MAX_LENGTH",)}}))
    rule = {"ruleType": "MAX_LENGTH", "ruleArguments": [], "shouldApplyNormalization": False}

    assert caller.want(200, "GET", f"{path}/0-27") == {"results": []}
    told = caller.want(200, "GET", f"{path}/0-5")
    assert told == {"results": [{"propertyName": "subject", "propertyValidationRules": [rule]}]}
    assert caller.want(200, "GET", f"{path}/0-5/subject") == {"results": [rule]}
    assert caller.want(200, "GET", f"{path}/0-5/content") == {"results": []}


def test_a_definition_is_in_the_ledger() -> None:
    caller = Caller()
    caller.define("x")
    [made] = caller.ledger.writes(action="define", kind="properties", by="api")
    assert (made.id, made.values["object"]) == ("x", "tickets")
