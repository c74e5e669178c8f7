"""What is put on the wire for each question to HubSpot."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing

import httpx
import pytest
import respx
from pydantic import SecretStr
from tests.fakes.clock import FakeClock

from zenhub_sync.hubspot import wire_associations, wire_objects, wire_portal
from zenhub_sync.hubspot.client import HubSpot
from zenhub_sync.hubspot.inputs import (
    AssociationInput,
    OptionInput,
    PipelineInput,
    PropertyGroupInput,
    PropertyInput,
    StageInput,
    UpdateInput,
)
from zenhub_sync.hubspot.refusals import decipher
from zenhub_sync.transport.call import Call
from zenhub_sync.transport.http import HttpxSender

BASE = "https://api.hubapi.com"
STAGE = StageInput(id="zenhub_new", label="Novo", display_order=0, ticket_state="OPEN")
STAGE_BODY = {"label": "Novo", "displayOrder": 0, "stageId": "zenhub_new", "metadata": {"ticketState": "OPEN"}}
PIPELINE = PipelineInput(id="zenhub_support", label="Suporte", display_order=1, stages=(STAGE,))
PROPERTY = PropertyInput(
    name="zendesk_csat",
    label="CSAT",
    type="enumeration",
    field_type="select",
    group_name="zendesk",
    has_unique_value=False,
    options=(OptionInput(value="bad", label="Ruim", display_order=1),),
)
PROPERTY_BODY = {
    "name": "zendesk_csat",
    "label": "CSAT",
    "type": "enumeration",
    "fieldType": "select",
    "groupName": "zendesk",
    "description": "",
    "hasUniqueValue": False,
    "options": [{"label": "Ruim", "value": "bad", "displayOrder": 1, "hidden": False}],
}
UPDATE = UpdateInput(id="11", properties={"subject": "x"}, trace="t1")
TYPE_230 = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 230}
TYPE_339 = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 339}
ITEM = {"id": "1", "properties": {}}
NOTHING: dict[str, object] = {"results": []}

Ask = Callable[[HubSpot], object]

READS: list[tuple[Ask, str, dict[str, str], object]] = [
    (
        lambda hubspot: hubspot.account(),
        "/account-info/2026-09/details",
        {},
        {"portalId": 123, "timeZone": "America/Sao_Paulo", "uiDomain": "app.hubspot.com"},
    ),
    (
        lambda hubspot: hubspot.owners(archived=True, after="500"),
        "/crm/owners/2026-09",
        {"limit": "500", "archived": "true", "after": "500"},
        NOTHING,
    ),
    (
        lambda hubspot: hubspot.read_one("companies", "77", ["domain", "name"]),
        "/crm/objects/2026-09/companies/77",
        {"properties": "domain,name"},
        ITEM,
    ),
    (
        lambda hubspot: hubspot.list("companies", ["domain"], after="9", limit=50),
        "/crm/objects/2026-09/companies",
        {"limit": "50", "properties": "domain", "after": "9"},
        NOTHING,
    ),
    (lambda hubspot: hubspot.pipelines("tickets"), "/crm/pipelines/2026-09/tickets", {}, NOTHING),
    (lambda hubspot: hubspot.properties("tickets"), "/crm/properties/2026-09/tickets", {}, NOTHING),
    (
        lambda hubspot: hubspot.property("tasks", "zenhub_key"),
        "/crm/properties/2026-09/tasks/zenhub_key",
        {},
        {"name": "zenhub_key", "type": "string"},
    ),
    (lambda hubspot: hubspot.property_groups("tickets"), "/crm/properties/2026-09/tickets/groups", {}, NOTHING),
]

POSTS: list[tuple[Ask, str, object, object]] = [
    (
        lambda hubspot: hubspot.token_description(SecretStr("pat-na1-x")),
        "/oauth/v2/private-apps/get/access-token-info",
        {"tokenKey": "pat-na1-x"},
        {"hubId": 123, "userId": 1, "appId": 2, "scopes": ["tickets"]},
    ),
    (
        lambda hubspot: hubspot.read("tickets", ["1", "2"], ["subject"]),
        "/crm/objects/2026-09/tickets/batch/read",
        {"inputs": [{"id": "1"}, {"id": "2"}], "properties": ["subject"]},
        NOTHING,
    ),
    (
        lambda hubspot: hubspot.read("tickets", ["48213"], ["subject"], id_property="zendesk_ticket_id"),
        "/crm/objects/2026-09/tickets/batch/read",
        {
            "inputs": [{"id": "48213"}],
            "properties": ["subject", "zendesk_ticket_id"],
            "idProperty": "zendesk_ticket_id",
        },
        NOTHING,
    ),
    (
        lambda hubspot: hubspot.update("tickets", [UPDATE]),
        "/crm/objects/2026-09/tickets/batch/update",
        {"inputs": [{"id": "11", "properties": {"subject": "x"}, "objectWriteTraceId": "t1"}]},
        NOTHING,
    ),
    (
        lambda hubspot: hubspot.upsert("tickets", "zendesk_ticket_id", [UPDATE]),
        "/crm/objects/2026-09/tickets/batch/upsert",
        {
            "inputs": [
                {
                    "id": "11",
                    "idProperty": "zendesk_ticket_id",
                    "properties": {"subject": "x"},
                    "objectWriteTraceId": "t1",
                }
            ]
        },
        NOTHING,
    ),
    (
        lambda hubspot: hubspot.create("tasks", {"hs_timestamp": "1"}, [AssociationInput(to_id="9", type_id=230)]),
        "/crm/objects/2026-09/tasks",
        {"properties": {"hs_timestamp": "1"}, "associations": [{"to": {"id": "9"}, "types": [TYPE_230]}]},
        ITEM,
    ),
    (
        lambda hubspot: hubspot.associate("tickets", "companies", 339, [("1", "2")]),
        "/crm/associations/2026-09/tickets/companies/batch/create",
        {"inputs": [{"types": [TYPE_339], "from": {"id": "1"}, "to": {"id": "2"}}]},
        NOTHING,
    ),
    (
        lambda hubspot: hubspot.associations("tickets", "tasks", ["1", "2"], after={"2": "x"}),
        "/crm/associations/2026-09/tickets/tasks/batch/read",
        {"inputs": [{"id": "1"}, {"id": "2", "after": "x"}]},
        NOTHING,
    ),
    (
        lambda hubspot: hubspot.create_pipeline("tickets", PIPELINE),
        "/crm/pipelines/2026-09/tickets",
        {"label": "Suporte", "displayOrder": 1, "pipelineId": "zenhub_support", "stages": [STAGE_BODY]},
        {"id": "zenhub_support", "label": "Suporte"},
    ),
    (
        lambda hubspot: hubspot.create_stage("tickets", "0", STAGE),
        "/crm/pipelines/2026-09/tickets/0/stages",
        STAGE_BODY,
        {"id": "zenhub_new", "label": "Novo"},
    ),
    (
        lambda hubspot: hubspot.create_property("tickets", PROPERTY),
        "/crm/properties/2026-09/tickets",
        PROPERTY_BODY,
        {"name": "zendesk_csat", "type": "enumeration"},
    ),
    (
        lambda hubspot: hubspot.create_property_group("tickets", PropertyGroupInput(name="zendesk", label="Zendesk")),
        "/crm/properties/2026-09/tickets/groups",
        {"name": "zendesk", "label": "Zendesk"},
        {"name": "zendesk", "label": "Zendesk"},
    ),
]


@respx.mock
@pytest.mark.parametrize(("ask", "path", "params", "reply"), READS, ids=[each[1] for each in READS])
def test_a_question_is_one_get(ask: Ask, path: str, params: dict[str, str], reply: object) -> None:
    route = respx.get(f"{BASE}{path}").mock(httpx.Response(200, json=reply))
    with closing(HttpxSender(BASE, decipher, clock=FakeClock())) as sender:
        ask(HubSpot(sender))
    request = route.calls.last.request
    assert dict(request.url.params) == params
    assert request.headers["accept"] == "application/json"


@respx.mock
@pytest.mark.parametrize(("ask", "path", "body", "reply"), POSTS, ids=[each[1] for each in POSTS])
def test_a_write_or_a_batch_is_one_post(ask: Ask, path: str, body: object, reply: object) -> None:
    route = respx.post(f"{BASE}{path}").mock(httpx.Response(200, json=reply))
    with closing(HttpxSender(BASE, decipher, clock=FakeClock())) as sender:
        ask(HubSpot(sender))
    request = route.calls.last.request
    assert json.loads(request.content) == body
    assert request.url.query == b""
    assert request.headers["content-type"] == "application/json"


ONCE: list[Call[object]] = [
    wire_objects.create("tasks", {}, []),
    wire_portal.create_pipeline("tickets", PIPELINE),
    wire_portal.create_stage("tickets", "0", STAGE),
    wire_portal.create_property("tickets", PROPERTY),
    wire_portal.create_property_group("tickets", PropertyGroupInput(name="a", label="A")),
]
OFTEN: list[Call[object]] = [
    wire_objects.read("tickets", ["1"], [], id_property=None),
    wire_objects.read_one("tickets", "1", []),
    wire_objects.list_page("companies", [], after=None, limit=1),
    wire_objects.update("tickets", [UPDATE]),
    wire_objects.upsert("tickets", "x", [UPDATE]),
    wire_associations.associate("tickets", "companies", 26, [("1", "2")]),
    wire_associations.associations("tickets", "tasks", ["1"], after={}),
    wire_portal.token_description(SecretStr("x")),
    wire_portal.account(),
    wire_portal.owners(archived=False, after=None),
    wire_portal.pipelines("tickets"),
    wire_portal.properties("tickets"),
    wire_portal.property_definition("tickets", "x"),
    wire_portal.property_groups("tickets"),
]


@pytest.mark.parametrize("once", ONCE, ids=lambda each: each.name)
def test_what_makes_something_new_is_not_repeatable(once: Call[object]) -> None:
    assert not once.repeatable


@pytest.mark.parametrize("often", OFTEN, ids=lambda each: each.name)
def test_everything_else_is_repeatable(often: Call[object]) -> None:
    assert often.repeatable


def test_associations_have_a_bucket_of_their_own() -> None:
    assert {each.bucket for each in OFTEN if "associat" in each.name} == {"hubspot.associations"}
    assert {each.bucket for each in [*ONCE, *OFTEN] if "associat" not in each.name} == {"hubspot"}


def test_a_created_task_is_named_in_the_singular() -> None:
    assert wire_objects.create("tasks", {}, []).name == "hubspot.create_task"


TOO_MUCH: list[Callable[[], object]] = [
    lambda: wire_objects.update("tickets", []),
    lambda: wire_objects.update("tickets", [UpdateInput(id=str(n), properties={}, trace=str(n)) for n in range(101)]),
    lambda: wire_objects.read("tickets", ["1"] * 101, [], id_property=None),
    lambda: wire_associations.associate("tickets", "tasks", 229, [("1", "2")] * 2001),
    lambda: wire_associations.associations("tickets", "tasks", ["1"] * 1001, after={}),
]


@pytest.mark.parametrize("ask", TOO_MUCH, ids=range(len(TOO_MUCH)))
def test_a_batch_knows_its_bounds(ask: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=" 1 to "):
        ask()


def test_two_inputs_may_not_share_a_trace() -> None:
    with pytest.raises(ValueError, match="trace of its own"):
        wire_objects.update("tickets", [UPDATE, UpdateInput(id="12", properties={}, trace="t1")])


def test_an_id_cannot_leave_its_place_in_the_path() -> None:
    assert wire_objects.read_one("tickets", "1/../2?x", []).path == "/crm/objects/2026-09/tickets/1%2F..%2F2%3Fx"


def test_neither_a_token_nor_a_customers_words_are_in_a_repr() -> None:
    canary = "c4n4ry"
    shown = [
        wire_portal.token_description(SecretStr(canary)),
        UpdateInput(id="1", properties={"content": canary}, trace="t"),
        wire_objects.create("tasks", {"hs_task_body": canary}, []),
    ]
    assert canary not in repr(shown)
