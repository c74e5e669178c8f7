"""Rules 4 and 7: whom a task goes to, that it follows, and that it is never taken out of anybody's hands."""

from __future__ import annotations

from typing import Any

from tests.stories.stage import Stage, set_stage

from zenhub_sync.cli.status_page import describe
from zenhub_sync.config import Config
from zenhub_sync.sandbox.seed import seed_many
from zenhub_sync.sandbox.seeded import Accounts

_PARENT_OF = 13
_DAY = 24 * 3600


def begin(stage: Stage) -> tuple[Accounts, int, str]:
    """Let a ticket be there that is about to be rated badly; return it with its company."""
    world = seed_many(stage.sandbox, tickets=20)
    stage.setup()
    stage.import_()
    number = world.offered[0]
    return world, number, world.companies[stage.sandbox.desk.ticket(number)["organization_id"]]


def escalate(stage: Stage, number: int) -> None:
    stage.sandbox.desk.rate(number, points=1, comment="Demorou")
    stage.refresh()


def task_of(stage: Stage, number: int) -> tuple[str, dict[str, Any]]:
    ((task, said),) = stage.tasks_of(number).items()
    return task, dict(said)


def give(stage: Stage, kind: str, record: str, owner: str) -> None:
    stage.sandbox.portal.update(kind, record, {"hubspot_owner_id": owner})


def status(stage: Stage) -> dict[str, Any]:
    with stage.worker() as worker:
        return describe(worker.store.overview(), {}, stage.clock.now())


def test_the_csm_of_the_company_comes_first_where_the_configuration_names_one(database_url: str) -> None:
    config = Config.model_validate({"owners": {"csm_property": "csm_da_conta"}})
    with set_stage(database_url, config) as stage:
        _, number, company = begin(stage)
        csm = stage.sandbox.portal.add_owner("carla@cs.example", "Carla", "Dias")
        stage.sandbox.portal.define("companies", "csm_da_conta")
        stage.sandbox.portal.update("companies", company, {"csm_da_conta": csm})
        escalate(stage, number)
        _, task = task_of(stage, number)
        assert task["hubspot_owner_id"] == csm
        assert "você é o CSM da empresa" in task["hs_task_body"]


def test_the_owner_of_the_parent_company_takes_the_place_of_one_who_left(database_url: str) -> None:
    with set_stage(database_url) as stage:
        world, number, company = begin(stage)
        parent_owner = stage.sandbox.portal.add_owner("paula@cs.example", "Paula", "Reis")
        stage.sandbox.portal.create(
            "companies", {"name": "Matriz", "hubspot_owner_id": parent_owner}, [("companies", company, _PARENT_OF)]
        )
        stage.sandbox.portal.archive_owner(world.owner_of[company])
        escalate(stage, number)
        _, task = task_of(stage, number)
        assert task["hubspot_owner_id"] == parent_owner
        assert "cujo usuário no HubSpot está desativado" in task["hs_task_body"]
        assert "Você é o proprietário da empresa matriz." in task["hs_task_body"]


def test_with_nobody_left_it_is_parked_named_by_status_and_follows_the_next_owner(database_url: str) -> None:
    with set_stage(database_url) as stage:
        _, number, company = begin(stage)
        give(stage, "companies", company, "")
        escalate(stage, number)
        document = status(stage)
        assert [parked["ticket"] for parked in document["parked"]] == [number]
        assert "the company has no owner" in document["parked"][0]["reason"]
        assert document["companies_without_owner"] == [
            {"company_id": company, "reason": "company_without_owner", "escalations": 1}
        ]

        owner = stage.sandbox.portal.add_owner("novo@cs.example", "Novo", "Dono")
        give(stage, "companies", company, owner)
        stage.refresh()

        assert task_of(stage, number)[1]["hubspot_owner_id"] == owner
        assert (status(stage)["parked"], status(stage)["companies_without_owner"]) == ([], [])


def test_an_untouched_task_follows_a_new_owner_once_and_says_so(database_url: str) -> None:
    with set_stage(database_url) as stage:
        _, number, company = begin(stage)
        escalate(stage, number)
        owner = stage.sandbox.portal.add_owner("novo@cs.example", "Novo", "Dono")
        give(stage, "companies", company, owner)

        stage.refresh()

        _, task = task_of(stage, number)
        assert task["hubspot_owner_id"] == owner
        lines = task["hs_task_body"].splitlines()
        assert "transferida automaticamente para Novo Dono" in lines[-2]
        assert lines[-1] == f"ref zenhub:escalation:{number}:1"
        written = len(stage.writes())
        stage.refresh()
        assert len(stage.writes()) == written


def test_a_task_comes_back_with_its_owner(database_url: str) -> None:
    with set_stage(database_url) as stage:
        world, number, company = begin(stage)
        escalate(stage, number)
        other = stage.sandbox.portal.add_owner("novo@cs.example", "Novo", "Dono")
        for owner in (other, world.owner_of[company], other):
            give(stage, "companies", company, owner)
            stage.clock.advance(_DAY)
            stage.refresh()
            assert task_of(stage, number)[1]["hubspot_owner_id"] == owner


def test_a_new_owner_of_a_company_that_had_one_is_followed_within_a_day(database_url: str) -> None:
    with set_stage(database_url) as stage:
        world, number, company = begin(stage)
        escalate(stage, number)
        stage.refresh()
        owner = stage.sandbox.portal.add_owner("novo@cs.example", "Novo", "Dono")
        give(stage, "companies", company, owner)

        stage.refresh()
        assert task_of(stage, number)[1]["hubspot_owner_id"] == world.owner_of[company]

        stage.clock.advance(_DAY - 600)  # the same hour of the next day, a little early
        stage.refresh()
        assert task_of(stage, number)[1]["hubspot_owner_id"] == owner


def test_a_task_of_the_fallback_goes_to_the_owner_who_appears(database_url: str) -> None:
    config = Config.model_validate({"owners": {"fallback": "plantao@cs.example"}})
    with set_stage(database_url, config) as stage:
        world, number, company = begin(stage)
        fallback = stage.sandbox.portal.add_owner("plantao@cs.example", "Plantão", "CS")
        give(stage, "companies", company, "")
        escalate(stage, number)
        assert task_of(stage, number)[1]["hubspot_owner_id"] == fallback
        assert [each["company_id"] for each in status(stage)["companies_without_owner"]] == [company]
        stage.refresh()  # the day's look at all of them

        give(stage, "companies", company, world.owner_of[company])
        stage.refresh()

        assert task_of(stage, number)[1]["hubspot_owner_id"] == world.owner_of[company]
        assert status(stage)["companies_without_owner"] == []


def test_a_task_of_an_owner_who_is_deactivated_goes_on_within_a_day(database_url: str) -> None:
    config = Config.model_validate({"owners": {"fallback": "plantao@cs.example"}})
    with set_stage(database_url, config) as stage:
        world, number, company = begin(stage)
        fallback = stage.sandbox.portal.add_owner("plantao@cs.example", "Plantão", "CS")
        escalate(stage, number)
        stage.sandbox.portal.archive_owner(world.owner_of[company])
        stage.clock.advance(25 * 3600)
        stage.refresh()
        assert task_of(stage, number)[1]["hubspot_owner_id"] == fallback


def _untouchable(stage: Stage, change: dict[str, str]) -> tuple[str, str]:
    """Let a person touch the task, and the company have a new owner then; return who has the task, and who had it."""
    _, number, company = begin(stage)
    escalate(stage, number)
    task, before = task_of(stage, number)
    stage.sandbox.portal.update("tasks", task, change)
    owner = stage.sandbox.portal.add_owner("novo@cs.example", "Novo", "Dono")
    give(stage, "companies", company, owner)
    written = len(stage.writes())
    stage.refresh()
    assert len(stage.writes()) == written
    return task_of(stage, number)[1]["hubspot_owner_id"], before["hubspot_owner_id"]


def test_a_task_that_was_begun_stays(database_url: str) -> None:
    with set_stage(database_url) as stage:
        now, before = _untouchable(stage, {"hs_task_status": "IN_PROGRESS"})
        assert now == before


def test_a_task_that_a_person_gave_to_somebody_stays_there(database_url: str) -> None:
    with set_stage(database_url) as stage:
        colleague = stage.sandbox.portal.add_owner("colega@cs.example", "Colega", "CS")
        now, _ = _untouchable(stage, {"hubspot_owner_id": colleague})
        assert now == colleague


def test_tasks_stay_where_the_configuration_says_so(database_url: str) -> None:
    with set_stage(database_url, Config.model_validate({"owners": {"follow": False}})) as stage:
        now, before = _untouchable(stage, {})
        assert now == before


def test_open_tasks_cost_hubspot_one_request_where_nothing_changed(database_url: str) -> None:
    with set_stage(database_url) as stage:
        _, number, _ = begin(stage)
        escalate(stage, number)
        stage.refresh()
        assert stage.refresh().requests.hubspot == 1
