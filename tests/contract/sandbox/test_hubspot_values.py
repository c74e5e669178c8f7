"""Which values the sandbox's HubSpot takes, and how it keeps them."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contract.sandbox.portal_caller import OBJECTS, TASK, TICKET, Caller, new_property, packed

from zenhub_sync.sandbox.http import Request

TICKETS = f"{OBJECTS}/tickets"


def refused(caller: Caller, kind: str, properties: dict[str, Any]) -> Any:
    given = {"tickets": TICKET, "tasks": TASK}.get(kind, {})
    body = caller.want(400, "POST", f"{OBJECTS}/{kind}", {"properties": given | properties})
    assert caller.portal.ids(kind) == ()
    return body


@pytest.mark.parametrize(
    ("kind", "name", "value", "code"),
    [
        ("tickets", "nonsense", "x", "PROPERTY_DOESNT_EXIST"),
        ("tickets", "hs_ticket_priority", "low", "INVALID_OPTION"),
        ("tickets", "hs_ticket_priority", "Low", "INVALID_OPTION"),
        ("tickets", "hs_ticket_priority", "CRITICAL", "INVALID_OPTION"),
        ("tickets", "hs_pipeline", "other", "INVALID_OPTION"),
        ("tickets", "hs_pipeline_stage", "New", "INVALID_OPTION"),
        ("tickets", "hubspot_owner_id", "1113666268", "INVALID_OWNER_ID"),
        ("tickets", "hs_pinned_engagement_id", "1,000", "INVALID_INTEGER"),
        ("tickets", "hs_pinned_engagement_id", "1e3", "INVALID_INTEGER"),
        ("tickets", "content", "x" * 65_537, "INVALID_STRING_LENGTH"),
        ("tasks", "hs_timestamp", "next week", "INVALID_LONG"),
        ("tasks", "hs_timestamp", "2026-11-25T09:00:00", "INVALID_LONG"),
        ("tasks", "hs_timestamp", "2026-13-25T09:00:00Z", "INVALID_LONG"),
        ("tasks", "hs_task_status", "DONE", "INVALID_OPTION"),
        ("tasks", "hs_task_priority", "URGENT", "INVALID_OPTION"),
        ("tasks", "hs_task_type", "MEETING", "INVALID_OPTION"),
        ("tasks", "hs_task_reminders", "2026-11-25T09:00:00Z", "INVALID_LONG"),
        ("contacts", "email", "not an address", "INVALID_EMAIL"),
    ],
)
def test_a_bad_value_is_refused_with_its_code_packed_into_the_message(
    kind: str, name: str, value: str, code: str
) -> None:
    body = refused(Caller(), kind, {name: value})
    assert packed(body) == [(name, code)]
    assert body["category"] == "VALIDATION_ERROR"


def test_every_bad_value_of_a_request_is_named() -> None:
    body = refused(Caller(), "tickets", {"nonsense": "x", "hs_ticket_category": "reports"})
    assert packed(body) == [("nonsense", "PROPERTY_DOESNT_EXIST"), ("hs_ticket_category", "INVALID_OPTION")]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("tickets", "hs_unique_creation_key"),
        ("tickets", "hs_object_id"),
        ("tickets", "closed_date"),
        ("tickets", "hs_v2_date_entered_1"),
        ("tasks", "hs_unique_creation_key"),
        ("tasks", "hs_task_completion_date"),
        ("tasks", "hs_num_associated_tickets"),
        ("tasks", "hs_pipeline_stage"),
    ],
)
def test_a_read_only_property_is_refused_in_the_structured_form(kind: str, name: str) -> None:
    body = refused(Caller(), kind, {name: "1"})
    message = f'"{name}" is a read only property; its value cannot be set.'
    error = {"message": message, "code": "READ_ONLY_VALUE", "context": {"propertyName": [name]}}
    assert body["errors"] == [error]


@pytest.mark.parametrize("value", [None, True, ["x"], {"x": "y"}])
def test_a_value_is_a_string_or_a_number(value: Any) -> None:
    refused(Caller(), "tickets", {"subject": value})


def test_a_number_is_taken_for_a_string() -> None:
    caller = Caller()
    made = caller.want(201, "POST", TICKETS, {"properties": TICKET | {"subject": 12}})
    assert made["properties"]["subject"] == "12"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("2026-11-25T09:00:00Z", "2026-11-25T09:00:00.000Z"),
        ("2026-11-25T06:00:00.123-03:00", "2026-11-25T09:00:00.123Z"),
        ("2026-11-25T09:00:00.123456Z", "2026-11-25T09:00:00.123Z"),
        ("1795597200000", "2026-11-25T09:00:00.000Z"),
        (1795597200000, "2026-11-25T09:00:00.000Z"),
    ],
)
def test_a_moment_is_kept_in_utc_with_milliseconds(given: Any, kept: str) -> None:
    body = {"properties": TASK | {"hs_timestamp": given}}
    made = Caller().want(201, "POST", f"{OBJECTS}/tasks", body)
    assert made["properties"]["hs_timestamp"] == kept
    assert "warnings" not in made


def test_a_day_for_a_moment_is_taken_with_a_warning() -> None:
    body = {"properties": TASK | {"hs_timestamp": "2026-11-25"}}
    made = Caller().want(201, "POST", f"{OBJECTS}/tasks", body)
    assert made["properties"]["hs_timestamp"] == "2026-11-25T00:00:00.000Z"
    assert made["warnings"] == [
        {
            "category": "PROPERTY_VALUE_NORMALIZED",
            "context": {
                "normalizedValue": "1795564800000",
                "propertyName": "hs_timestamp",
                "rawValue": "2026-11-25",
            },
            "message": "hs_timestamp was normalized",
        }
    ]


@pytest.mark.parametrize(
    ("given", "kept", "warned"),
    [
        ("1990-01-01", "1990-01-01", False),
        ("631152000000", "1990-01-01", False),
        ("1990-01-01T00:00:00Z", "1990-01-01", True),
        ("1990-01-01T13:00:00Z", "1990-01-01", True),
    ],
)
def test_a_date_is_midnight_in_utc_and_normalised_if_need_be(given: str, kept: str, warned: bool) -> None:
    caller = Caller()
    caller.define("date_of_birth", type="date", fieldType="date", hasUniqueValue=False)
    made = caller.want(201, "POST", TICKETS, {"properties": TICKET | {"date_of_birth": given}})
    assert made["properties"]["date_of_birth"] == kept
    assert ("warnings" in made) is warned


def test_a_bad_date_is_refused() -> None:
    caller = Caller()
    caller.define("date_of_birth", type="date", fieldType="date", hasUniqueValue=False)
    assert packed(refused(caller, "tickets", {"date_of_birth": "soon"})) == [("date_of_birth", "INVALID_DATE")]


@pytest.mark.parametrize(("given", "status"), [("true", 201), ("false", 201), ("True", 400), ("yes", 400), ("1", 400)])
def test_a_bool_is_true_or_false(given: str, status: int) -> None:
    caller = Caller()
    options = [{"label": one, "value": one} for one in ("true", "false")]
    definition = new_property("vip", type="bool", fieldType="booleancheckbox", hasUniqueValue=False, options=options)
    caller.want(201, "POST", "/crm/properties/2026-09/tickets", definition)
    caller.want(status, "POST", TICKETS, {"properties": TICKET | {"vip": given}})


def test_a_leading_semicolon_appends_to_several_options() -> None:
    caller = Caller()
    options = [{"label": one.upper(), "value": one} for one in "abc"]
    caller.define("areas", type="enumeration", fieldType="checkbox", hasUniqueValue=False, options=options)
    ticket = caller.ticket(areas="a;b")
    caller.want(200, "PATCH", f"{TICKETS}/{ticket}", {"properties": {"areas": ";c"}})
    assert caller.portal.properties_of("tickets", ticket)["areas"] == "a;b;c"
    caller.want(400, "PATCH", f"{TICKETS}/{ticket}", {"properties": {"areas": "A"}})


def test_values_are_not_trimmed() -> None:
    caller = Caller()
    ticket = caller.ticket(subject="  x ")
    assert caller.portal.properties_of("tickets", ticket)["subject"] == "  x "


def test_a_unique_value_that_another_record_has_is_refused_naming_both() -> None:
    caller = Caller()
    caller.define("zendesk_ticket_id")
    holder = caller.ticket(zendesk_ticket_id="7")
    body = caller.want(400, "POST", TICKETS, {"properties": TICKET | {"zendesk_ticket_id": "7"}})
    head = (
        "Cannot set PropertyValueCoordinates{portalId=24601, objectTypeId=ObjectTypeId{legacyObjectType=TICKET}, "
        "propertyName=zendesk_ticket_id, value=7} on "
    )
    assert body["message"].startswith(head)
    assert body["message"].endswith(f". {holder} already has that value.")
    assert caller.portal.ids("tickets") == (holder,)


def test_a_unique_value_may_be_written_again_to_its_own_record() -> None:
    caller = Caller()
    caller.define("zendesk_ticket_id")
    ticket = caller.ticket(zendesk_ticket_id="7")
    caller.want(200, "PATCH", f"{TICKETS}/{ticket}", {"properties": {"zendesk_ticket_id": "7"}})


def test_a_unique_value_given_up_is_free_again() -> None:
    caller = Caller()
    caller.define("zendesk_ticket_id")
    first = caller.ticket(zendesk_ticket_id="7")
    caller.want(200, "PATCH", f"{TICKETS}/{first}", {"properties": {"zendesk_ticket_id": ""}})
    caller.ticket(zendesk_ticket_id="7")


def test_a_non_json_body_is_415_and_none_at_all_400() -> None:
    caller = Caller()
    caller.want(400, "POST", TICKETS)
    caller.headers["content-type"] = "application/x-www-form-urlencoded"
    caller.want(415, "POST", TICKETS, {"properties": TICKET})


@pytest.mark.parametrize("body", [[], {"properties": []}, {"properties": {}, "associations": {}}])
def test_a_body_of_another_shape_is_refused(body: Any) -> None:
    Caller().want(400, "POST", TICKETS, body)


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[" * 100_000, b"null", b'"x"'])
def test_bytes_that_are_no_object_are_refused(body: bytes) -> None:
    caller = Caller()
    request = Request(method="POST", path=TICKETS, headers=caller.headers, body=body)
    assert caller.portal.handle(request).status == 400
