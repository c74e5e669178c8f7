"""With several pages on their way, a run that ends early leaves what one page after the other would have left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.fakes.asking import Scattered
from tests.stories.stage import NOON, Stage, set_stage
from tests.stories.test_backfill import ALL, backfill

from zenhub_sync.config import Config
from zenhub_sync.errors import SafetyLimit
from zenhub_sync.jobs.import_tickets import IMPORT
from zenhub_sync.jobs.run_job import JobRun
from zenhub_sync.store.opening import open_store
from zenhub_sync.transport.errors import ServiceError

_SEEDS = range(8)
_PAGE = 10


@pytest.fixture(params=_SEEDS)
def stage(request: pytest.FixtureRequest, database_url: str) -> Iterator[Stage]:
    """Forty tickets of the last days, ten a page, each page of a customer; the 5th and the 35th were rated badly."""
    config = {"zendesk": {"per_page": _PAGE}, "safety": {"max_escalations_per_run": 1}}
    with set_stage(database_url, Config.model_validate(config)) as stage:
        stage.asking = Scattered(request.param)
        owner = stage.sandbox.portal.add_owner("ops@acme.example", "Ana", "Ops")
        stage.config = Config.model_validate(config | {"owners": {"fallback": owner}})
        desk = stage.sandbox.desk
        with desk.at(NOON - timedelta(days=6)):
            for page in range(4):
                stage.sandbox.portal.create("contacts", {"email": f"ana@cliente{page}.com.br"})
            customers = [desk.add_user(name="Ana", email=f"ana@cliente{page}.com.br") for page in range(4)]
        for number in range(1, 41):
            with desk.at(NOON - timedelta(days=5) + timedelta(hours=number)):
                desk.add_ticket(
                    subject=f"Ticket {number}", requester_id=customers[(number - 1) // _PAGE], status="solved"
                )
                if number in {5, 35}:
                    desk.offer_survey(number)
                    desk.rate(number, points=1)
        stage.setup()
        yield stage


def delivered(stage: Stage) -> tuple[list[int], int, int]:
    """Return which tickets are in HubSpot, how many tasks, and how much waits to be delivered."""
    portal = stage.sandbox.portal
    numbers = sorted(int(portal.properties_of("tickets", i)["zendesk_ticket_id"]) for i in portal.ids("tickets"))
    return numbers, len(portal.ids("tasks")), stage.overview().live_effects


def run(stage: Stage, job: str) -> JobRun:
    return stage.run(IMPORT) if job == "import" else backfill(stage, ALL)


@pytest.mark.parametrize("job", ["import", "backfill"])
@pytest.mark.parametrize("page", [2, 4])
def test_a_page_that_cannot_be_fetched_keeps_none_before_it_from_hubspot(stage: Stage, job: str, page: int) -> None:
    stage.sandbox.faults.add("answer", path="/incremental/", status=403, nth=page)
    assert isinstance(run(stage, job).error, ServiceError)
    assert delivered(stage) == (list(range(1, _PAGE * (page - 1) + 1)), 1, 0)


def test_a_page_that_a_safety_limit_refuses_keeps_none_before_it_from_hubspot(stage: Stage) -> None:
    assert isinstance(stage.run(IMPORT).error, SafetyLimit)
    assert delivered(stage) == (list(range(1, 31)), 1, 0)


def test_a_look_up_that_fails_keeps_no_page_before_it_from_hubspot(stage: Stage) -> None:
    stage.sandbox.faults.add("answer", path="/contacts/companies/batch/read", status=403, nth=3)
    assert isinstance(stage.run(IMPORT).error, ServiceError)
    numbers, tasks, waiting = delivered(stage)
    assert numbers == list(range(1, len(numbers) + 1))
    assert (len(numbers) % _PAGE, tasks, waiting) == (0, 1, 0)


@pytest.mark.parametrize("wanted", [True, False])
def test_a_backfill_gives_its_turn_back_where_it_is_wanted_and_only_there(stage: Stage, wanted: bool) -> None:
    """A long turn of many pages becomes one of a page each, with a pause after it in which another run gets in."""
    store = open_store(stage.database_url)
    if wanted:
        store.want_turn(3600.0)
    begun = stage.clock.epoch()
    backfill(stage, ALL)
    paused = stage.clock.epoch() - begun
    store.close()
    assert paused >= 3.0 if wanted else paused < 1.0
