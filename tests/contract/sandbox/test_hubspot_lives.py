"""What becomes of records: closed, completed, archived, restored, merged; and what people do by hand."""

from __future__ import annotations

import pytest
from tests.contract.sandbox.portal_caller import OBJECTS, TASK, TICKET, Caller

from zenhub_sync.sandbox.hubspot import PortalOptions

TICKETS = f"{OBJECTS}/tickets"
TASKS = f"{OBJECTS}/tasks"


def patch(caller: Caller, status: int, kind: str, record: str, **properties: str) -> None:
    caller.want(status, "PATCH", f"{OBJECTS}/{kind}/{record}", {"properties": properties})


def with_second_pipeline() -> Caller:
    caller = Caller()
    stages = [
        {"label": "Novo", "displayOrder": 0, "stageId": "zd_new", "metadata": {"ticketState": "OPEN"}},
        {"label": "Fechado", "displayOrder": 1, "stageId": "zd_closed", "metadata": {"ticketState": "CLOSED"}},
    ]
    body = {"label": "Suporte", "displayOrder": 1, "pipelineId": "zd", "stages": stages}
    caller.want(201, "POST", "/crm/pipelines/2026-09/tickets", body)
    return caller


@pytest.mark.parametrize(
    ("properties", "status"),
    [
        ({"hs_pipeline_stage": "2"}, 200),
        ({"hs_pipeline_stage": "zd_new"}, 400),
        ({"hs_pipeline": "zd"}, 400),
        ({"hs_pipeline": "zd", "hs_pipeline_stage": "2"}, 400),
        ({"hs_pipeline": "zd", "hs_pipeline_stage": "zd_new"}, 200),
        ({"hs_pipeline": "0", "hs_pipeline_stage": "3"}, 200),
        ({"hs_pipeline": "", "hs_pipeline_stage": "2"}, 400),
    ],
)
def test_a_ticket_moves_to_a_stage_only_with_the_stages_pipeline(properties: dict[str, str], status: int) -> None:
    caller = with_second_pipeline()
    ticket = caller.ticket()
    patch(caller, status, "tickets", ticket, **properties)
    moved = caller.portal.properties_of("tickets", ticket)["hs_pipeline_stage"] != "1"
    assert moved is (status == 200)


def test_a_stage_of_another_pipeline_is_refused_on_creation_without_that_pipeline() -> None:
    with_second_pipeline().want(400, "POST", TICKETS, {"properties": {"hs_pipeline_stage": "zd_new"}})


def test_a_closed_stage_closes_the_ticket_and_an_open_one_reopens_it() -> None:
    caller = Caller()
    ticket = caller.ticket()
    caller.clock.advance(60)
    patch(caller, 200, "tickets", ticket, hs_pipeline_stage="4")
    closed = caller.portal.properties_of("tickets", ticket)
    assert closed["closed_date"] == "2026-11-20T12:01:00.250Z"
    assert (closed["hs_is_closed"], closed["time_to_close"]) == ("true", "60000")
    patch(caller, 200, "tickets", ticket, hs_pipeline_stage="1")
    reopened = caller.portal.properties_of("tickets", ticket)
    assert reopened["hs_is_closed"] == "false"
    assert "closed_date" not in reopened


def test_stages_leave_their_times_under_names_made_of_their_ids() -> None:
    caller = Caller()
    ticket = caller.ticket()
    caller.clock.advance(60)
    patch(caller, 200, "tickets", ticket, hs_pipeline_stage="2")
    read = caller.want(
        200, "GET", f"{TICKETS}/{ticket}", properties="hs_v2_date_entered_2,hs_v2_date_exited_1,hs_v2_date_entered_9"
    )
    assert read["properties"]["hs_v2_date_entered_2"] == "2026-11-20T12:01:00.250Z"
    assert read["properties"]["hs_v2_date_exited_1"] == "2026-11-20T12:01:00.250Z"
    assert "hs_v2_date_entered_9" not in read["properties"]


def test_a_completed_task_gets_its_date_and_loses_it_when_reopened() -> None:
    caller = Caller()
    task = caller.make("tasks", TASK)
    assert caller.portal.properties_of("tasks", task)["hs_task_is_completed"] == "0"
    caller.clock.advance(60)
    patch(caller, 200, "tasks", task, hs_task_status="COMPLETED")
    done = caller.portal.properties_of("tasks", task)
    assert (done["hs_task_is_completed"], done["hs_task_completion_date"]) == ("1", "2026-11-20T12:01:00.250Z")
    assert done["hs_task_completion_count"] == "1"
    patch(caller, 200, "tasks", task, hs_task_status="NOT_STARTED")
    assert "hs_task_completion_date" not in caller.portal.properties_of("tasks", task)


@pytest.mark.parametrize("status", ["NOT_STARTED", "IN_PROGRESS", "WAITING", "COMPLETED", "DEFERRED"])
def test_a_task_has_one_of_five_statuses_and_a_stage_of_the_task_pipeline(status: str) -> None:
    caller = Caller()
    task = caller.make("tasks", TASK | {"hs_task_status": status})
    stage = caller.portal.properties_of("tasks", task)["hs_pipeline_stage"]
    [pipeline] = caller.want(200, "GET", "/crm/pipelines/2026-09/tasks")["results"]
    [found] = [one for one in pipeline["stages"] if one["id"] == stage]
    assert found["metadata"]["isClosed"] == ("true" if status == "COMPLETED" else "false")


def test_a_task_is_overdue_as_time_goes_by() -> None:
    caller = Caller()
    task = caller.make("tasks", TASK)

    def overdue() -> str:
        read = caller.want(200, "GET", f"{TASKS}/{task}", properties="hs_task_is_overdue")
        return str(read["properties"]["hs_task_is_overdue"])

    assert overdue() == "false"
    caller.clock.advance(7 * 86_400)
    assert overdue() == "true"
    patch(caller, 200, "tasks", task, hs_task_status="COMPLETED")
    assert overdue() == "false"


def test_a_tasks_body_has_a_preview_without_markup() -> None:
    caller = Caller()
    task = caller.make("tasks", TASK | {"hs_task_body": "<p>Ana &amp; Bia</p>"})
    values = caller.portal.properties_of("tasks", task)
    assert values["hs_body_preview"] == "Ana & Bia"
    assert values["hs_task_body"] == "<p>Ana &amp; Bia</p>"


def test_an_archived_record_is_gone_from_every_plain_read() -> None:
    caller = Caller(PortalOptions(search_lag=0))
    caller.define("zendesk_ticket_id")
    ticket = caller.ticket(zendesk_ticket_id="7")
    caller.want(204, "DELETE", f"{TICKETS}/{ticket}")
    caller.want(204, "DELETE", f"{TICKETS}/{ticket}")
    caller.want(404, "GET", f"{TICKETS}/{ticket}")
    caller.want(404, "GET", f"{TICKETS}/7", idProperty="zendesk_ticket_id")
    patch(caller, 404, "tickets", ticket, subject="x")
    assert caller.want(200, "GET", TICKETS)["results"] == []
    assert caller.want(200, "POST", f"{TICKETS}/search", {})["total"] == 0
    assert caller.want(207, "POST", f"{TICKETS}/batch/read", {"inputs": [{"id": ticket}]})["results"] == []
    archived = caller.want(200, "GET", f"{TICKETS}/{ticket}", archived="true")
    assert archived["archived"] is True
    assert archived["archivedAt"]
    assert [one["id"] for one in caller.want(200, "GET", TICKETS, archived="true")["results"]] == [ticket]


def test_a_live_record_is_not_among_the_archived() -> None:
    caller = Caller()
    caller.want(404, "GET", f"{TICKETS}/{caller.ticket()}", archived="true")


def test_deleting_what_never_was_is_a_404() -> None:
    Caller().want(404, "DELETE", f"{TICKETS}/999")


def test_an_archived_record_lends_its_unique_value_out_and_comes_back_only_when_it_is_free() -> None:
    caller = Caller()
    caller.define("zendesk_ticket_id")
    first = caller.ticket(zendesk_ticket_id="7")
    caller.portal.archive("tickets", first)
    second = caller.ticket(zendesk_ticket_id="7")
    with pytest.raises(ValueError, match="another ticket has zendesk_ticket_id 7"):
        caller.portal.restore("tickets", first)
    patch(caller, 200, "tickets", second, zendesk_ticket_id="")
    caller.portal.restore("tickets", first)
    assert caller.want(200, "GET", f"{TICKETS}/7", idProperty="zendesk_ticket_id")["id"] == first


def test_a_restored_record_is_back_with_values_and_associations() -> None:
    caller = Caller()
    caller.define("zendesk_ticket_id")
    company = caller.make("companies", {"name": "Acme"})
    ticket = caller.portal.create("tickets", TICKET | {"zendesk_ticket_id": "7"}, [("companies", company, 26)])
    caller.portal.archive("tickets", ticket)
    assert caller.portal.associated("companies", company, "tickets") == {}
    caller.portal.restore("tickets", ticket)
    assert caller.want(200, "GET", f"{TICKETS}/7", idProperty="zendesk_ticket_id")["id"] == ticket
    assert caller.portal.associated("tickets", ticket, "companies") == {company: {26, 339}}


def test_a_merged_away_company_answers_with_the_survivor() -> None:
    caller = Caller()
    survivor, other = caller.make("companies", {"name": "A"}), caller.make("companies", {"name": "B", "city": "Rio"})
    ticket = caller.portal.create("tickets", TICKET, [("companies", other, 26)])
    assert caller.portal.merge("companies", survivor, other) == survivor
    read = caller.want(200, "GET", f"{OBJECTS}/companies/{other}", properties="name,city,hs_merged_object_ids")
    assert read["id"] == survivor
    assert (read["properties"]["name"], read["properties"]["city"]) == ("A", "Rio")
    assert read["properties"]["hs_merged_object_ids"] == other
    batch = caller.want(200, "POST", f"{OBJECTS}/companies/batch/read", {"inputs": [{"id": other}]})
    assert [one["id"] for one in batch["results"]] == [survivor]
    assert caller.want(200, "GET", f"{OBJECTS}/companies/{other}/associations/tickets")["results"] == []
    assert caller.portal.associated("companies", survivor, "tickets") == {ticket: {25, 340}}
    assert caller.portal.ids("companies") == (survivor,)


def test_a_merged_away_company_takes_no_association_and_no_update() -> None:
    caller = Caller()
    survivor, other = caller.make("companies", {}), caller.make("companies", {})
    caller.portal.merge("companies", survivor, other)
    caller.want(400, "PUT", f"{TICKETS}/{caller.ticket()}/associations/default/companies/{other}")
    patch(caller, 404, "companies", other, name="x")


def test_merged_tickets_become_a_new_one_and_leave_tombstones() -> None:
    caller = Caller()
    caller.define("zendesk_ticket_id")
    tickets = [caller.ticket(zendesk_ticket_id=key) for key in "78"]
    body = {"primaryObjectId": tickets[0], "objectIdToMerge": tickets[1]}
    made = caller.want(200, "POST", f"{TICKETS}/merge", body)["id"]
    assert made not in tickets
    assert caller.portal.properties_of("tickets", made)["hs_merged_object_ids"] == ";".join(tickets)
    for ticket in tickets:
        caller.want(404, "GET", f"{TICKETS}/{ticket}")
        caller.want(404, "GET", f"{TICKETS}/{ticket}", archived="true")
    assert caller.want(200, "GET", f"{TICKETS}/7", idProperty="zendesk_ticket_id")["id"] == made
    caller.want(404, "GET", f"{TICKETS}/8", idProperty="zendesk_ticket_id")
    assert caller.portal.ids("tickets") == (made,)


@pytest.mark.parametrize("kind", ["tickets", "tasks"])
def test_a_merge_needs_two_records_of_a_kind_that_merges(kind: str) -> None:
    caller = Caller()
    record = caller.make(kind, TICKET if kind == "tickets" else TASK)
    for other in (record, "999"):
        body = {"primaryObjectId": record, "objectIdToMerge": other}
        caller.want(400, "POST", f"{OBJECTS}/{kind}/merge", body)


def test_what_people_do_is_in_the_ledger_as_theirs() -> None:
    caller = Caller()
    ticket = caller.portal.create("tickets", {"subject": "by hand"})
    caller.portal.update("tickets", ticket, {"hs_pipeline_stage": "2"})
    caller.portal.archive("tickets", ticket)
    assert [one.action for one in caller.ledger.writes(kind="tickets", by="person")] == ["create", "update", "archive"]
    assert caller.ledger.writes(by="api") == ()
