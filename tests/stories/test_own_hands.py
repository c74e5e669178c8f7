"""Rules 3 and 5: what people do in HubSpot with their own hands stays done, and the worker says what it overrides."""

from __future__ import annotations

import httpx
import pytest
from tests.stories.stage import Stage, set_stage

from zenhub_sync.config import Config
from zenhub_sync.errors import ConfigProblem
from zenhub_sync.sandbox.seed import seed_many


def begin(stage: Stage) -> int:
    """Import a few tickets; return one that is about to be rated."""
    world = seed_many(stage.sandbox, tickets=20)
    stage.setup()
    stage.import_()
    return world.offered[0]


def escalate(stage: Stage, number: int) -> str:
    """Let it be rated badly; return its task."""
    stage.sandbox.desk.rate(number, points=1, comment="Demorou")
    stage.refresh()
    (task,) = stage.tasks_of(number)
    return task


def stage_of(stage: Stage, number: int) -> str:
    return stage.hubspot_ticket(number)["hs_pipeline_stage"]


def complete(stage: Stage, task: str) -> None:
    stage.sandbox.portal.update("tasks", task, {"hs_task_status": "COMPLETED"})
    stage.refresh()


def test_a_configured_stage_takes_the_ticket_after_the_contact_until_its_status_changes(database_url: str) -> None:
    after = {"id": "cs_contatado", "label": "CS contatado"}
    config = Config.model_validate({"hubspot": {"pipeline": {"after_contact": after}}})
    with set_stage(database_url, config) as stage:
        number = begin(stage)
        complete(stage, escalate(stage, number))
        assert stage_of(stage, number) == "cs_contatado"

        stage.sandbox.desk.edit(number, subject="Outro assunto")
        stage.refresh()
        assert (stage_of(stage, number), stage.hubspot_ticket(number)["subject"]) == ("cs_contatado", "Outro assunto")

        stage.sandbox.desk.set_status(number, "open")
        stage.refresh()
        assert stage_of(stage, number) == "zenhub_open"


def test_a_completed_task_brings_the_ticket_back_to_the_stage_of_its_custom_status(database_url: str) -> None:
    config = Config.model_validate({"zendesk": {"custom_statuses": {"Aguardando parceiro": "hold"}}})
    with set_stage(database_url, config) as stage:
        waiting = stage.sandbox.desk.add_custom_status("solved", "Aguardando parceiro")
        number = begin(stage)
        task = escalate(stage, number)
        stage.sandbox.desk.set_status(number, "solved", custom_status_id=waiting)
        stage.refresh()
        assert stage_of(stage, number) == "zenhub_contato_cs"
        complete(stage, task)
        assert stage_of(stage, number) == "zenhub_hold"


def test_an_escalation_takes_the_ticket_out_of_a_persons_stage_and_says_so(database_url: str) -> None:
    with set_stage(database_url) as stage:
        number = begin(stage)
        stage.sandbox.portal.update("tickets", stage.hubspot_id(number), {"hs_pipeline_stage": "zenhub_pending"})
        escalate(stage, number)
        assert stage_of(stage, number) == "zenhub_contato_cs"
        ((_, task),) = stage.tasks_of(number).items()
        assert "estava em outra etapa “Aguardando cliente”, escolhida por uma pessoa" in task["hs_task_body"]


def test_an_ordinary_escalation_says_nothing_of_stages(database_url: str) -> None:
    with set_stage(database_url) as stage:
        number = begin(stage)
        escalate(stage, number)
        ((_, task),) = stage.tasks_of(number).items()
        assert "outra etapa" not in task["hs_task_body"]


def test_a_renamed_pipeline_and_a_renamed_stage_are_found_by_id(database_url: str) -> None:
    with set_stage(database_url) as stage:
        number = begin(stage)
        rename(stage, "zenhub_support", "Atendimento")
        rename(stage, "zenhub_support/stages/zenhub_open", "Com o suporte")
        stage.sandbox.desk.set_status(number, "open")
        stage.refresh()
        assert stage_of(stage, number) == "zenhub_open"


def test_a_stage_that_is_not_there_is_named_with_those_that_are(database_url: str) -> None:
    with set_stage(database_url) as stage:
        number = begin(stage)
        stage.config = Config.model_validate({"hubspot": {"pipeline": {"stages": {"pending": "Parado"}}}})
        stage.sandbox.desk.set_status(number, "pending")
        with pytest.raises(ConfigProblem, match=r"no stage for pending \('Parado'\); it has 'Novo' \(zenhub_new\), "):
            stage.refresh()


def test_a_ticket_that_a_person_archived_is_not_made_again(database_url: str) -> None:
    with set_stage(database_url) as stage:
        number = begin(stage)
        archived = stage.hubspot_id(number)
        stage.sandbox.portal.archive("tickets", archived)
        stage.sandbox.desk.edit(number, subject="Outro assunto")
        assert stage.refresh().parked == 1
        assert stage.sandbox.portal.find("tickets", "zendesk_ticket_id", str(number)) == ()

        stage.sandbox.portal.restore("tickets", archived)
        stage.clock.advance(2 * 3600)
        assert stage.refresh().parked == 0
        assert stage.hubspot_ticket(number)["subject"] == "Outro assunto"


def test_where_the_configuration_wants_it_back_it_is_made_again_whole_and_once(database_url: str) -> None:
    config = Config.model_validate({"hubspot": {"recreate_archived": True}})
    with set_stage(database_url, config) as stage:
        number = begin(stage)
        task = escalate(stage, number)
        before = stage.hubspot_ticket(number)
        portal = stage.sandbox.portal
        companies = set(portal.associated("tickets", stage.hubspot_id(number), "companies"))
        archived = stage.hubspot_id(number)
        portal.archive("tickets", archived)
        stage.sandbox.desk.edit(number, subject="Outro assunto")
        stage.refresh()
        assert stage.refresh().parked == 0

        assert stage.hubspot_id(number) != archived
        after = stage.hubspot_ticket(number)
        same = (
            "zendesk_ticket_id",
            "zendesk_csat",
            "zendesk_status",
            "hs_pipeline_stage",
            "zenhub_task_key",
            "zenhub_task_id",
        )
        assert {name: after[name] for name in same} == {name: before[name] for name in same}
        assert (after["subject"], after["zenhub_task_id"]) == ("Outro assunto", task)
        assert set(portal.associated("tickets", stage.hubspot_id(number), "companies")) == companies
        assert len(portal.find("tasks", "hs_task_status", "NOT_STARTED")) == 1
        written = len(stage.writes())
        stage.refresh()
        assert len(stage.writes()) == written


def rename(stage: Stage, what: str, label: str) -> None:
    """Let an admin rename a pipeline or a stage."""
    answer = httpx.patch(
        f"{stage.sandbox.base_url}/crm/pipelines/2026-09/tickets/{what}",
        headers={"Authorization": "Bearer pat-na1-sandbox"},
        json={"label": label, "metadata": {}} if "stages" in what else {"label": label},
    )
    assert answer.status_code == 200, answer.text


def test_tickets_that_zendesk_does_not_show_one_by_one_hold_up_no_refresh(database_url: str) -> None:
    config = Config.model_validate({"hubspot": {"recreate_archived": True}})
    with set_stage(database_url, config) as stage:
        number = begin(stage)
        stage.sandbox.portal.archive("tickets", stage.hubspot_id(number))
        stage.sandbox.desk.edit(number, subject="Outro assunto")
        stage.refresh()
        stage.sandbox.faults.add("answer", path="/tickets/show_many", status=403, count=100)
        other = number + 1
        stage.sandbox.desk.edit(other, subject="Mais um assunto")

        stage.refresh()

        assert stage.hubspot_ticket(other)["subject"] == "Mais um assunto"
