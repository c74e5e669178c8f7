"""How records are associated in the sandbox's HubSpot."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contract.sandbox.portal_caller import OBJECTS, TASK, TICKET, Caller

LINKS = "/crm/associations/2026-09"


class Case(Caller):
    """A ticket, two companies, a contact and a task, strangers to each other."""

    def __init__(self) -> None:
        super().__init__()
        self.subject = self.ticket()
        self.acme = self.make("companies", {"name": "Acme"})
        self.umbrella = self.make("companies", {"name": "Umbrella"})
        self.ana = self.make("contacts", {"email": "ana@x.com"})
        self.task = self.make("tasks", TASK)

    def links(self, to_kind: str = "companies") -> dict[str, set[int]]:
        known = self.portal.associated("tickets", self.subject, to_kind)
        return {record: set(types) for record, types in known.items()}


def spec(type_id: int, category: str = "HUBSPOT_DEFINED") -> dict[str, Any]:
    return {"associationCategory": category, "associationTypeId": type_id}


def typed(from_id: str, to_id: str, *type_ids: int) -> dict[str, Any]:
    return {"from": {"id": from_id}, "to": {"id": to_id}, "types": [spec(one) for one in type_ids]}


def test_a_default_association_needs_no_body_and_answers_both_directions() -> None:
    case = Case()
    path = f"{OBJECTS}/tickets/{case.subject}/associations/default/contacts/{case.ana}"
    answer = case.want(200, "PUT", path)
    specs = {one["associationSpec"]["associationTypeId"]: one["from"]["id"] for one in answer["results"]}
    assert specs == {16: case.subject, 15: case.ana}
    assert case.want(200, "PUT", path)["results"] == answer["results"]
    assert case.links("contacts") == {case.ana: {16}}
    assert case.portal.associated("contacts", case.ana, "tickets") == {case.subject: {15}}


def test_a_default_association_with_a_company_is_not_the_primary_one() -> None:
    case = Case()
    case.want(200, "PUT", f"{OBJECTS}/tickets/{case.subject}/associations/default/companies/{case.acme}")
    assert case.links() == {case.acme: {339}}


def test_a_primary_company_shows_both_types_and_displaces_the_one_before() -> None:
    case = Case()
    for company in (case.acme, case.umbrella):
        path = f"{OBJECTS}/tickets/{case.subject}/associations/companies/{company}"
        answer = case.want(201, "PUT", path, [spec(26)])
        assert answer["labels"] == ["Primary"]
    assert case.links() == {case.acme: {339}, case.umbrella: {26, 339}}
    assert case.portal.associated("companies", case.umbrella, "tickets") == {case.subject: {25, 340}}


def test_a_primary_company_is_the_only_one_from_its_own_side_too() -> None:
    case = Case()
    for company in (case.acme, case.umbrella):
        case.want(201, "PUT", f"{OBJECTS}/companies/{company}/associations/tickets/{case.subject}", [spec(25)])
    assert case.links() == {case.acme: {339}, case.umbrella: {26, 339}}


@pytest.mark.parametrize(
    ("type_id", "category"),
    [
        (16, "HUBSPOT_DEFINED"),
        (25, "HUBSPOT_DEFINED"),
        (340, "HUBSPOT_DEFINED"),
        (192, "HUBSPOT_DEFINED"),
        (99999, "HUBSPOT_DEFINED"),
        (26, "USER_DEFINED"),
    ],
)
def test_a_type_that_is_not_for_ticket_to_company_is_refused(type_id: int, category: str) -> None:
    case = Case()
    path = f"{OBJECTS}/tickets/{case.subject}/associations/companies/{case.acme}"
    case.want(400, "PUT", path, [spec(type_id, category)])
    body = {"inputs": [typed(case.subject, case.acme, 26), typed(case.subject, case.acme, type_id)]}
    body["inputs"][1]["types"][0]["associationCategory"] = category
    case.want(400, "POST", f"{LINKS}/tickets/companies/batch/create", body)
    assert case.links() == {}


@pytest.mark.parametrize("body", [[], {}, [{}], "26", [{"associationTypeId": 26}]])
def test_a_labelled_association_needs_a_list_of_types(body: Any) -> None:
    case = Case()
    case.want(400, "PUT", f"{OBJECTS}/tickets/{case.subject}/associations/companies/{case.acme}", body)
    case.want(400, "PUT", f"{OBJECTS}/tickets/{case.subject}/associations/companies/{case.acme}")


@pytest.mark.parametrize("missing", ["999", "archived"])
def test_an_association_with_a_record_that_is_gone_is_refused(missing: str) -> None:
    case = Case()
    if missing == "archived":
        missing = case.acme
        case.portal.archive("companies", missing)
    refused = case.want(400, "PUT", f"{OBJECTS}/tickets/{case.subject}/associations/default/companies/{missing}")
    assert refused["message"] == "One or more associations are invalid"
    assert refused["context"] == {
        "INVALID_OBJECT_IDS": [f"COMPANY={missing} is not valid"],
        "objectId": [missing],
        "objectType": ["COMPANY"],
    }


@pytest.mark.parametrize(
    ("target", "type_id"),
    [("999", 230), ("subject", 192), ("acme", 230), ("subject", 229), ("subject", 99999)],
)
def test_one_wrong_association_refuses_the_whole_creation(target: str, type_id: int) -> None:
    case = Case()
    links = [
        {"to": {"id": case.ana}, "types": [spec(204)]},
        {"to": {"id": getattr(case, target, target)}, "types": [spec(type_id)]},
    ]
    case.want(400, "POST", f"{OBJECTS}/tasks", {"properties": TASK, "associations": links})
    assert case.portal.ids("tasks") == (case.task,)


def test_a_task_is_born_with_its_associations() -> None:
    case = Case()
    pairs = ((case.subject, 230), (case.acme, 192), (case.ana, 204))
    links = [{"to": {"id": one}, "types": [spec(type_id)]} for one, type_id in pairs]
    task = case.want(201, "POST", f"{OBJECTS}/tasks", {"properties": TASK, "associations": links})["id"]
    assert case.portal.associated("tasks", task, "tickets") == {case.subject: {230}}
    assert case.portal.associated("companies", case.acme, "tasks") == {task: {191}}
    assert case.portal.associated("contacts", case.ana, "tasks") == {task: {203}}
    listed = case.want(200, "GET", f"{OBJECTS}/tickets/{case.subject}/associations/tasks")["results"]
    assert [(str(one["toObjectId"]), one["associationTypes"]) for one in listed] == [
        (task, [{"category": "HUBSPOT_DEFINED", "typeId": 229, "label": None}])
    ]


def test_a_task_moves_the_next_activity_and_last_change_of_its_ticket() -> None:
    case = Case()
    case.clock.advance(30)
    case.want(200, "PUT", f"{OBJECTS}/tasks/{case.task}/associations/default/tickets/{case.subject}")
    values = case.portal.properties_of("tickets", case.subject)
    assert values["notes_next_activity_date"] == "2026-11-25T09:00:00.000Z"
    assert values["hs_lastmodifieddate"] == "2026-11-20T12:00:30.250Z"


def test_a_batch_of_defaults_writes_what_it_can() -> None:
    case = Case()
    pairs = [{"from": {"id": case.subject}, "to": {"id": one}} for one in (case.acme, "999")]
    answer = case.want(207, "POST", f"{LINKS}/tickets/companies/batch/associate/default", {"inputs": pairs})
    assert answer["numErrors"] == 1
    assert answer["errors"][0]["context"]["objectId"] == ["999"]
    assert case.links() == {case.acme: {339}}
    case.want(200, "POST", f"{LINKS}/tickets/companies/batch/associate/default", {"inputs": pairs[:1]})


def test_a_typed_batch_writes_what_it_can() -> None:
    case = Case()
    pairs = [typed(case.subject, case.acme, 26), typed("999", case.acme, 26)]
    answer = case.want(207, "POST", f"{LINKS}/tickets/companies/batch/create", {"inputs": pairs})
    assert [str(one["fromObjectId"]) for one in answer["results"]] == [case.subject]
    assert case.links() == {case.acme: {26, 339}}
    case.want(201, "POST", f"{LINKS}/tickets/companies/batch/create", {"inputs": pairs[:1]})


@pytest.mark.parametrize(
    ("name", "most"), [("batch/create", 2_000), ("batch/associate/default", 2_000), ("batch/read", 1_000)]
)
def test_association_batches_have_their_own_most(name: str, most: int) -> None:
    caller = Caller()
    one = typed("1", "2", 339) | {"id": "1"}
    caller.want(400, "POST", f"{LINKS}/tickets/companies/{name}", {"inputs": [one] * (most + 1)})
    caller.want(207, "POST", f"{LINKS}/tickets/companies/{name}", {"inputs": [one] * most})


def test_a_batch_read_calls_a_record_without_associations_an_error() -> None:
    case = Case()
    case.portal.create("tickets", TICKET)
    case.want(200, "PUT", f"{OBJECTS}/tickets/{case.subject}/associations/default/companies/{case.acme}")
    inputs = [{"id": case.subject}, {"id": "999"}]
    answer = case.want(207, "POST", f"{LINKS}/tickets/companies/batch/read", {"inputs": inputs})
    [found] = answer["results"]
    assert found["from"] == {"id": case.subject}
    assert [str(one["toObjectId"]) for one in found["to"]] == [case.acme]
    [error] = answer["errors"]
    assert error["subCategory"] == "crm.associations.NO_ASSOCIATIONS_FOUND"
    assert error["message"] == "No company is associated with ticket 999."
    assert error["context"]["fromObjectId"] == ["999"]


def test_a_list_of_associations_goes_by_pages() -> None:
    case = Case()
    tasks = [case.portal.create("tasks", TASK, [("tickets", case.subject, 230)]) for _ in range(3)]
    path = f"{OBJECTS}/tickets/{case.subject}/associations/tasks"
    first = case.want(200, "GET", path, limit="2")
    rest = case.want(200, "GET", path, limit="2", after=first["paging"]["next"]["after"])
    assert [str(one["toObjectId"]) for one in first["results"] + rest["results"]] == tasks
    case.want(400, "GET", path, limit="501")
    case.want(404, "GET", f"{OBJECTS}/tickets/999/associations/tasks")


def test_deleting_takes_all_types_both_ways_and_may_be_repeated() -> None:
    case = Case()
    path = f"{OBJECTS}/tickets/{case.subject}/associations/companies/{case.acme}"
    case.want(201, "PUT", path, [spec(26)])
    case.want(204, "DELETE", path)
    case.want(204, "DELETE", path)
    assert case.links() == {}
    assert case.portal.associated("companies", case.acme, "tickets") == {}


def test_a_batch_delete_answers_200_since_2026_09() -> None:
    case = Case()
    case.want(201, "PUT", f"{OBJECTS}/tickets/{case.subject}/associations/companies/{case.acme}", [spec(26)])
    inputs = [{"from": {"id": case.subject}, "to": [{"id": case.acme}]}]
    answer = case.want(200, "POST", f"{LINKS}/tickets/companies/batch/archive", {"inputs": inputs})
    assert answer["status"] == "COMPLETE"
    assert case.links() == {}
    case.want(400, "POST", f"{LINKS}/tickets/companies/batch/archive", {"inputs": inputs * 101})


@pytest.mark.parametrize(("type_id", "left"), [(26, {339}), (339, set())])
def test_without_the_unlabelled_type_no_label_stays(type_id: int, left: set[int]) -> None:
    case = Case()
    case.want(201, "PUT", f"{OBJECTS}/tickets/{case.subject}/associations/companies/{case.acme}", [spec(26)])
    inputs = [typed(case.subject, case.acme, type_id)]
    case.want(200, "POST", f"{LINKS}/tickets/companies/batch/labels/archive", {"inputs": inputs})
    assert case.links() == ({case.acme: left} if left else {})


def test_each_association_asked_for_is_in_the_ledger() -> None:
    case = Case()
    path = f"{OBJECTS}/tickets/{case.subject}/associations/companies/{case.acme}"
    case.want(201, "PUT", path, [spec(26)])
    case.want(204, "DELETE", path)
    [made] = case.ledger.writes(action="associate", kind="tickets")
    assert dict(made.values) == {"to_kind": "companies", "to_id": case.acme, "type_id": "26"}
    gone = case.ledger.writes(action="dissociate", kind="tickets")
    assert {one.values["type_id"] for one in gone} == {"26", "339"}
