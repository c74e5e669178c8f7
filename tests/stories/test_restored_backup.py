"""A store that is older than HubSpot: yesterday's backup, or one whose answers left something out."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.stories.stage import Stage, set_stage

from zenhub_sync.sandbox.seed import seed_company, seed_many
from zenhub_sync.sandbox.seeded import Accounts

_NOTHING = b'{"status": "COMPLETE", "results": [], "startedAt": "2026-11-22T12:00:00Z"}'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "zenhub-sync.db"


@pytest.fixture
def stage(file: Path) -> Iterator[Stage]:
    with set_stage(f"sqlite:///{file}") as stage:
        yield stage


def furnished(stage: Stage) -> Accounts:
    world = seed_many(stage.sandbox, tickets=20)
    stage.setup()
    stage.import_()
    return world


def open_ones(stage: Stage, world: Accounts) -> list[int]:
    return [number for number in world.tickets if stage.sandbox.desk.ticket(number)["status"] == "open"]


def restore(backup: Path, file: Path) -> None:
    for suffix in ("-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
    shutil.copy(backup, file)


def test_yesterdays_backup_makes_no_second_task_and_freezes_no_stage(stage: Stage, file: Path) -> None:
    world = furnished(stage)
    stage.refresh()
    backup = Path(shutil.copy(file, file.with_suffix(".backup")))
    desk, portal = stage.sandbox.desk, stage.sandbox.portal
    rated, followed, changed_since, persons = world.offered[0], *open_ones(stage, world)[:3]
    desk.rate(rated, points=1, comment="Ruim")
    for number in (followed, changed_since):
        desk.set_status(number, "pending")
    stage.refresh()
    tasks = portal.ids("tasks")
    assert len(tasks) == 1
    portal.update("tickets", stage.hubspot_id(persons), {"hs_pipeline_stage": "zenhub_hold"})

    restore(backup, file)
    for number in (changed_since, persons):
        desk.set_status(number, "solved")
    stage.refresh()
    desk.set_status(followed, "open")
    report = stage.refresh()

    assert portal.ids("tasks") == tasks
    assert (report.parked, report.waiting) == (0, 0)
    stages = {number: stage.hubspot_ticket(number)["hs_pipeline_stage"] for number in world.tickets}
    assert stages[rated] == "zenhub_contato_cs"
    assert (stages[followed], stages[changed_since], stages[persons]) == ("zenhub_open", "zenhub_solved", "zenhub_hold")
    assert stage.hubspot_ticket(rated)["zenhub_task_id"] == tasks[0]


def test_yesterdays_backup_does_not_bring_back_a_task_that_was_completed_or_deleted(stage: Stage, file: Path) -> None:
    world = furnished(stage)
    stage.refresh()
    backup = Path(shutil.copy(file, file.with_suffix(".backup")))
    done, deleted = world.offered[:2]
    for number in (done, deleted):
        stage.sandbox.desk.rate(number, points=1)
    stage.refresh()
    ((done_task, _),) = stage.tasks_of(done).items()
    ((deleted_task, _),) = stage.tasks_of(deleted).items()
    stage.sandbox.portal.update("tasks", done_task, {"hs_task_status": "COMPLETED"})
    stage.sandbox.portal.archive("tasks", deleted_task)
    stage.refresh()

    restore(backup, file)
    for _ in range(2):
        report = stage.refresh()

    assert stage.sandbox.portal.ids("tasks") == (done_task,)
    assert (report.parked, report.waiting) == (0, 0)
    for number in (done, deleted):
        assert stage.hubspot_ticket(number)["hs_pipeline_stage"] == "zenhub_solved"


def test_a_read_that_leaves_tickets_out_makes_no_second_ticket_and_no_second_task(stage: Stage, file: Path) -> None:
    """The store is lost, and HubSpot says of its tickets neither that they are there nor that they are not."""
    world = furnished(stage)
    stage.sandbox.desk.rate(world.offered[0], points=1)
    stage.refresh()
    moved = open_ones(stage, world)[0]
    stage.sandbox.portal.update("tickets", stage.hubspot_id(moved), {"hs_pipeline_stage": "zenhub_hold"})
    tickets, tasks = stage.sandbox.portal.ids("tickets"), stage.sandbox.portal.ids("tasks")
    stage.database_url = f"sqlite:///{file.with_name('new.db')}"
    silent = stage.sandbox.faults.add("answer", path="/tickets/batch/read$", status=200, body=_NOTHING)

    report = stage.import_()

    assert silent.fired == 1
    assert report.parked == 20, "each waits, visibly, until HubSpot says"
    assert (stage.sandbox.portal.ids("tickets"), stage.sandbox.portal.ids("tasks")) == (tickets, tasks)
    stage.clock.advance(2 * 3600)
    assert stage.import_().parked == 0
    assert (stage.sandbox.portal.ids("tickets"), stage.sandbox.portal.ids("tasks")) == (tickets, tasks)
    assert stage.hubspot_ticket(moved)["hs_pipeline_stage"] == "zenhub_hold"
    assert stage.hubspot_ticket(world.offered[0])["hs_pipeline_stage"] == "zenhub_contato_cs"


@pytest.mark.parametrize("nth", [1, 2], ids=["its body", "its owner"])
def test_a_task_that_answers_leave_out_is_read_again_and_no_second_one_made(stage: Stage, nth: int) -> None:
    world = furnished(stage)
    stage.sandbox.desk.rate(world.offered[0], points=1)
    stage.sandbox.faults.add("after", method="POST", path="/2026-09/tasks$")
    silent = stage.sandbox.faults.add(
        "answer", path="/objects/.*/tasks/batch/read$", status=200, body=_NOTHING, nth=nth
    )

    report = stage.refresh()

    assert silent.fired == 1
    assert (report.parked, report.waiting) == (0, 0)
    assert len(stage.sandbox.portal.ids("tasks")) == 1
    assert stage.hubspot_ticket(world.offered[0])["zenhub_task_id"] == stage.sandbox.portal.ids("tasks")[0]


def test_rated_well_after_its_task_and_badly_while_the_store_was_lost_is_a_new_case(stage: Stage, file: Path) -> None:
    number = furnished(stage).offered[0]
    stage.sandbox.desk.rate(number, points=1)
    stage.refresh()
    (task,) = stage.tasks_of(number)
    stage.sandbox.portal.update("tasks", task, {"hs_task_status": "COMPLETED"})
    stage.refresh()
    stage.sandbox.desk.rate(number, points=5)
    stage.refresh()
    stage.database_url = f"sqlite:///{file.with_name('new.db')}"
    stage.sandbox.desk.rate(number, points=1)
    stage.import_()
    assert len(stage.tasks_of(number)) == 2


def test_a_lost_store_does_not_tell_a_task_again_what_it_will_say(stage: Stage, file: Path) -> None:
    rated = seed_company(stage.sandbox).ownerless
    stage.setup()
    stage.import_()
    stage.sandbox.desk.rate(rated, points=1, comment="Ninguém respondeu")
    assert stage.refresh().parked == 1
    for each in file.parent.glob(f"{file.name}*"):
        each.unlink()

    assert stage.import_().parked == 1, "the task of a company without owner, and no note for it"


@pytest.mark.parametrize("days", [1, 10], ids=["lately", "long ago"])
@pytest.mark.parametrize(
    ("points", "stage_then", "status"),
    [(1, "zenhub_contato_cs", "NOT_STARTED"), (5, "zenhub_solved", "COMPLETED")],
    ids=["still bad", "good by now"],
)
def test_among_many_new_tickets_the_one_with_an_open_task_is_known_again(
    stage: Stage, file: Path, points: int, stage_then: str, status: str, days: int
) -> None:
    """All others of the page are new to HubSpot, so that nothing else of it shows that there was an earlier store."""
    world = seed_many(stage.sandbox, tickets=450)
    stage.setup()
    number = world.offered[-1]
    stage.sandbox.desk.rate(number, points=1)
    stage.import_()
    (task,) = stage.tasks_of(number)
    for other in world.tickets:
        if other != number:
            stage.sandbox.portal.archive("tickets", stage.hubspot_id(other))
    if points > 1:
        stage.sandbox.desk.rate(number, points=points)
    stage.clock.advance(days * 86400)
    stage.database_url = f"sqlite:///{file.with_name('new.db')}"

    assert stage.import_().parked == 0

    assert stage.hubspot_ticket(number)["hs_pipeline_stage"] == stage_then
    ((same, told),) = stage.tasks_of(number).items()
    assert (same, told["hs_task_status"]) == (task, status)


def test_a_lost_store_does_not_take_a_new_bad_rating_for_one_that_was_seen_to_long_ago(
    stage: Stage, file: Path
) -> None:
    """The number of the escalation stands in HubSpot alone, on one of many tickets that were rated well long ago."""
    world = seed_many(stage.sandbox, tickets=450)
    stage.setup()
    number, desk, portal = world.offered[-1], stage.sandbox.desk, stage.sandbox.portal
    desk.rate(number, points=1)
    stage.import_()
    (first,) = stage.tasks_of(number)
    portal.update("tasks", first, {"hs_task_status": "COMPLETED"})
    for rated in world.offered:
        desk.rate(rated, points=5)
    stage.refresh()
    for other in world.tickets:
        if other != number:
            portal.archive("tickets", stage.hubspot_id(other))
    stage.clock.advance(20 * 86400)
    stage.database_url = f"sqlite:///{file.with_name('new.db')}"
    stage.import_()

    desk.rate(number, points=1)
    stage.import_()

    told = {task: each["hs_task_status"] for task, each in stage.tasks_of(number).items()}
    assert (len(told), told.pop(first), *told.values()) == (2, "COMPLETED", "NOT_STARTED")
