"""What `hubspot-api-client` (v3 and v4) makes of the sandbox's answers."""

from __future__ import annotations

from typing import Any

import pytest
import urllib3
from hubspot.crm.tickets.exceptions import NotFoundException  # type: ignore[import-untyped]  # the client has no types
from tests.contract.sdk.clients import NOON, open_hubspot_api_client, todays

from zenhub_sync.sandbox.server import Sandbox

TICKET = {"subject": "Fatura em dobro", "hs_pipeline": "0", "hs_pipeline_stage": "1"}
KEY = "zendesk_ticket_id"


def spec(type_id: int) -> dict[str, object]:
    return {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/crm/v3/objects/tickets/batch/read", "/crm/objects/2026-09/tickets/batch/read"),
        ("/crm/v4/objects/a/1/associations/b", "/crm/objects/2026-09/a/1/associations/b"),
        ("/crm/v4/associations/a/b/labels", "/crm/associations/2026-09/a/b/labels"),
        ("/crm/v3/owners/", "/crm/owners/2026-09"),
        ("/crm/objects/2026-03/tickets", "/crm/objects/2026-09/tickets"),
        ("/account-info/2026-03/details", "/account-info/2026-09/details"),
    ],
)
def test_an_older_path_becomes_todays(old: str, new: str) -> None:
    assert todays(old) == new


def test_without_that_the_sandbox_knows_no_older_path(sandbox: Sandbox) -> None:
    with (
        open_hubspot_api_client(sandbox.base_url, pool=urllib3.PoolManager) as client,
        pytest.raises(NotFoundException),
    ):
        client.crm.tickets.basic_api.get_page()


def test_a_ticket_is_created_read_changed_and_archived(sandbox: Sandbox, generated: Any) -> None:
    contact = sandbox.portal.create("contacts", {"email": "ana@padaria.com.br"})
    tickets = generated.crm.tickets.basic_api
    links = [{"to": {"id": contact}, "types": [spec(16)]}]
    made = tickets.create({"properties": TICKET, "associations": links})
    assert (made.created_at, made.archived, made.properties["content"]) == (NOON, False, None)
    read = tickets.get_by_id(made.id, properties=["subject"], associations=["contacts"])
    assert (read.properties["subject"], read.associations["contacts"].results[0].id) == (TICKET["subject"], contact)
    changed = tickets.update(made.id, {"properties": {"hs_pipeline_stage": "2"}})
    assert changed.properties["hs_pipeline_stage"] == "2"
    tickets.archive(made.id)
    assert tickets.get_page().results == []


def test_the_pages_of_a_list_are_followed_to_the_end(sandbox: Sandbox, generated: Any) -> None:
    ids = [sandbox.portal.create("tickets", TICKET) for _ in range(101)]
    assert [one.id for one in generated.crm.tickets.get_all()] == ids


def test_a_search_counts_what_it_finds(sandbox: Sandbox, generated: Any) -> None:
    made = sandbox.portal.create("tickets", TICKET)
    sandbox.clock.advance(60)
    wanted = {"propertyName": "subject", "operator": "EQ", "value": TICKET["subject"]}
    found = generated.crm.tickets.search_api.do_search({"filterGroups": [{"filters": [wanted]}], "limit": 1})
    assert (found.total, [one.id for one in found.results], found.paging) == (1, [made], None)


def test_batches_of_tickets(generated: Any) -> None:
    batch = generated.crm.tickets.batch_api
    made = batch.create({"inputs": [{"properties": TICKET, "associations": []} for _ in range(2)]})
    ids = {one.id for one in made.results}
    changed = batch.update({"inputs": [{"id": one, "properties": {"subject": "Resolvido"}} for one in ids]})
    read = batch.read({"inputs": [{"id": one} for one in ids], "properties": ["subject"], "propertiesWithHistory": []})
    assert ({one.id for one in changed.results}, read.status) == (ids, "COMPLETE")
    assert {one.id: one.properties["subject"] for one in read.results} == dict.fromkeys(ids, "Resolvido")


def test_a_mixed_upsert_is_read_as_results_with_errors(sandbox: Sandbox, generated: Any) -> None:
    sandbox.portal.define("tickets", KEY, unique=True)
    inputs = [
        {
            "id": key,
            "idProperty": KEY,
            "properties": TICKET | {"hs_ticket_priority": priority},
            "objectWriteTraceId": key,
        }
        for key, priority in (("7", "LOW"), ("8", "ontem"))
    ]
    answer = generated.crm.tickets.batch_api.upsert({"inputs": inputs})
    assert type(answer).__name__ == "BatchResponseSimplePublicUpsertObjectWithErrors"
    assert [(one.new, one.object_write_trace_id) for one in answer.results] == [(True, "7")]
    (error,) = answer.errors
    assert (answer.num_errors, error.status, error.category) == (1, "error", "VALIDATION_ERROR")
    assert error.context == {"objectWriteTraceId": ["8"]}


def test_a_batch_read_of_what_is_not_there_is_read_as_errors(generated: Any) -> None:
    asked = {"inputs": [{"id": "404"}], "properties": [], "propertiesWithHistory": []}
    answer = generated.crm.tickets.batch_api.read(asked)
    assert (answer.results, [(one.category, one.context) for one in answer.errors]) == (
        [],
        [("OBJECT_NOT_FOUND", {"ids": ["404"]})],
    )


def test_associations_are_made_and_read(sandbox: Sandbox, generated: Any) -> None:
    ticket, lonely = (sandbox.portal.create("tickets", TICKET) for _ in range(2))
    company = sandbox.portal.create("companies", {"name": "Padaria"})
    contact = sandbox.portal.create("contacts", {"email": "ana@padaria.com.br"})
    links = generated.crm.associations.v4
    ends = {"from": {"id": ticket}, "to": {"id": company}, "types": [spec(26)]}
    (made,) = links.batch_api.create("tickets", "companies", {"inputs": [ends]}).results
    assert (made.from_object_id, made.to_object_id, made.labels) == (ticket, company, ["Primary"])
    read = links.batch_api.get_page("tickets", "companies", {"inputs": [{"id": ticket}, {"id": lonely}]})
    assert [one.to_object_id for one in read.results[0].to] == [company]
    assert [one.context["fromObjectId"] for one in read.errors] == [[lonely]]
    default = links.basic_api.create_default("tickets", ticket, "contacts", contact)
    assert [one.association_spec.association_type_id for one in default.results] == [16, 15]
    (found,) = links.basic_api.get_page("tickets", ticket, "companies").results
    assert {one.type_id for one in found.association_types} == {26, 339}


def test_the_portal_is_described(sandbox: Sandbox, generated: Any) -> None:
    owner = sandbox.portal.add_owner("cs@acme.example", "Caio", "Silva")
    crm = generated.crm
    assert [(one.id, one.type) for one in crm.owners.owners_api.get_page().results] == [(owner, "PERSON")]
    assert crm.owners.owners_api.get_by_id(int(owner)).email == "cs@acme.example"
    (pipeline,) = crm.pipelines.pipelines_api.get_all("tickets").results
    assert {one.id: one.metadata["ticketState"] for one in pipeline.stages}["4"] == "CLOSED"
    crm.properties.groups_api.create("tickets", {"name": "zendesk", "label": "Zendesk"})
    asked = {"label": "Ticket", "type": "string", "fieldType": "text", "groupName": "zendesk", "hasUniqueValue": True}
    made = crm.properties.core_api.create("tickets", {"name": KEY} | asked)
    assert (made.has_unique_value, made.modification_metadata.archivable) == (True, True)
    assert KEY in {one.name for one in crm.properties.core_api.get_all("tickets").results}
    assert "zendesk" in {one.name for one in crm.properties.groups_api.get_all("tickets").results}
