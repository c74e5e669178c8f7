"""How the sandbox's HubSpot keeps pipelines and stages."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contract.sandbox.portal_caller import Caller

from zenhub_sync.sandbox.hubspot import DEFAULT_SCOPES, PortalOptions

PIPELINES = "/crm/pipelines/2026-09/tickets"
STAGES = f"{PIPELINES}/zd/stages"


def stage(label: str, order: int = 0, state: str | None = "OPEN", **changes: Any) -> dict[str, Any]:
    metadata = {"ticketState": state} if state else {}
    return {"label": label, "displayOrder": order, "stageId": f"zd_{label.lower()}", "metadata": metadata} | changes


def pipeline(*stages: dict[str, Any], **changes: Any) -> dict[str, Any]:
    given = stages or (stage("New"), stage("Closed", 1, "CLOSED"))
    return {"label": "Suporte", "displayOrder": 1, "pipelineId": "zd", "stages": list(given)} | changes


def with_pipeline() -> Caller:
    caller = Caller()
    caller.want(201, "POST", PIPELINES, pipeline())
    return caller


def test_the_default_pipeline_is_0_with_four_stages() -> None:
    [default] = Caller().want(200, "GET", PIPELINES)["results"]
    assert default["id"] == "0"
    assert [(one["id"], one["label"], one["metadata"]["ticketState"]) for one in default["stages"]] == [
        ("1", "New", "OPEN"),
        ("2", "Waiting on contact", "OPEN"),
        ("3", "Waiting on us", "OPEN"),
        ("4", "Closed", "CLOSED"),
    ]


def test_ids_are_the_callers_and_kept_as_given() -> None:
    caller = Caller()
    long_id = "z" * 100
    made = caller.want(201, "POST", PIPELINES, pipeline(stage("A", stageId=long_id), stage("B", 1, "CLOSED")))
    read = caller.want(200, "GET", f"{PIPELINES}/zd")
    assert made["id"] == read["id"] == "zd"
    assert [one["id"] for one in read["stages"]] == [long_id, "zd_b"]
    assert read["stages"][1]["metadata"] == {"ticketState": "CLOSED", "isClosed": "true"}
    assert read["stages"][0]["writePermissions"] == "CRM_PERMISSIONS_ENFORCEMENT"


def test_ids_left_out_become_numbers() -> None:
    body = pipeline()
    del body["pipelineId"], body["stages"][0]["stageId"]
    made = Caller().want(201, "POST", PIPELINES, body)
    assert made["id"].isdigit()
    assert made["stages"][0]["id"].isdigit()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (pipeline(pipelineId="z" * 37), 500),
        (pipeline(stage("A", stageId="z" * 101), stage("B", 1, "CLOSED")), 500),
        (pipeline(stages=[]), 400),
        (pipeline(stage("A"), stage("B", 1)), 400),
        (pipeline(stage("A", 0, "open"), stage("B", 1, "CLOSED")), 400),
        (pipeline(stage("A", 0, "DONE"), stage("B", 1, "CLOSED")), 400),
        (pipeline(stage("A"), stage("a ", 1, "CLOSED", stageId="zd_b")), 400),
        (pipeline(stage("A"), stage("B", 1, "CLOSED", stageId="zd_a")), 400),
        (pipeline(stage("A", -1), stage("B", 1, "CLOSED")), 400),
        (pipeline(stage("A"), stage("B", 1, "CLOSED", stageId="4")), 409),
        (pipeline(pipelineId="0"), 400),
        (pipeline(pipelineId="default"), 409),
        (pipeline(label="support PIPELINE"), 400),
        (pipeline(label="  "), 400),
        (pipeline(displayOrder=-1), 400),
        (pipeline(*[stage(f"s{one}", one, "CLOSED") for one in range(101)]), 400),
    ],
)
def test_a_wrong_pipeline_is_refused_and_nothing_made(body: dict[str, Any], status: int) -> None:
    caller = Caller()
    caller.want(status, "POST", PIPELINES, body)
    assert len(caller.want(200, "GET", PIPELINES)["results"]) == 1


@pytest.mark.parametrize(
    ("body", "sub_category"),
    [
        (pipeline(stage("A"), stage("B", 1)), "PipelineError.MISSING_CLOSED_STAGE"),
        (pipeline(stage("A"), stage("a", 1, "CLOSED", stageId="b")), "PipelineError.STAGE_LABEL_EXISTS"),
        (pipeline(pipelineId="default"), "PipelineError.STAGE_ID_EXISTS_IN_ANOTHER_PIPELINE"),
    ],
)
def test_refusals_name_their_sub_category(body: dict[str, Any], sub_category: str) -> None:
    answer = Caller().ask("POST", PIPELINES, body)
    assert sub_category.encode() in answer.body


@pytest.mark.parametrize("missing", ["label", "displayOrder", "stages"])
def test_a_pipeline_needs_three_keys(missing: str) -> None:
    body = pipeline()
    del body[missing]
    assert missing in Caller().want(400, "POST", PIPELINES, body)["message"]


def test_a_write_echoes_the_request_and_only_a_read_tells_what_was_stored() -> None:
    caller = Caller()
    body = pipeline(stage("A", 0, None, metadata={"colour": "red"}), stage("B", 0, "CLOSED"))
    made = caller.want(201, "POST", PIPELINES, body)
    stored = caller.want(200, "GET", f"{PIPELINES}/zd")
    assert made["stages"][0]["metadata"] == {"colour": "red"}
    assert [one["displayOrder"] for one in made["stages"]] == [0, 0]
    assert stored["stages"][0]["metadata"] == {"ticketState": "OPEN", "isClosed": "false"}
    assert [one["displayOrder"] for one in stored["stages"]] == [0, 1]


@pytest.mark.parametrize(("most", "status"), [(0, 400), (1, 201)])
def test_a_plan_has_room_for_so_many_pipelines(most: int, status: int) -> None:
    caller = Caller(PortalOptions(max_custom_pipelines=most))
    caller.want(status, "POST", PIPELINES, pipeline())
    caller.want(400, "POST", PIPELINES, pipeline(pipelineId="other", label="Other", stages=[stage("X", 0, "CLOSED")]))
    rows = caller.want(200, "GET", "/crm/limits/2026-09/pipelines")["hubspotDefinedObjectTypes"]
    [tickets] = [one for one in rows if one["objectTypeId"] == "0-5"]
    assert (tickets["usage"], tickets["limit"]) == (most + 1, most + 1)


@pytest.mark.parametrize(
    "path", [f"{PIPELINES}/nope", f"{PIPELINES}/nope/stages", f"{PIPELINES}/0/stages/nope", f"{PIPELINES}/nope/audit"]
)
def test_what_is_missing_is_html_or_nothing(path: str) -> None:
    caller = Caller()
    assert caller.ask("GET", path).status == 404
    assert caller.ask("GET", path).body == b""
    caller.headers["accept"] = "*/*"
    answer = caller.ask("GET", path)
    assert (answer.status, answer.headers["content-type"]) == (404, "text/html;charset=utf-8")


def test_a_stage_is_added_behind_the_one_whose_place_it_takes() -> None:
    caller = with_pipeline()
    caller.want(201, "POST", STAGES, stage("Mid", 0))
    stages = caller.want(200, "GET", f"{PIPELINES}/zd")["stages"]
    assert [(one["label"], one["displayOrder"]) for one in stages] == [("New", 0), ("Mid", 1), ("Closed", 2)]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (stage("new", stageId="other"), 400),
        (stage("X", stageId="1"), 400),
        (stage("X", stageId="zd_new"), 400),
        (stage("X", 0, "Open"), 400),
        (stage("X", -1), 400),
        (stage("X", stageId="z" * 101), 500),
        ({"label": "X", "displayOrder": 0}, 400),
    ],
)
def test_a_wrong_stage_is_refused(body: dict[str, Any], status: int) -> None:
    caller = with_pipeline()
    caller.want(status, "POST", STAGES, body)
    assert len(caller.want(200, "GET", STAGES)["results"]) == 2


def test_a_stage_id_of_another_pipeline_is_refused_without_a_category() -> None:
    assert "category" not in with_pipeline().want(400, "POST", STAGES, stage("X", stageId="1"))


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"label": "Novo", "metadata": {}}, 200),
        ({"label": "Novo"}, 400),
        ({"label": "CLOSED", "metadata": {}}, 400),
        ({"displayOrder": -1, "metadata": {}}, 400),
        ({"archived": False, "metadata": {}}, 400),
    ],
)
def test_a_stage_change_needs_metadata_and_merges_it(body: dict[str, Any], status: int) -> None:
    caller = with_pipeline()
    caller.want(status, "PATCH", f"{STAGES}/zd_new", body)
    assert caller.want(200, "GET", f"{STAGES}/zd_new")["metadata"]["ticketState"] == "OPEN"


def test_the_last_closed_stage_stays_closed() -> None:
    caller = with_pipeline()
    caller.want(400, "PATCH", f"{STAGES}/zd_closed", {"metadata": {"ticketState": "OPEN"}})
    caller.want(400, "DELETE", f"{STAGES}/zd_closed")


def test_a_stage_in_use_cannot_be_deleted() -> None:
    caller = with_pipeline()
    ticket = caller.ticket(hs_pipeline="zd", hs_pipeline_stage="zd_new")
    refused = caller.want(400, "DELETE", f"{STAGES}/zd_new", validateReferencesBeforeDelete="false")
    assert refused["subCategory"] == "PipelineError.STAGE_ID_IN_USE"
    caller.want(400, "DELETE", f"{PIPELINES}/zd")
    caller.want(400, "PUT", f"{PIPELINES}/zd", pipeline(stage("Closed", 0, "CLOSED")))
    caller.want(
        200,
        "PATCH",
        f"/crm/objects/2026-09/tickets/{ticket}",
        {"properties": {"hs_pipeline": "0", "hs_pipeline_stage": "1"}},
    )
    caller.want(204, "DELETE", f"{STAGES}/zd_new")
    caller.want(204, "DELETE", f"{PIPELINES}/zd")
    caller.want(404, "GET", f"{PIPELINES}/zd")


def test_a_stage_is_in_use_by_what_may_come_back_from_the_recycle_bin() -> None:
    caller = with_pipeline()
    caller.portal.archive("tickets", caller.ticket(hs_pipeline="zd", hs_pipeline_stage="zd_new"))
    caller.want(400, "DELETE", f"{STAGES}/zd_new")


@pytest.mark.parametrize("path", [f"{PIPELINES}/zd/stages/nope", f"{PIPELINES}/nope/stages/nope"])
def test_deleting_a_stage_that_is_not_there_is_204(path: str) -> None:
    with_pipeline().want(204, "DELETE", path)


def test_a_replacement_deletes_the_stages_left_out() -> None:
    caller = with_pipeline()
    body = pipeline(stage("Done", 0, "CLOSED"), stage("Closed", 1, "CLOSED"), label="Renamed")
    caller.want(200, "PUT", f"{PIPELINES}/zd", body)
    read = caller.want(200, "GET", f"{PIPELINES}/zd")
    assert (read["label"], [one["id"] for one in read["stages"]]) == ("Renamed", ["zd_done", "zd_closed"])


@pytest.mark.parametrize(
    ("body", "status"), [({"label": "Novo"}, 200), ({"label": "Support Pipeline"}, 400), ({"archived": True}, 400)]
)
def test_a_pipeline_change_keeps_labels_apart(body: dict[str, Any], status: int) -> None:
    with_pipeline().want(status, "PATCH", f"{PIPELINES}/zd", body)


def test_the_pipeline_of_tasks_can_be_read_and_not_written() -> None:
    caller = Caller(PortalOptions(scopes=DEFAULT_SCOPES | {"crm.schemas.tasks.write"}))
    [tasks] = caller.want(200, "GET", "/crm/pipelines/2026-09/tasks")["results"]
    assert tasks["id"] == "3d314325-1b2a-4225-9388-375f49c57ec3"
    caller.want(400, "POST", "/crm/pipelines/2026-09/tasks", pipeline())


def test_a_pipeline_in_the_ledger_is_a_definition() -> None:
    caller = with_pipeline()
    [made] = caller.ledger.writes(action="define", kind="pipelines")
    assert (made.id, made.values["object"], made.by) == ("zd", "tickets", "api")
