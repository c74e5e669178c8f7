"""What goes wrong in real life, and what becomes of the tickets then."""

from __future__ import annotations

from tests.stories.stage import Stage, set_stage

from zenhub_sync.config import Config
from zenhub_sync.errors import ConfigProblem, SafetyLimit
from zenhub_sync.jobs.import_tickets import IMPORT
from zenhub_sync.jobs.refresh_tickets import REFRESH
from zenhub_sync.jobs.report import Outcome
from zenhub_sync.sandbox.seed import seed_many
from zenhub_sync.sandbox.seeded import Accounts


def furnished(stage: Stage, tickets: int = 40) -> Accounts:
    world = seed_many(stage.sandbox, tickets=tickets)
    stage.setup()
    stage.import_()
    return world


def test_a_task_whose_answer_is_lost_is_found_again_and_not_made_twice(database_url: str) -> None:
    with set_stage(database_url) as stage:
        world = furnished(stage)
        stage.sandbox.desk.rate(world.offered[0], points=1)
        lost = stage.sandbox.faults.add("after", method="POST", path="/2026-09/tasks$")

        stage.refresh()

        assert lost.fired == 1
        assert len(stage.tasks_of(world.offered[0])) == 1
        assert len(stage.sandbox.portal.ids("tasks")) == 1
        assert stage.hubspot_ticket(world.offered[0])["zenhub_task_id"] == stage.sandbox.portal.ids("tasks")[0]


def test_a_task_that_was_never_made_is_made_once_it_is_certain(database_url: str) -> None:
    with set_stage(database_url) as stage:
        world = furnished(stage)
        stage.sandbox.desk.rate(world.offered[0], points=1)
        stage.sandbox.faults.add("answer", method="POST", path="/2026-09/tasks$", status=502, count=2)

        stage.refresh()

        assert len(stage.tasks_of(world.offered[0])) == 1


def test_one_bad_record_is_parked_alone_and_the_others_of_its_batch_are_written(database_url: str) -> None:
    with set_stage(database_url) as stage:
        world = seed_many(stage.sandbox, tickets=40)
        stage.setup()
        poisoned = world.tickets[7]
        stage.sandbox.desk.edit(poisoned, created_at="0001-01-01T00:00:00Z")
        stage.sandbox.desk.edit(poisoned, subject="x" * 70_000)

        ended = stage.run(IMPORT)

        assert ended.error is None
        assert len(stage.sandbox.portal.ids("tickets")) + ended.report.parked == 40


def test_a_lost_database_makes_no_second_ticket_and_no_second_task(database_url: str, postgres_url: str) -> None:
    with set_stage(database_url) as stage:
        world = furnished(stage)
        stage.sandbox.desk.rate(world.offered[0], points=1, comment="Péssimo")
        stage.refresh()
        stage.sandbox.portal.update("tickets", stage.hubspot_id(world.tickets[0]), {"hs_pipeline_stage": "zenhub_hold"})
        tickets, tasks = stage.sandbox.portal.ids("tickets"), stage.sandbox.portal.ids("tasks")

        stage.database_url = postgres_url
        stage.import_()
        stage.refresh()

        assert stage.sandbox.portal.ids("tickets") == tickets
        assert stage.sandbox.portal.ids("tasks") == tasks
        assert stage.hubspot_ticket(world.offered[0])["hs_pipeline_stage"] == "zenhub_contato_cs"
        assert stage.hubspot_ticket(world.tickets[0])["hs_pipeline_stage"] == "zenhub_hold", "a person's move stays"


def test_a_stage_that_a_person_chose_stays_but_properties_follow(database_url: str) -> None:
    with set_stage(database_url) as stage:
        world = furnished(stage)
        number = next(n for n in world.tickets if stage.sandbox.desk.ticket(n)["status"] == "open")
        stage.sandbox.portal.update("tickets", stage.hubspot_id(number), {"hs_pipeline_stage": "zenhub_hold"})

        stage.sandbox.desk.set_status(number, "pending")
        stage.refresh()
        stage.sandbox.desk.set_status(number, "solved")
        stage.refresh()

        assert stage.hubspot_ticket(number)["hs_pipeline_stage"] == "zenhub_hold"
        assert stage.hubspot_ticket(number)["zendesk_status"] == "solved"


def test_status_changes_do_not_take_a_ticket_out_of_contato_cs(database_url: str) -> None:
    with set_stage(database_url) as stage:
        world = furnished(stage)
        number = world.offered[0]
        stage.sandbox.desk.rate(number, points=1)
        stage.refresh()

        stage.sandbox.desk.set_status(number, "open")
        stage.refresh()

        assert stage.hubspot_ticket(number)["hs_pipeline_stage"] == "zenhub_contato_cs"
        assert stage.hubspot_ticket(number)["zendesk_status"] == "open"


def test_too_many_escalations_stop_before_anything_is_applied(database_url: str) -> None:
    config = Config.model_validate({"safety": {"max_escalations_per_run": 2}})
    with set_stage(database_url, config) as stage:
        world = furnished(stage)
        for number in world.offered[:3]:
            stage.sandbox.desk.rate(number, points=1)
        written = len(stage.writes())

        refused = stage.run(REFRESH)

        assert isinstance(refused.error, SafetyLimit)
        assert refused.report.outcome is Outcome.FAILED
        assert len(stage.writes()) == written
        forced = stage.refresh(force=True)
        assert forced.tally.opened == 3
        assert len(stage.sandbox.portal.ids("tasks")) == 3


def test_a_dry_run_plans_everything_and_writes_nothing(database_url: str) -> None:
    with set_stage(database_url) as stage:
        world = furnished(stage)
        stage.sandbox.desk.rate(world.offered[0], points=1)
        written = len(stage.writes())

        planned = stage.refresh(dry_run=True)

        assert len(stage.writes()) == written
        (change,) = planned.plan
        assert (change.zendesk_id, change.escalates, change.stage) == (world.offered[0], True, "contato_cs")
        assert stage.refresh().tally.opened == 1, "the cursor had not moved"


def test_a_portal_that_is_not_set_up_ends_the_run_before_the_cursor_moves(database_url: str) -> None:
    with set_stage(database_url) as stage:
        seed_many(stage.sandbox, tickets=5)

        refused = stage.run(IMPORT)

        assert isinstance(refused.error, ConfigProblem)
        assert "zenhub-sync setup" in str(refused.error)
        stage.setup()
        assert stage.import_().tally.created == 5


def test_setup_twice_writes_nothing_the_second_time_and_a_dry_run_never(database_url: str) -> None:
    with set_stage(database_url) as stage:
        assert len(stage.setup(dry_run=True).made) == 27
        assert stage.writes() == ()
        assert len(stage.setup().made) == 27
        written = len(stage.writes())

        assert stage.setup().made == []

        assert len(stage.writes()) == written


def test_setup_adopts_an_existing_pipeline_by_label(database_url: str) -> None:
    names = dict(zip(
        ("new", "open", "pending", "hold", "solved", "closed"),
        ("New", "Waiting on us", "Waiting on contact", "Waiting on contact", "Closed", "Closed"),
        strict=True,
    ))  # fmt: skip
    config = Config.model_validate(
        {"hubspot": {"pipeline": {"id": "0", "stages": {**names, "contato_cs": {"label": "contato CS"}}}}}
    )
    with set_stage(database_url, config) as stage:
        world = seed_many(stage.sandbox, tickets=20)
        made = stage.setup().made
        stage.import_()
        stage.sandbox.desk.rate(world.offered[0], points=1)
        stage.refresh()

        assert [name for name in made if "stage" in name or "pipeline" in name] == [
            "stage 'contato CS' (zenhub_contato_cs)"
        ]
        assert {stage.hubspot_ticket(number)["hs_pipeline"] for number in world.tickets} == {"0"}
        assert stage.hubspot_ticket(world.offered[0])["hs_pipeline_stage"] == "zenhub_contato_cs"
