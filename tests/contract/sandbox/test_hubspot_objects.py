"""One record at a time in the sandbox's HubSpot."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contract.sandbox.portal_caller import OBJECTS, STAMP, TASK, TICKET, Caller

from zenhub_sync.sandbox.hubspot import PortalOptions

TICKETS = f"{OBJECTS}/tickets"


def test_created_ticket_answers_201_with_what_was_set_and_the_systems_own() -> None:
    made = Caller().want(201, "POST", TICKETS, {"properties": TICKET})
    assert made["id"].isdigit()
    assert made["properties"]["subject"] == "Printer on fire"
    assert made["properties"]["hs_object_id"] == made["id"] == made["properties"]["hs_ticket_id"]
    assert made["properties"]["createdate"] == made["createdAt"] == made["updatedAt"] == STAMP
    assert made["archived"] is False


def test_ticket_without_a_pipeline_lands_in_the_default_one() -> None:
    made = Caller().want(201, "POST", TICKETS, {"properties": {"hs_pipeline_stage": "2"}})
    assert made["properties"]["hs_pipeline"] == "0"


@pytest.mark.parametrize(
    ("kind", "properties", "singular", "missing"),
    [
        ("tickets", {"subject": "x"}, "TICKET", ["hs_pipeline_stage"]),
        ("tasks", {"hs_task_subject": "x"}, "TASK", ["hs_timestamp"]),
        ("tasks", {"hs_timestamp": ""}, "TASK", ["hs_timestamp"]),
        ("notes", {"hs_note_body": "x"}, "NOTE", ["hs_timestamp"]),
    ],
)
def test_what_an_object_type_demands_must_be_set(
    kind: str, properties: dict[str, str], singular: str, missing: list[str]
) -> None:
    refused = Caller().want(400, "POST", f"{OBJECTS}/{kind}", {"properties": properties})
    assert refused["message"] == f"Error creating {singular}. Some required properties were not set."
    assert refused["context"] == {"properties": missing}
    assert refused["category"] == "VALIDATION_ERROR"


def test_a_company_may_be_empty() -> None:
    assert Caller().want(201, "POST", f"{OBJECTS}/companies", {})["properties"]["name"] is None


def test_an_admins_rule_refuses_a_creation_that_another_portal_takes() -> None:
    caller = Caller(PortalOptions(required_on_create={"contacts": ("firstname",)}))
    refused = caller.want(400, "POST", f"{OBJECTS}/contacts", {"properties": {"email": "a@b.co"}})
    assert refused["errors"] == [
        {
            "message": "A value for firstname must be provided",
            "code": "MISSING_REQUIRED_PROPERTY",
            "context": {"propertyName": ["firstname"]},
        }
    ]
    assert caller.portal.ids("contacts") == ()


@pytest.mark.parametrize("name", ["tickets", "ticket", "0-5"])
def test_an_object_type_goes_by_name_singular_or_type_id(name: str) -> None:
    Caller().want(201, "POST", f"{OBJECTS}/{name}", {"properties": TICKET})


@pytest.mark.parametrize("name", ["Tickets", "tickles", "0-999", "feedback_submissions"])
def test_another_object_type_cannot_be_inferred(name: str) -> None:
    refused = Caller().want(400, "GET", f"{OBJECTS}/{name}")
    assert refused["message"] == f"Unable to infer object type from: {name}"


def test_a_read_shows_default_properties_with_nulls() -> None:
    caller = Caller()
    read = caller.want(200, "GET", f"{TICKETS}/{caller.ticket()}")
    assert read["properties"]["content"] is None
    assert read["properties"].keys() == {
        "content",
        "createdate",
        "hs_lastmodifieddate",
        "hs_object_id",
        "hs_pipeline",
        "hs_pipeline_stage",
        "hs_ticket_category",
        "hs_ticket_priority",
        "subject",
    }


def test_an_asked_for_property_is_null_when_empty_and_left_out_when_undefined() -> None:
    caller = Caller()
    read = caller.want(200, "GET", f"{TICKETS}/{caller.ticket()}", properties="subject,content,nonsense")
    shown = {"subject", "content", "createdate", "hs_lastmodifieddate", "hs_object_id"}
    assert read["properties"].keys() == shown
    assert read["properties"]["content"] is None


@pytest.mark.parametrize(
    ("record_id", "message", "category"),
    [
        ("999", "resource not found", None),
        ("abc", "Object not found.  objectId are usually numeric.", "OBJECT_NOT_FOUND"),
    ],
)
@pytest.mark.parametrize(("method", "body"), [("GET", None), ("PATCH", {"properties": {"subject": "x"}})])
def test_an_unknown_id_is_a_404(method: str, body: Any, record_id: str, message: str, category: str | None) -> None:
    refused = Caller().want(404, method, f"{TICKETS}/{record_id}", body)
    assert (refused["message"], refused.get("category")) == (message, category)


def test_an_id_of_another_object_type_is_not_found() -> None:
    caller = Caller()
    caller.want(404, "GET", f"{TICKETS}/{caller.make('tasks', TASK)}")


def test_an_update_writes_moves_the_last_change_and_shows_what_it_wrote() -> None:
    caller = Caller()
    ticket = caller.ticket()
    caller.clock.advance(60)
    changed = caller.want(200, "PATCH", f"{TICKETS}/{ticket}", {"properties": {"content": "hot"}})
    assert changed["properties"]["content"] == "hot"
    assert changed["properties"]["hs_lastmodifieddate"] == changed["updatedAt"] == "2026-11-20T12:01:00.250Z"
    assert "subject" not in changed["properties"]
    assert caller.portal.properties_of("tickets", ticket)["content"] == "hot"


def test_an_update_that_repeats_a_value_still_moves_the_last_change() -> None:
    caller = Caller()
    ticket = caller.ticket()
    caller.clock.advance(1)
    changed = caller.want(200, "PATCH", f"{TICKETS}/{ticket}", {"properties": {"subject": TICKET["subject"]}})
    assert changed["updatedAt"] == "2026-11-20T12:00:01.250Z"
    assert len(caller.ledger.writes(action="update", kind="tickets", by="api")) == 1


def test_an_update_without_properties_is_refused() -> None:
    caller = Caller()
    refused = caller.want(400, "PATCH", f"{TICKETS}/{caller.ticket()}", {"properties": {}})
    assert refused["message"] == "No properties found to update, please provide at least one."


def test_an_empty_string_clears() -> None:
    caller = Caller()
    ticket = caller.ticket(content="x")
    caller.want(200, "PATCH", f"{TICKETS}/{ticket}", {"properties": {"content": ""}})
    assert "content" not in caller.portal.properties_of("tickets", ticket)


@pytest.mark.parametrize(
    ("kind", "given", "name"),
    [("tickets", TICKET, "hs_pipeline_stage"), ("tasks", TASK, "hs_timestamp")],
)
def test_a_required_property_cannot_be_cleared(kind: str, given: dict[str, str], name: str) -> None:
    caller = Caller()
    record = caller.make(kind, given)
    caller.want(400, "PATCH", f"{OBJECTS}/{kind}/{record}", {"properties": {name: ""}})
    assert caller.portal.properties_of(kind, record)[name]


def test_a_list_goes_by_pages_of_ascending_ids() -> None:
    caller = Caller()
    tickets = [caller.ticket() for _ in range(5)]
    first = caller.want(200, "GET", TICKETS, limit="3")
    rest = caller.want(200, "GET", TICKETS, limit="3", after=first["paging"]["next"]["after"])
    assert [one["id"] for one in first["results"] + rest["results"]] == tickets
    assert "paging" not in rest


@pytest.mark.parametrize("query", [{"limit": "101"}, {"limit": "0"}, {"limit": "x"}, {"after": "x"}])
def test_a_list_refuses_a_bad_page(query: dict[str, str]) -> None:
    Caller().want(400, "GET", TICKETS, **query)


def test_a_list_with_histories_has_half_the_page() -> None:
    caller = Caller()
    caller.want(400, "GET", TICKETS, limit="51", propertiesWithHistory="subject")
    caller.want(200, "GET", TICKETS, limit="50", propertiesWithHistory="subject")


def test_a_history_tells_who_moved_the_ticket() -> None:
    caller = Caller()
    ticket = caller.ticket()
    caller.clock.advance(5)
    caller.portal.update("tickets", ticket, {"hs_pipeline_stage": "2"})
    read = caller.want(200, "GET", f"{TICKETS}/{ticket}", propertiesWithHistory="hs_pipeline_stage")
    history = read["propertiesWithHistory"]["hs_pipeline_stage"]
    assert [(one["value"], one["sourceType"]) for one in history] == [("2", "CRM_UI"), ("1", "INTEGRATION")]


def test_inline_associations_show_a_row_for_each_type() -> None:
    caller = Caller()
    company = caller.make("companies", {"name": "Acme"})
    ticket = caller.portal.create("tickets", TICKET, [("companies", company, 26)])
    read = caller.want(200, "GET", f"{TICKETS}/{ticket}", associations="companies,contacts")
    assert read["associations"] == {
        "companies": {
            "results": [
                {"id": company, "type": "ticket_to_company"},
                {"id": company, "type": "ticket_to_company_unlabeled"},
            ]
        }
    }


@pytest.mark.parametrize("path", ["/crm/v3/objects/tickets", "/crm/v4/objects/tickets", "/crm/objects/v3/tickets"])
def test_older_versions_are_gone(path: str) -> None:
    Caller().want(404, "GET", path)


def test_another_method_is_not_allowed() -> None:
    Caller().want(405, "PUT", TICKETS, {})
