"""Writes that were refused, not delivered, or applied without our hearing of it: what follows is not lost by them."""

from __future__ import annotations

import json

import pytest
from tests.stories.stage import Stage, set_stage

from zenhub_sync.jobs.import_tickets import IMPORT
from zenhub_sync.jobs.refresh_tickets import REFRESH
from zenhub_sync.sandbox.faults import Fault
from zenhub_sync.sandbox.seed import seed_many
from zenhub_sync.sandbox.seeded import Accounts
from zenhub_sync.transport.errors import Unavailable

_REFUSAL = json.dumps(
    {"status": "error", "category": "VALIDATION_ERROR", "message": "no", "correlationId": "1", "errors": []}
).encode()
_WRITES = "/tickets/batch/(update|upsert)$"


@pytest.fixture
def database_url(tmp_path: object) -> str:
    return f"sqlite:///{tmp_path}/zenhub-sync.db"


def furnished(stage: Stage) -> Accounts:
    world = seed_many(stage.sandbox, tickets=20)
    stage.setup()
    stage.import_()
    return world


def refuse(stage: Stage, identity: str, path: str = _WRITES) -> Fault:
    """Let HubSpot refuse every request that speaks of this record, until the faults are cleared."""
    word = json.dumps(identity).encode()
    return stage.sandbox.faults.add(
        "answer", path=path, status=400, body=_REFUSAL, count=None, where=lambda request: word in request.body
    )


def go_down(stage: Stage, service: str = "hubspot", *, path: str = _WRITES) -> Fault:
    return stage.sandbox.faults.add("answer", service=service, path=path, status=503, count=None)


def fail(stage: Stage) -> None:
    assert isinstance(stage.run(REFRESH).error, Unavailable)


def with_status(stage: Stage, world: Accounts, status: str) -> int:
    return next(number for number in world.tickets if stage.sandbox.desk.ticket(number)["status"] == status)


def test_a_create_that_was_refused_is_followed_by_the_next_one_past_its_link_and_its_task(database_url: str) -> None:
    """The newer write stands behind the link and the task in the lane, and both wait for what it makes."""
    with set_stage(database_url) as stage:
        world = seed_many(stage.sandbox, tickets=20)
        number = world.offered[0]
        stage.sandbox.desk.rate(number, points=1)
        stage.setup()
        refuse(stage, str(number), "/tickets/batch/upsert$")
        assert stage.import_().parked == 1

        stage.sandbox.faults.clear()
        stage.sandbox.desk.touch(number)
        report = stage.import_()

        assert (report.parked, report.waiting) == (0, 0)
        portal = stage.sandbox.portal
        assert len(portal.associated("tickets", stage.hubspot_id(number), "companies")) == 1
        assert len(stage.tasks_of(number)) == 1
        assert stage.hubspot_ticket(number)["hs_pipeline_stage"] == "zenhub_contato_cs"


@pytest.mark.parametrize("status", [502, 504])
def test_a_stage_that_was_written_without_our_hearing_of_it_is_still_ours(database_url: str, status: int) -> None:
    with set_stage(database_url) as stage:
        number = with_status(stage, furnished(stage), "open")
        stage.sandbox.desk.set_status(number, "pending")
        stage.sandbox.faults.add("answer_after", path=_WRITES, status=status, count=None)
        stage.run(REFRESH)
        assert stage.hubspot_ticket(number)["hs_pipeline_stage"] == "zenhub_pending", "it was applied"

        stage.sandbox.faults.clear()
        for after in ("solved", "open"):
            stage.sandbox.desk.set_status(number, after)
            stage.refresh()

            assert stage.hubspot_ticket(number)["hs_pipeline_stage"] == f"zenhub_{after}"


def test_a_persons_move_between_two_unheard_writes_stays(database_url: str) -> None:
    with set_stage(database_url) as stage:
        number = with_status(stage, furnished(stage), "open")
        stage.sandbox.desk.set_status(number, "pending")
        stage.sandbox.faults.add("answer_after", path=_WRITES, status=502, count=None)
        stage.run(REFRESH)
        stage.sandbox.faults.clear()
        stage.sandbox.portal.update("tickets", stage.hubspot_id(number), {"hs_pipeline_stage": "zenhub_hold"})

        stage.sandbox.desk.set_status(number, "solved")
        stage.refresh()

        assert stage.hubspot_ticket(number)["hs_pipeline_stage"] == "zenhub_hold"
        assert stage.hubspot_ticket(number)["zendesk_status"] == "solved"


def test_a_persons_move_out_of_contato_cs_is_not_undone_by_a_write_that_was_refused_once(database_url: str) -> None:
    with set_stage(database_url) as stage:
        number = furnished(stage).offered[0]
        stage.sandbox.desk.rate(number, points=1)
        stage.refresh()
        ticket_id = stage.hubspot_id(number)
        stage.sandbox.portal.update("tickets", ticket_id, {"hs_pipeline_stage": "zenhub_hold"})
        refuse(stage, ticket_id)
        stage.sandbox.desk.edit(number, subject="Outro assunto")
        assert stage.refresh().parked == 1

        stage.sandbox.faults.clear()
        stage.sandbox.desk.edit(number, subject="Ainda outro assunto")
        stage.refresh()

        assert stage.hubspot_ticket(number)["subject"] == "Ainda outro assunto"
        assert stage.hubspot_ticket(number)["hs_pipeline_stage"] == "zenhub_hold"


def test_the_time_of_a_rating_is_not_lost_with_the_write_that_carried_it(database_url: str) -> None:
    with set_stage(database_url) as stage:
        number = furnished(stage).offered[0]
        stage.sandbox.desk.rate(number, score="good")
        refuse(stage, stage.hubspot_id(number))
        assert stage.refresh().parked == 1

        stage.sandbox.faults.clear()
        stage.sandbox.desk.edit(number, subject="Outro assunto")
        stage.refresh()

        assert stage.hubspot_ticket(number)["zendesk_csat_at"] != ""


def test_a_link_that_was_refused_does_not_overtake_a_newer_one(database_url: str) -> None:
    with set_stage(database_url) as stage:
        world = seed_many(stage.sandbox, tickets=20)
        number = world.tickets[0]
        old = stage.sandbox.desk.ticket(number)["organization_id"]
        new = next(each for each in world.companies if each != old)
        stage.setup()
        refuse(stage, world.companies[old], "/associations/")
        assert stage.import_().parked > 0
        stage.sandbox.faults.clear()
        stage.sandbox.desk.edit(number, organization_id=new)
        stage.refresh()
        stage.clock.advance(25 * 3600)

        stage.refresh()

        linked = stage.sandbox.portal.associated("tickets", stage.hubspot_id(number), "companies")
        assert 26 in linked[world.companies[new]], "the primary company is the newer one"


def test_what_was_decided_before_is_delivered_even_if_zendesk_cannot_be_reached(database_url: str) -> None:
    with set_stage(database_url) as stage:
        number = with_status(stage, furnished(stage), "open")
        stage.sandbox.desk.set_status(number, "pending")
        go_down(stage)
        fail(stage)
        stage.sandbox.faults.clear()
        go_down(stage, "zendesk", path="/incremental/")

        fail(stage)

        assert stage.hubspot_ticket(number)["hs_pipeline_stage"] == "zenhub_pending"


def test_a_cursor_that_zendesk_no_longer_takes_costs_nothing(database_url: str) -> None:
    with set_stage(database_url) as stage:
        number = with_status(stage, furnished(stage), "open")
        stage.sandbox.desk.set_status(number, "pending")
        refused = stage.sandbox.faults.add(
            "answer", path="/incremental/", status=400, where=lambda request: "cursor" in request.query
        )

        stage.done(IMPORT)

        assert refused.fired == 1
        assert stage.hubspot_ticket(number)["hs_pipeline_stage"] == "zenhub_pending"


def test_a_completed_task_does_not_take_the_place_of_words_that_were_not_delivered(database_url: str) -> None:
    """The write that brings the stage back carries no words; what waited with the refused one must still arrive."""
    with set_stage(database_url) as stage:
        number = furnished(stage).offered[0]
        stage.sandbox.desk.rate(number, points=1)
        stage.refresh()
        refuse(stage, stage.hubspot_id(number))
        stage.sandbox.desk.edit(number, subject="Outro assunto")
        assert stage.refresh().parked == 1
        stage.sandbox.faults.clear()
        (task,) = stage.tasks_of(number)
        stage.sandbox.portal.update("tasks", task, {"hs_task_status": "COMPLETED"})

        stage.refresh()
        stage.clock.advance(25 * 3600)
        stage.refresh()

        assert stage.hubspot_ticket(number)["hs_pipeline_stage"] == "zenhub_solved"
        assert stage.hubspot_ticket(number)["subject"] == "Outro assunto"
