"""What `hubspot-sdk` (2026-03, strict) makes of the sandbox's records, batches and searches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.contract.sdk.clients import NOON, hubspot_sdk, open_hubspot_sdk

from zenhub_sync.sandbox.server import Sandbox

TICKET = {"subject": "Fatura em dobro", "hs_pipeline": "0", "hs_pipeline_stage": "1"}
TASK = {"hs_timestamp": "2026-10-22T12:00:00Z", "hs_task_subject": "CSAT baixo"}
KEY = "zendesk_ticket_id"


def link(to_id: str, type_id: int) -> dict[str, Any]:
    spec = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}
    return {"to": {"id": to_id}, "types": [spec]}


def traced(key: str, **changes: str) -> dict[str, Any]:
    return {
        "id": key,
        "id_property": KEY,
        "properties": TICKET | changes,
        "object_write_trace_id": f"trace {key}",
    }


def test_a_ticket_is_created_with_its_association_and_read_back(sandbox: Sandbox, typed: Any) -> None:
    contact = sandbox.portal.create("contacts", {"email": "ana@padaria.com.br"})
    made = typed.crm.objects.tickets.create(properties=TICKET, associations=[link(contact, 16)])
    assert (made.created_at, made.archived, made.properties["hs_object_id"]) == (NOON, False, made.id)
    read = typed.crm.objects.tickets.get(
        made.id, properties=["subject"], associations=["contacts"], properties_with_history=["subject"]
    )
    assert read.properties["subject"] == "Fatura em dobro"
    assert [(one.id, one.type) for one in read.associations["contacts"].results] == [(contact, "ticket_to_contact")]
    assert [one.value for one in read.properties_with_history["subject"]] == ["Fatura em dobro"]


def test_a_ticket_is_changed_and_archived(sandbox: Sandbox, typed: Any) -> None:
    tickets = typed.crm.objects.tickets
    made = tickets.create(properties=TICKET, associations=[])
    sandbox.clock.advance(5)
    changed = tickets.update(made.id, properties={"hs_pipeline_stage": "4"})
    assert changed.properties["hs_pipeline_stage"] == "4"
    assert (changed.updated_at - made.updated_at).total_seconds() == 5
    assert tickets.delete(made.id) is None
    with pytest.raises(hubspot_sdk.NotFoundError):
        tickets.get(made.id)
    found = tickets.get(made.id, archived=True)
    assert (found.archived, found.archived_at) == (True, sandbox.clock.now())


def test_a_task_is_created_for_an_owner(sandbox: Sandbox, typed: Any) -> None:
    owner = sandbox.portal.add_owner("cs@acme.example", "Caio", "Silva")
    ticket = sandbox.portal.create("tickets", TICKET)
    properties = TASK | {"hubspot_owner_id": owner}
    made = typed.crm.objects.tasks.create(properties=properties, associations=[link(ticket, 230)])
    read = typed.crm.objects.tasks.get(made.id, properties=["hubspot_owner_id", "hs_task_status"])
    assert (read.properties["hubspot_owner_id"], read.properties["hs_task_status"]) == (owner, "NOT_STARTED")


def test_the_pages_of_a_list_are_followed_to_the_end(sandbox: Sandbox, typed: Any) -> None:
    ids = [sandbox.portal.create("companies", {"name": f"Padaria {n}"}) for n in range(5)]
    assert [one.id for one in typed.crm.objects.companies.list(limit=2)] == ids


def test_a_search_finds_what_is_old_enough(sandbox: Sandbox, typed: Any) -> None:
    made = sandbox.portal.create("tickets", TICKET)
    asked = {
        "filter_groups": [{"filters": [{"propertyName": "subject", "operator": "EQ", "value": TICKET["subject"]}]}],
        "properties": ["subject"],
        "sorts": [],
        "limit": 10,
        "after": "0",
    }
    assert typed.crm.objects.tickets.search(**asked).total == 0
    sandbox.clock.advance(60)
    found = typed.crm.objects.tickets.search(**asked)
    assert (found.total, [one.id for one in found.results]) == (1, [made])


def test_a_batch_of_tickets_is_created_changed_and_read(typed: Any) -> None:
    batch = typed.crm.objects.tickets.batch
    made = batch.create(inputs=[{"properties": TICKET, "associations": []} for _ in range(3)])
    ids = {one.id for one in made.results}
    assert (made.status, made.started_at, len(ids)) == ("COMPLETE", NOON, 3)
    changed = batch.update(inputs=[{"id": one, "properties": {"subject": "Resolvido"}} for one in ids])
    assert {one.id for one in changed.results} == ids
    read = batch.get(inputs=[{"id": one} for one in ids], properties=["subject"], properties_with_history=[])
    assert {one.properties["subject"] for one in read.results} == {"Resolvido"}


def test_an_upsert_says_which_tickets_are_new(sandbox: Sandbox, typed: Any) -> None:
    sandbox.portal.define("tickets", KEY, unique=True)
    known = sandbox.portal.create("tickets", TICKET | {KEY: "7"})
    answer = typed.crm.objects.tickets.batch.upsert(inputs=[traced("7"), traced("8")])
    by_trace = {one.object_write_trace_id: one for one in answer.results}
    assert {trace: one.new for trace, one in by_trace.items()} == {"trace 7": False, "trace 8": True}
    assert by_trace["trace 7"].id == known


def test_a_mixed_upsert_keeps_what_was_written_and_names_what_was_not(sandbox: Sandbox, typed: Any) -> None:
    sandbox.portal.define("tickets", KEY, unique=True)
    inputs = [traced("7"), traced("8", hs_ticket_priority="ontem")]
    answer = typed.crm.objects.tickets.batch.upsert(inputs=inputs)
    assert [one.object_write_trace_id for one in answer.results] == ["trace 7"]
    # The SDK has no type for a 207: the errors are beyond what it declares.
    (error,) = answer.model_extra["errors"]
    assert answer.model_extra["numErrors"] == 1
    assert (error["status"], error["category"]) == ("error", "VALIDATION_ERROR")
    assert error["context"] == {"objectWriteTraceId": ["trace 8"]}


def test_a_batch_read_names_what_is_not_there(sandbox: Sandbox, typed: Any) -> None:
    made = sandbox.portal.create("tickets", TICKET)
    inputs = [{"id": made}, {"id": "404"}]
    answer = typed.crm.objects.tickets.batch.get(inputs=inputs, properties=[], properties_with_history=[])
    assert [one.id for one in answer.results] == [made]
    (error,) = answer.model_extra["errors"]
    assert (error["category"], error["context"]) == ("OBJECT_NOT_FOUND", {"ids": ["404"]})


def test_the_sdk_types_refuse_only_what_live_answers_are_known_to_spell_otherwise(sandbox: Sandbox) -> None:
    company = sandbox.portal.create("companies", {"name": "Padaria"})
    ticket = sandbox.portal.create("tickets", TICKET, [("companies", company, 26)])
    refused: set[tuple[str, object]] = set()
    with open_hubspot_sdk(sandbox.base_url, respell=False) as client:
        asked: list[Callable[[], Any]] = [
            lambda: client.crm.objects.tickets.get(ticket),
            lambda: client.crm.associations.list("companies", object_type="tickets", object_id=ticket),
        ]
        for ask in asked:
            with pytest.raises(hubspot_sdk.APIResponseValidationError) as caught:
                ask()
            refused |= {(fault["loc"][-1], fault["input"]) for fault in caught.value.__cause__.errors()}
    without_value = ("content", "hs_ticket_category", "hs_ticket_priority")
    assert refused == {(name, None) for name in without_value} | {("toObjectId", int(company))}
