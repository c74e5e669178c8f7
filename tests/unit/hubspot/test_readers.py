"""Recorded answers are read; hostile ones raise a ServiceError and nothing else."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from tests.fakes.sender import answer

from zenhub_sync.hubspot import wire_associations, wire_objects, wire_portal
from zenhub_sync.hubspot.inputs import PipelineInput, PropertyGroupInput, PropertyInput, StageInput, UpdateInput
from zenhub_sync.hubspot.refusals import decipher
from zenhub_sync.transport.call import Answer, Call
from zenhub_sync.transport.errors import Rejected, ServiceError, Throttled, Unauthorized

SAMPLES = Path(__file__).parents[4] / "shared" / "samples" / "hubspot"

recorded = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the recorded samples are not beside the repository")

STAGE = StageInput(id="s", label="S", display_order=0, ticket_state="OPEN")
PIPELINE = PipelineInput(id="p", label="P", display_order=0, stages=(STAGE,))
PROPERTY = PropertyInput(name="n", label="N", type="string", field_type="text", group_name="g")

CALLS: list[Call[object]] = [
    wire_objects.read("tickets", ["1"], [], id_property="key"),
    wire_objects.read_one("tickets", "1", []),
    wire_objects.list_page("companies", [], after=None, limit=1),
    wire_objects.update("tickets", [UpdateInput(id="1", properties={}, trace="t")]),
    wire_objects.create("tasks", {}, []),
    wire_associations.associate("tickets", "companies", 26, [("1", "2")]),
    wire_associations.associations("tickets", "tasks", ["1"], after={}),
    wire_portal.token_description(SecretStr("x")),
    wire_portal.account(),
    wire_portal.owners(archived=False, after=None),
    wire_portal.pipelines("tickets"),
    wire_portal.create_pipeline("tickets", PIPELINE),
    wire_portal.create_stage("tickets", "p", STAGE),
    wire_portal.properties("tickets"),
    wire_portal.property_definition("tickets", "x"),
    wire_portal.create_property("tickets", PROPERTY),
    wire_portal.property_groups("tickets"),
    wire_portal.create_property_group("tickets", PropertyGroupInput(name="a", label="A")),
]


def sample(name: str, status: int) -> Answer:
    return Answer(status=status, headers={}, body=(SAMPLES / f"{name}.json").read_bytes())


@recorded
def test_created_records() -> None:
    task = wire_objects.create("tasks", {}, []).read(sample("task_create_201", 201))
    assert (task.id, task.properties["hs_task_status"]) == ("77597502155", "NOT_STARTED")
    ticket = wire_objects.create("tickets", {}, []).read(sample("ticket_create_201", 201))
    assert ticket.properties["content"] is None


@recorded
def test_batches_of_tasks() -> None:
    inputs = [UpdateInput(id=f"x{trace}", properties={}, trace=trace) for trace in ("string1", "string2")]
    read = wire_objects.update("tasks", inputs).read(sample("tasks_batch_create_201", 201))
    assert {trace: each.object.id for trace, each in read.written.items()} == {
        "string1": "77255875305",
        "string2": "77255875304",
    }
    updated = wire_objects.update("tasks", inputs).read(sample("tasks_batch_update_200", 200))
    assert (set(updated.written), updated.unaccounted) == ({"string2"}, ("string1",))


@recorded
def test_a_record_that_is_not_there() -> None:
    read = wire_objects.read("contacts", ["meows@loudly.lol"], [], id_property="email")
    result = read.read(sample("errors/207_batch_read_not_found", 207))
    assert (result.found, result.missing, result.unaccounted) == ((), ("meows@loudly.lol",), ())


@recorded
def test_links() -> None:
    made = wire_associations.associate("deals", "companies", 1, [("46989749974", "43500581578")])
    assert made.read(sample("associations_batch_create_201", 201)).linked == {("46989749974", "43500581578")}
    asked = wire_associations.associations("deals", "companies", ["46989749974"], after={})
    (link,) = asked.read(sample("associations_batch_read_200", 200)).links["46989749974"]
    assert (link.to_id, link.type_ids) == ("43500581578", frozenset({341, 5}))


@recorded
def test_a_made_property_and_group() -> None:
    made = wire_portal.create_property("tickets", PROPERTY).read(sample("property_create_201", 201))
    assert (made.field_type, made.has_unique_value, made.read_only) == ("text", False, False)
    group = wire_portal.create_property_group("tickets", PropertyGroupInput(name="a", label="A"))
    assert group.read(sample("property_group_create_201", 201)).label == "Kalup conformance group"


@recorded
@pytest.mark.parametrize(
    ("name", "kind", "code", "property_name"),
    [
        ("400_duplicate_ids_in_batch", Rejected, "DUPLICATE_IDS", None),
        ("400_invalid_option_ticket_category", Rejected, "INVALID_OPTION", "hs_ticket_category"),
        ("400_missing_conditional_required_2026-09", Rejected, "MISSING_CONDITIONAL_REQUIRED_PROPERTY", "my_property"),
        ("400_read_only_value", Rejected, "READ_ONLY_VALUE", "hs_unique_creation_key"),
        ("400_task_required_property", Rejected, "REQUIRED_PROPERTY", "hs_timestamp"),
        ("400_unique_value_conflict", Rejected, "CONFLICTING_UNIQUE_VALUE", "email"),
        ("401_invalid_authentication", Unauthorized, None, None),
        ("409_contact_exists", Rejected, "CONFLICT", None),
        ("429_secondly", Throttled, None, None),
        ("429_ten_secondly_rolling", Throttled, None, None),
    ],
)
def test_recorded_refusals(name: str, kind: type[ServiceError], code: str | None, property_name: str | None) -> None:
    problem = decipher(CALLS[0], sample(f"errors/{name}", int(name[:3])))
    assert type(problem) is kind
    assert (getattr(problem, "code", None), getattr(problem, "property_name", None)) == (code, property_name)


def test_an_owner_without_a_name_is_read() -> None:
    row = {"id": 41629779, "email": "ana@example.com", "userId": None, "firstName": "", "archived": True}
    body = {"results": [row], "paging": {"next": {"after": "500", "link": "/crm/v3/x"}}}
    page = wire_portal.owners(archived=True, after=None).read(answer(json.dumps(body).encode()))
    assert page.after == "500"
    assert (page.owners[0].id, page.owners[0].archived, page.owners[0].last_name) == ("41629779", True, None)


def test_a_pipeline_says_which_stages_are_closed() -> None:
    stage = {"id": "4", "label": "Closed", "metadata": {"ticketState": "CLOSED", "isClosed": True}}
    body = {"results": [{"id": "0", "label": "Support", "stages": [stage, {"id": "1", "label": "New"}]}]}
    (pipeline,) = wire_portal.pipelines("tickets").read(answer(json.dumps(body).encode()))
    assert [each.ticket_state for each in pipeline.stages] == ["CLOSED", None]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
KEYS = ("id", "properties", "objectWriteTraceId", "new", "from", "to", "label", "name", "type", "stages", "options")
rows = st.lists(st.dictionaries(st.sampled_from(KEYS), anything) | anything, max_size=4)
bodies = st.binary() | (
    anything
    | st.fixed_dictionaries({}, optional={"results": rows | anything, "errors": rows | anything, "paging": anything})
).map(lambda tree: json.dumps(tree).encode())


@given(st.sampled_from(CALLS), st.sampled_from([200, 201, 207]), bodies)
def test_no_answer_raises_anything_but_a_service_error(asked: Call[object], status: int, body: bytes) -> None:
    with suppress(ServiceError):
        asked.read(answer(body, status))
