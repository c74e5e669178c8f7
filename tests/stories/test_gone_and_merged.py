"""What people archive, merge, delete or mend in HubSpot and Zendesk while an escalation is on its way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.stories.stage import Stage, set_stage

from zenhub_sync.config import Config
from zenhub_sync.sandbox.seed import seed_company
from zenhub_sync.sandbox.seeded import Seeded


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with set_stage(f"sqlite:///{tmp_path}/zenhub-sync.db") as stage:
        yield stage


def furnished(stage: Stage) -> Seeded:
    world = seed_company(stage.sandbox)
    stage.setup()
    stage.import_()
    return world


def owned(world: Seeded) -> int:
    """Return a solved ticket, not rated yet, whose company has an owner."""
    return next(number for number in world.offered if number not in {world.ownerless, world.owner_left})


def _archive_the_contact(stage: Stage, company: str, contact: str) -> None:
    stage.sandbox.portal.archive("contacts", contact)


def _archive_the_company(stage: Stage, company: str, contact: str) -> None:
    stage.sandbox.portal.archive("companies", company)


def _merge_the_company(stage: Stage, company: str, contact: str) -> None:
    _survive(stage, "companies", company, {"name": "Nova", "hubspot_owner_id": _first_owner(stage)})


def _merge_the_contact(stage: Stage, company: str, contact: str) -> None:
    _survive(stage, "contacts", contact, {"email": "nova@nova.com.br"})


def _survive(stage: Stage, kind: str, loser: str, values: dict[str, str]) -> None:
    stage.sandbox.portal.merge(kind, stage.sandbox.portal.create(kind, values), loser)


def _first_owner(stage: Stage) -> str:
    return stage.sandbox.portal.add_owner("nova.dona@nuvemsoft.example", "Nova", "Dona")


@pytest.mark.parametrize(
    ("mishap", "linked"),
    [
        (_archive_the_contact, (1, 1, 0)),
        (_archive_the_company, (1, 0, 1)),
        (_merge_the_company, (1, 1, 1)),
        (_merge_the_contact, (1, 1, 1)),
    ],
)
def test_a_company_or_contact_that_is_gone_or_merged_holds_up_no_task(
    stage: Stage, mishap: Callable[[Stage, str, str], None], linked: tuple[int, int, int]
) -> None:
    world = furnished(stage)
    stage.config = Config.model_validate({"owners": {"fallback": next(iter(world.owners))}})
    number, portal = owned(world), stage.sandbox.portal
    (company,) = portal.associated("tickets", stage.hubspot_id(number), "companies")
    (contact,) = portal.associated("tickets", stage.hubspot_id(number), "contacts")
    mishap(stage, company, contact)
    stage.sandbox.desk.rate(number, points=1)

    report = stage.refresh()

    assert (report.parked, report.waiting) == (0, 0)
    ((task_id, task),) = stage.tasks_of(number).items()
    assert task["hubspot_owner_id"]
    assert stage.hubspot_ticket(number)["zenhub_task_id"] == task_id
    found = (len(portal.associated("tasks", task_id, kind)) for kind in ("tickets", "companies", "contacts"))
    assert tuple(found) == linked


@pytest.mark.parametrize("touched", [False, True], ids=["at rest", "after an update by the system"])
def test_an_escalation_without_a_company_follows_once_the_company_names_its_organization(
    stage: Stage, touched: bool
) -> None:
    world = furnished(stage)
    number = world.unknown_company
    stage.sandbox.desk.rate(number, points=1)
    assert stage.refresh().parked == 1
    if touched:
        stage.clock.advance(7200)
        stage.sandbox.desk.touch(number)
        assert stage.refresh().parked == 1
    organization = str(stage.sandbox.desk.ticket(number)["organization_id"])
    owner = next(iter(world.owners.values()))
    values = {"name": "Desconhecida", "hubspot_owner_id": owner, "zendesk_organization_id": organization}
    company = stage.sandbox.portal.create("companies", values)

    report = stage.refresh()

    assert report.parked == 0
    ((task_id, task),) = stage.tasks_of(number).items()
    assert task["hubspot_owner_id"] == owner
    assert set(stage.sandbox.portal.associated("tasks", task_id, "companies")) == {company}
    assert company in stage.sandbox.portal.associated("tickets", stage.hubspot_id(number), "companies")


def test_a_hubspot_ticket_that_a_person_merged_goes_on_following(stage: Stage) -> None:
    number = furnished(stage).pending
    portal = stage.sandbox.portal
    pipeline = {"hs_pipeline": "zenhub_support", "hs_pipeline_stage": "zenhub_open"}
    other = portal.create("tickets", {"subject": "Aberto à mão", **pipeline})
    before = stage.hubspot_id(number)
    portal.merge("tickets", before, other)
    assert stage.hubspot_id(number) != before

    stage.sandbox.desk.edit(number, subject="Depois da fusão")
    report = stage.refresh()
    assert (report.parked, report.waiting) == (0, 0)
    stage.sandbox.desk.set_status(number, "solved")
    stage.refresh()

    assert stage.hubspot_ticket(number)["subject"] == "Depois da fusão"
    assert stage.hubspot_ticket(number)["hs_pipeline_stage"] == "zenhub_solved"


def test_a_hubspot_ticket_that_a_person_merged_still_gets_its_task(stage: Stage) -> None:
    number, portal = owned(furnished(stage)), stage.sandbox.portal
    pipeline = {"hs_pipeline": "zenhub_support", "hs_pipeline_stage": "zenhub_open"}
    portal.merge("tickets", stage.hubspot_id(number), portal.create("tickets", {"subject": "À mão", **pipeline}))
    stage.sandbox.desk.rate(number, points=1)

    report = stage.refresh()

    assert (report.parked, report.waiting) == (0, 0)
    assert len(stage.tasks_of(number)) == 1
    assert stage.hubspot_ticket(number)["hs_pipeline_stage"] == "zenhub_contato_cs"


def _delete(stage: Stage, number: int) -> None:
    stage.sandbox.desk.delete(number)


def _rate_good(stage: Stage, number: int) -> None:
    stage.sandbox.desk.rate(number, points=5)


@pytest.mark.parametrize(("end", "back_in"), [(_delete, "zenhub_closed"), (_rate_good, "zenhub_solved")])
def test_an_escalation_whose_reason_is_gone_before_its_task_was_made_is_withdrawn(
    stage: Stage, end: Callable[[Stage, int], None], back_in: str
) -> None:
    number = furnished(stage).ownerless
    stage.sandbox.desk.rate(number, points=1)
    assert stage.refresh().parked == 1
    end(stage, number)

    stage.refresh()
    report = stage.refresh()

    assert (report.parked, report.waiting) == (0, 0)
    assert stage.hubspot_ticket(number)["hs_pipeline_stage"] == back_in
    assert stage.sandbox.portal.ids("tasks") == ()


def test_a_withdrawn_escalation_that_is_bad_again_is_a_new_case(stage: Stage) -> None:
    world = furnished(stage)
    number = world.ownerless
    for points in (1, 5):
        stage.sandbox.desk.rate(number, points=points)
        stage.refresh()
    stage.config = Config.model_validate({"owners": {"fallback": next(iter(world.owners))}})
    stage.sandbox.desk.rate(number, points=2)

    report = stage.refresh()

    assert (report.parked, report.waiting) == (0, 0)
    (task,) = stage.tasks_of(number).values()
    assert task["hs_task_body"].splitlines()[-1] == f"ref zenhub:escalation:{number}:2"


@pytest.mark.parametrize(("points", "tasks"), [(4, 1), (5, 0)])
def test_a_threshold_above_what_zendesk_calls_bad_counts(stage: Stage, points: int, tasks: int) -> None:
    stage.config = Config.model_validate({"rules": {"low_csat": {"points_at_most": 4}}})
    number = owned(furnished(stage))
    stage.sandbox.desk.rate(number, points=points)

    stage.refresh()

    assert stage.hubspot_ticket(number)["zendesk_csat"] == "good"
    assert len(stage.tasks_of(number)) == tasks
