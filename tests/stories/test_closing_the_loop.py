"""Rules 5 and 6: how an escalation ends, and when a bad rating is a new case."""

from __future__ import annotations

from tests.stories.stage import Stage, set_stage

from zenhub_sync.sandbox.seed import seed_many


def escalated(stage: Stage) -> int:
    """Let a ticket be rated badly and its task be made."""
    world = seed_many(stage.sandbox, tickets=20)
    stage.setup()
    stage.import_()
    stage.sandbox.desk.rate(world.offered[0], points=1, comment="Demorou")
    stage.refresh()
    return world.offered[0]


def test_a_completed_task_brings_the_ticket_back_to_the_stage_of_its_status(database_url: str) -> None:
    with set_stage(database_url) as stage:
        number = escalated(stage)
        (task,) = stage.tasks_of(number)
        stage.sandbox.portal.update("tasks", task, {"hs_task_status": "COMPLETED"})

        report = stage.refresh()

        assert report.document()["escalations"] == {"opened": 0, "closed": 1, "suppressed": 0}
        assert stage.hubspot_ticket(number)["hs_pipeline_stage"] == "zenhub_solved"
        written = len(stage.writes())
        stage.refresh()
        assert len(stage.writes()) == written


def test_a_task_that_was_deleted_counts_as_done(database_url: str) -> None:
    with set_stage(database_url) as stage:
        number = escalated(stage)
        (task,) = stage.tasks_of(number)
        stage.sandbox.portal.archive("tasks", task)

        stage.refresh()

        assert stage.hubspot_ticket(number)["hs_pipeline_stage"] == "zenhub_solved"
        assert stage.tasks_of(number) == {}


def test_a_rating_that_turns_good_completes_the_task_with_a_note(database_url: str) -> None:
    with set_stage(database_url) as stage:
        number = escalated(stage)
        stage.sandbox.desk.rate(number, points=5)

        report = stage.refresh()

        ((_, task),) = stage.tasks_of(number).items()
        assert report.tally.closed == 1
        assert task["hs_task_status"] == "COMPLETED"
        lines = task["hs_task_body"].splitlines()
        assert "A avaliação do cliente mudou" in lines[-2]
        assert lines[-1] == f"ref zenhub:escalation:{number}:1"
        assert stage.hubspot_ticket(number)["hs_pipeline_stage"] == "zenhub_solved"
        written = len(stage.writes())
        stage.refresh()
        assert len(stage.writes()) == written


def test_a_ticket_that_a_person_took_out_of_contato_cs_stays_where_it_is(database_url: str) -> None:
    with set_stage(database_url) as stage:
        number = escalated(stage)
        stage.sandbox.portal.update("tickets", stage.hubspot_id(number), {"hs_pipeline_stage": "zenhub_hold"})
        (task,) = stage.tasks_of(number)
        stage.sandbox.portal.update("tasks", task, {"hs_task_status": "COMPLETED"})

        stage.refresh()

        assert stage.hubspot_ticket(number)["hs_pipeline_stage"] == "zenhub_hold"


def test_rated_badly_again_is_a_new_case_only_after_a_good_rating(database_url: str) -> None:
    with set_stage(database_url) as stage:
        number = escalated(stage)
        (task,) = stage.tasks_of(number)
        stage.sandbox.portal.update("tasks", task, {"hs_task_status": "COMPLETED"})
        stage.refresh()

        stage.sandbox.desk.rate(number, points=2, comment="Continuo esperando")
        stage.refresh()
        assert len(stage.tasks_of(number)) == 1, "still the same case"

        stage.sandbox.desk.rate(number, points=5)
        stage.refresh()
        stage.sandbox.desk.rate(number, points=1)
        stage.refresh()

        bodies = sorted(task["hs_task_body"].splitlines()[-1] for task in stage.tasks_of(number).values())
        assert bodies == [f"ref zenhub:escalation:{number}:1", f"ref zenhub:escalation:{number}:2"]
        assert stage.hubspot_ticket(number)["hs_pipeline_stage"] == "zenhub_contato_cs"
        assert stage.hubspot_ticket(number)["zenhub_task_key"] == f"escalation:{number}:2"
        assert stage.hubspot_ticket(number)["zenhub_task_id"] in stage.tasks_of(number)


def test_a_case_that_nobody_was_told_of_is_a_new_one_when_it_comes_back(database_url: str) -> None:
    with set_stage(database_url) as stage:
        world = seed_many(stage.sandbox, tickets=20)
        number = world.offered[0]
        company = world.companies[stage.sandbox.desk.ticket(number)["organization_id"]]
        owner = world.owner_of[company]
        stage.setup()
        stage.import_()
        stage.sandbox.portal.update("companies", company, {"hubspot_owner_id": ""})
        stage.sandbox.desk.rate(number, points=1)
        assert stage.refresh().parked == 1

        stage.sandbox.desk.rate(number, points=5)
        stage.refresh()
        stage.sandbox.portal.update("companies", company, {"hubspot_owner_id": owner})
        stage.sandbox.desk.rate(number, points=1)
        report = stage.refresh()

        ((_, task),) = stage.tasks_of(number).items()
        assert task["hs_task_body"].splitlines()[-1] == f"ref zenhub:escalation:{number}:2"
        assert report.parked == 0
