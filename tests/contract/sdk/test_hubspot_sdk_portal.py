"""What `hubspot-sdk` (2026-03, strict) makes of the sandbox's associations, owners, pipelines and properties."""

from __future__ import annotations

from typing import Any

import pytest

from zenhub_sync.sandbox.server import Sandbox

TICKET = {"subject": "Fatura em dobro", "hs_pipeline": "0", "hs_pipeline_stage": "1"}
PRIMARY_COMPANY = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 26}


@pytest.fixture
def ticket(sandbox: Sandbox) -> str:
    return sandbox.portal.create("tickets", TICKET)


@pytest.fixture
def company(sandbox: Sandbox) -> str:
    return sandbox.portal.create("companies", {"name": "Padaria"})


def test_tickets_are_associated_in_a_batch_and_the_associations_read(
    sandbox: Sandbox, typed: Any, ticket: str, company: str
) -> None:
    lonely = sandbox.portal.create("tickets", TICKET)
    batch = typed.crm.associations.batch
    ends = {"from": {"id": ticket}, "to": {"id": company}, "types": [PRIMARY_COMPANY]}
    (made,) = batch.create("companies", from_object_type="tickets", inputs=[ends]).results
    assert (made.from_object_type_id, made.from_object_id, made.to_object_id) == ("0-5", ticket, company)
    read = batch.get("companies", from_object_type="tickets", inputs=[{"id": ticket}, {"id": lonely}])
    (found,) = read.results
    types = {one.type_id: one.label for one in found.to[0].association_types}
    assert (found.from_.id, found.to[0].to_object_id, types) == (ticket, company, {26: "Primary", 339: None})
    assert [one["context"]["fromObjectId"] for one in read.model_extra["errors"]] == [[lonely]]


def test_a_default_association_answers_with_both_directions(sandbox: Sandbox, typed: Any, ticket: str) -> None:
    contact = sandbox.portal.create("contacts", {"email": "ana@padaria.com.br"})
    ends = {"from_object_type": "tickets", "from_object_id": ticket, "to_object_type": "contacts"}
    for _ in range(2):
        answer = typed.crm.associations.create(contact, **ends)
        assert [one.association_spec.association_type_id for one in answer.results] == [16, 15]
    (found,) = typed.crm.associations.list("contacts", object_type="tickets", object_id=ticket)
    assert found.to_object_id == contact


def test_a_batch_of_default_associations(typed: Any, ticket: str, company: str) -> None:
    ends = {"from": {"id": ticket}, "to": {"id": company}}
    answer = typed.crm.associations.batch.create_default("companies", from_object_type="tickets", inputs=[ends])
    assert {one.association_spec.association_type_id for one in answer.results} == {339, 340}


def test_the_labels_of_a_pair_of_types(typed: Any) -> None:
    labels = typed.crm.associations_schema.labels.list_labels("companies", from_object_type="tickets")
    assert {one.type_id: (one.category, one.label) for one in labels.results} == {
        26: ("HUBSPOT_DEFINED", "Primary"),
        339: ("HUBSPOT_DEFINED", None),
    }


def test_owners_come_in_pages_and_the_archived_ones_apart(sandbox: Sandbox, typed: Any) -> None:
    active = [sandbox.portal.add_owner(f"cs{n}@acme.example", "Caio", "Silva") for n in range(3)]
    left = sandbox.portal.add_owner("saiu@acme.example", "Bia", "Reis", archived=True)
    assert [(one.id, one.archived) for one in typed.crm.owners.list(limit=2)] == [(one, False) for one in active]
    assert [(one.id, one.archived) for one in typed.crm.owners.list(archived=True)] == [(left, True)]
    read = typed.crm.owners.get(int(active[0]))
    assert (read.type, read.email, read.first_name) == ("PERSON", "cs0@acme.example", "Caio")
    assert typed.crm.owners.get(read.user_id, id_property="userId").id == active[0]


def test_a_pipeline_is_created_under_our_own_ids(typed: Any) -> None:
    stages = [
        {"stageId": "zd_new", "label": "Novo", "displayOrder": 0, "metadata": {"ticketState": "OPEN"}},
        {"stageId": "zd_closed", "label": "Fechado", "displayOrder": 1, "metadata": {"ticketState": "CLOSED"}},
    ]
    named = {"pipelineId": "zd"}
    made = typed.crm.pipelines.create("tickets", label="Suporte", display_order=1, stages=stages, extra_body=named)
    assert made.id == "zd"
    added = typed.crm.pipelines.create_stage(
        "zd", object_type="tickets", label="Em espera", display_order=2, metadata={"ticketState": "OPEN"}
    )
    read = {one.id: one for one in typed.crm.pipelines.list("tickets").results}["zd"]
    states = {one.id: one.metadata["ticketState"] for one in read.stages}
    assert states == {"zd_new": "OPEN", "zd_closed": "CLOSED", added.id: "OPEN"}
    assert {one.write_permissions for one in read.stages} == {"CRM_PERMISSIONS_ENFORCEMENT"}


def test_a_property_is_created_in_a_group_of_its_own(typed: Any) -> None:
    groups, properties = typed.crm.properties.groups, typed.crm.properties
    assert groups.create("tickets", name="zendesk", label="Zendesk").archived is False
    made = properties.create(
        "tickets",
        name="zendesk_status",
        label="Status",
        type="enumeration",
        field_type="select",
        group_name="zendesk",
        options=[{"label": "Novo", "value": "new", "displayOrder": 0, "hidden": False}],
    )
    assert (made.group_name, [one.value for one in made.options]) == ("zendesk", ["new"])
    assert properties.get("zendesk_status", object_type="tickets").name == made.name
    assert {"zendesk", "ticketinformation"} <= {one.name for one in groups.list("tickets").results}
    listed = {one.name: one for one in properties.list("tickets").results}
    assert listed["hs_object_id"].modification_metadata.read_only_value is True
    assert properties.delete("zendesk_status", object_type="tickets") is None
