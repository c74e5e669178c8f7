"""The sandbox's HubSpot beside recorded answers: at least their keys, and values of their kind."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contract.sandbox.portal_caller import OBJECTS, TASK, TICKET, Caller, sample, shape

from zenhub_sync.sandbox.hubspot import PortalOptions

LINKS = "/crm/associations/2026-09"
SPEC = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 26}
FULL_TASK = TASK | {"hs_task_body": "Sample task body", "hs_task_priority": "LOW"}


def lacking(ours: Any, theirs: Any, path: str = "") -> list[str]:
    """List what a recorded answer has and ours has not, or has as another kind of value; null fits any."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        found = [f"{path}.{key}" for key in theirs.keys() - ours.keys()]
        both = theirs.keys() & ours.keys()
        return found + [fault for key in both for fault in lacking(ours[key], theirs[key], f"{path}.{key}")]
    if isinstance(theirs, list) and isinstance(ours, list):
        return lacking(ours[0], theirs[0], f"{path}[]") if ours and theirs else []
    return [] if theirs == ours or "NoneType" in (ours, theirs) else [f"{path}: {ours} is not {theirs}"]


def create_contact(caller: Caller) -> Any:
    properties = {"email": "meows@loudly.lol", "firstname": "L", "lastname": "L", "lifecyclestage": "other"}
    return caller.want(201, "POST", f"{OBJECTS}/contacts", {"properties": properties})


def create_ticket(caller: Caller) -> Any:
    return caller.want(201, "POST", f"{OBJECTS}/tickets", {"properties": TICKET | {"hs_ticket_priority": "LOW"}})


def create_task(caller: Caller) -> Any:
    return caller.want(201, "POST", f"{OBJECTS}/tasks", {"properties": FULL_TASK})


def create_tasks(caller: Caller) -> Any:
    inputs: list[Any] = [{"properties": FULL_TASK, "associations": [], "objectWriteTraceId": one} for one in ("1", "2")]
    return caller.want(201, "POST", f"{OBJECTS}/tasks/batch/create", {"inputs": inputs})


def update_tasks(caller: Caller) -> Any:
    task = caller.make("tasks", FULL_TASK)
    inputs = [{"id": task, "properties": {"hs_task_subject": "x"}, "objectWriteTraceId": "1"}]
    return caller.want(200, "POST", f"{OBJECTS}/tasks/batch/update", {"inputs": inputs})


def create_property(caller: Caller) -> Any:
    return caller.define("x", description="d", hasUniqueValue=False)


def create_group(caller: Caller) -> Any:
    return caller.want(201, "POST", "/crm/properties/2026-09/tickets/groups", {"name": "g", "label": "G"})


def put_default(caller: Caller) -> Any:
    contact = caller.make("contacts", {"email": "a@x.com"})
    return caller.want(200, "PUT", f"{OBJECTS}/tickets/{caller.ticket()}/associations/default/contacts/{contact}")


def put_labelled(caller: Caller) -> Any:
    company = caller.make("companies", {})
    return caller.want(201, "PUT", f"{OBJECTS}/tickets/{caller.ticket()}/associations/companies/{company}", [SPEC])


def batch_link(caller: Caller) -> Any:
    ends = {"from": {"id": caller.ticket()}, "to": {"id": caller.make("companies", {})}, "types": [SPEC]}
    return caller.want(201, "POST", f"{LINKS}/tickets/companies/batch/create", {"inputs": [ends]})


def list_links(caller: Caller) -> Any:
    company = caller.make("companies", {})
    ticket = caller.portal.create("tickets", TICKET, [("companies", company, 26)])
    return caller.want(200, "GET", f"{OBJECTS}/tickets/{ticket}/associations/companies")


def read_links(caller: Caller) -> Any:
    company = caller.make("companies", {})
    ticket = caller.portal.create("tickets", TICKET, [("companies", company, 26)])
    return caller.want(200, "POST", f"{LINKS}/tickets/companies/batch/read", {"inputs": [{"id": ticket}]})


@pytest.mark.parametrize(
    ("name", "ask"),
    [
        ("contact_create_201.json", create_contact),
        ("ticket_create_201.json", create_ticket),
        ("task_create_201.json", create_task),
        ("tasks_batch_create_201.json", create_tasks),
        ("tasks_batch_update_200.json", update_tasks),
        ("property_create_201.json", create_property),
        ("property_group_create_201.json", create_group),
        ("associations_default_put_200_ticket_contact.json", put_default),
        ("associations_labelled_put_201.json", put_labelled),
        ("associations_batch_create_201.json", batch_link),
        ("associations_v4_list_200.json", list_links),
        ("associations_batch_read_200.json", read_links),
    ],
)
def test_an_answer_has_all_that_was_recorded(name: str, ask: Any) -> None:
    recorded = sample(name)
    assert lacking(shape(ask(Caller())), shape(recorded)) == []


def missing_contact(caller: Caller) -> Any:
    body = {"inputs": [{"id": "meows@loudly.lol"}], "idProperty": "email"}
    return caller.want(207, "POST", f"{OBJECTS}/contacts/batch/read", body)


def duplicate_ids(caller: Caller) -> Any:
    inputs = [{"id": "12877907025", "properties": {"subject": "x"}}] * 2
    return caller.want(400, "POST", f"{OBJECTS}/tickets/batch/update", {"inputs": inputs})


def invalid_option(caller: Caller) -> Any:
    body = {"properties": TICKET | {"hs_ticket_category": "reports"}}
    return caller.want(400, "POST", f"{OBJECTS}/tickets", body)


def read_only(caller: Caller) -> Any:
    body = {"properties": TICKET | {"hs_unique_creation_key": "x"}}
    return caller.want(400, "POST", f"{OBJECTS}/tickets", body)


def task_without_date(caller: Caller) -> Any:
    return caller.want(400, "POST", f"{OBJECTS}/tasks", {"properties": {"hs_task_subject": "x"}})


def no_token(caller: Caller) -> Any:
    caller.headers["authorization"] = ""
    return caller.want(401, "GET", f"{OBJECTS}/tickets")


def sixth_search(caller: Caller) -> Any:
    for _ in range(5):
        caller.want(200, "POST", f"{OBJECTS}/tickets/search", {})
    return caller.want(429, "POST", f"{OBJECTS}/tickets/search", {})


def too_many(caller: Caller) -> Any:
    for _ in range(190):
        caller.want(200, "GET", f"{OBJECTS}/tickets", limit="1")
    return caller.want(429, "GET", f"{OBJECTS}/tickets")


@pytest.mark.parametrize(
    ("name", "ask"),
    [
        ("207_batch_read_not_found.json", missing_contact),
        ("400_duplicate_ids_in_batch.json", duplicate_ids),
        ("400_invalid_option_ticket_category.json", invalid_option),
        ("400_read_only_value.json", read_only),
        ("400_task_required_property.json", task_without_date),
        ("401_invalid_authentication.json", no_token),
        ("429_secondly.json", sixth_search),
        ("429_ten_secondly_rolling.json", too_many),
    ],
)
def test_a_refusal_says_what_was_recorded_word_for_word(name: str, ask: Any) -> None:
    recorded = sample(f"errors/{name}")
    ours = ask(Caller(PortalOptions(portal_id=0)))
    volatile = {"correlationId", "requestId", "startedAt", "completedAt"}
    assert {key: ours.get(key) for key in recorded.keys() - volatile} == {
        key: value for key, value in recorded.items() if key not in volatile
    }
    assert recorded.keys() <= ours.keys()


def test_an_existing_contact_is_refused_as_recorded() -> None:
    recorded = sample("errors/409_contact_exists.json")
    caller = Caller()
    known = caller.make("contacts", {"email": "a@x.com"})
    ours = caller.want(409, "POST", f"{OBJECTS}/contacts", {"properties": {"email": "a@x.com"}})
    assert ours.keys() == recorded.keys()
    assert ours["message"] == recorded["message"].replace("15875483046", known)


def test_a_taken_unique_value_is_refused_as_recorded() -> None:
    recorded = sample("errors/400_unique_value_conflict.json")
    caller = Caller(PortalOptions(portal_id=44956899))
    holder, other = (caller.make("contacts", {"email": email}) for email in ("x@x.com", "y@x.com"))
    ours = caller.want(400, "PATCH", f"{OBJECTS}/contacts/{other}", {"properties": {"email": "x@x.com"}})
    expected = recorded["message"].replace("value=x}", "value=x@x.com}")
    assert ours["message"] == expected.replace("552148386511", other).replace("552239500007", holder)


def test_a_normalised_date_is_warned_of_as_recorded() -> None:
    recorded = sample("errors/200_warning_property_value_normalized_2026-09.json")
    caller = Caller()
    caller.define("date_of_birth", type="date", fieldType="date", hasUniqueValue=False)
    body = {"properties": {"date_of_birth": "1990-01-01T00:00:00Z"}}
    ours = caller.want(200, "PATCH", f"{OBJECTS}/tickets/{caller.ticket()}", body)
    assert ours["warnings"] == recorded["warnings"]
