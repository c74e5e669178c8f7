"""History comes beside the service: resumable, in its own range, and without disturbing the live cursors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from itertools import count
from random import Random
from typing import Any

import pytest
from tests.fakes.asking import Reluctant, Scattered
from tests.stories.stage import NOON, Stage, set_stage

from zenhub_sync.cli.status_page import describe, lines
from zenhub_sync.config import Config
from zenhub_sync.errors import LeaseHeld, SafetyLimit, ZenhubError
from zenhub_sync.jobs.backfill_tickets import Step, run_backfill
from zenhub_sync.jobs.import_tickets import IMPORT
from zenhub_sync.jobs.report import Outcome, Report
from zenhub_sync.jobs.run_job import JobRun
from zenhub_sync.jobs.spans import Span
from zenhub_sync.jobs.worker import JobOptions
from zenhub_sync.sandbox.http import Request
from zenhub_sync.store.opening import open_store, read_overview
from zenhub_sync.transport.asking import Asking
from zenhub_sync.wiring import build_worker, open_accounts

DAY = timedelta(days=1)
ALL = Span(since=NOON - 400 * DAY)

_runs = count(1)


@pytest.fixture
def stage(database_url: str) -> Iterator[Stage]:
    """Forty tickets of as many days, the oldest first; ten a page."""
    with set_stage(database_url, Config.model_validate({"zendesk": {"per_page": 10}})) as stage:
        desk = stage.sandbox.desk
        with desk.at(NOON - 50 * DAY):
            customer = desk.add_user(name="Ana", email="ana@cliente.com.br")
        for age in range(40, 0, -1):
            with desk.at(NOON - age * DAY):
                desk.add_ticket(subject=f"Há {age} dias", requester_id=customer, status="open")
        stage.setup()
        yield stage


def backfill(
    stage: Stage, span: Span, *, steps: list[Step] | None = None, asking: Asking | None = None, **options: Any
) -> JobRun:
    store = open_store(stage.database_url)
    try:
        with open_accounts(stage.settings, stage.config, stage.clock, Random(0)) as accounts:
            worker = build_worker(stage.settings, stage.config, accounts, store, stage.clock, asking or stage.asking)
            watch = steps.append if steps is not None else _unseen
            ended = run_backfill(worker, span, JobOptions(**options), f"backfill-{next(_runs)}", watch)
    finally:
        store.close()
    assert stage.sandbox.crashes == []
    return ended


def _unseen(_: Step) -> None:
    """Look at no step."""


def done(stage: Stage, span: Span, **options: Any) -> Report:
    ended = backfill(stage, span, **options)
    if ended.error is not None:
        raise ended.error
    return ended.report


def with_fallback(stage: Stage) -> Config:
    owner = stage.sandbox.portal.add_owner("ops@acme.example", "Ana", "Ops")
    return Config.model_validate({"owners": {"fallback": owner}, "zendesk": {"per_page": 10}})


def mirrored(stage: Stage) -> set[int]:
    portal = stage.sandbox.portal
    ids = [int(portal.properties_of("tickets", each)["zendesk_ticket_id"]) for each in portal.ids("tickets")]
    assert len(ids) == len(set(ids)), "one HubSpot ticket per Zendesk ticket"
    return set(ids)


def stage_of(stage: Stage, number: int) -> str:
    return str(stage.sandbox.portal.properties_of("tickets", stage.hubspot_id(number))["hs_pipeline_stage"])


def rate_badly(stage: Stage, number: int, *, age: int) -> None:
    desk = stage.sandbox.desk
    with desk.at(NOON - age * DAY):
        desk.set_status(number, "solved")
        desk.offer_survey(number)
        desk.rate(number, points=1)


def test_a_range_brings_what_changed_last_within_it_and_nothing_of_its_end(stage: Stage) -> None:
    report = done(stage, Span(since=NOON - 30 * DAY, until=NOON - 20 * DAY))

    assert mirrored(stage) == set(range(11, 21)), "the ticket of the very first moment is in, that of the last is not"
    assert (report.outcome, report.tally.read, report.tally.created) == (Outcome.OK, 10, 10)
    assert report.document()["range"] == {
        "since": "2026-10-23T12:00:00Z",
        "until": "2026-11-02T12:00:00Z",
        "finished": True,
    }


def test_a_finished_range_is_not_read_again_unless_it_is_forced(stage: Stage) -> None:
    done(stage, ALL)
    stage.sandbox.forget_requests()

    again = done(stage, ALL)

    assert (stage.sandbox.requests, again.tally.read, again.span and again.span.ended) == ([], 0, True)
    assert done(stage, ALL, force=True).tally.unchanged == 40


def test_a_refusal_counts_no_more_once_the_range_was_forced_to_its_end(stage: Stage) -> None:
    rate_badly(stage, 40, age=1)
    stage.config = Config.model_validate({"safety": {"max_escalations_per_run": 0}, "zendesk": {"per_page": 10}})
    assert isinstance(backfill(stage, ALL).error, SafetyLimit)
    assert refusal(stage) not in {None, ""}

    assert done(stage, ALL, force=True).tally.opened == 1

    assert refusal(stage) == ""


def refusal(stage: Stage) -> str | None:
    """Return what the store keeps of a refused run over all of history."""
    store = open_store(stage.database_url)
    try:
        return store.fact(f"safety:{ALL.name}")
    finally:
        store.close()


def test_the_live_cursors_stay_where_they_are(stage: Stage) -> None:
    stage.import_()
    store = open_store(stage.database_url)
    before = {cursor.name: cursor for cursor in store.overview().cursors}

    done(stage, ALL)

    assert {cursor.name: cursor for cursor in store.overview().cursors} == before
    store.close()
    assert mirrored(stage) == set(range(1, 41))


def test_the_first_refresh_begins_where_a_backfill_of_everything_ended(stage: Stage) -> None:
    done(stage, ALL)
    assert stage.refresh().tally.read <= 10, "one page, not all that was just read"
    stage.clock.advance(120)
    stage.sandbox.desk.set_status(1, "solved")
    stage.clock.advance(120)

    assert stage.refresh().tally.updated == 1
    assert stage_of(stage, 1) == "zenhub_solved"


def test_no_change_is_lost_that_came_while_a_backfill_was_interrupted(stage: Stage) -> None:
    stage.sandbox.faults.add("answer", path="/incremental/", status=403, nth=4)
    assert isinstance(backfill(stage, ALL).error, ZenhubError)
    stage.sandbox.desk.set_status(1, "solved")
    stage.clock.advance(3600)
    done(stage, ALL)

    assert stage_of(stage, 1) == "zenhub_solved"


@pytest.mark.parametrize(
    "span",
    [Span(since=NOON - 400 * DAY, until=NOON - 5 * DAY), Span(since=NOON - 20 * DAY)],
    ids=["it has an end", "it begins later than a first refresh does"],
)
def test_a_backfill_of_less_than_a_first_refresh_reads_spares_it_nothing(stage: Stage, span: Span) -> None:
    done(stage, span)

    assert all(cursor.name != "refresh" for cursor in stage.overview().cursors)


@pytest.mark.parametrize("page", [1, 2, 3, 4])
def test_an_interrupted_backfill_goes_on_where_it_was(stage: Stage, page: int) -> None:
    stage.sandbox.faults.add("answer", path="/incremental/", status=403, nth=page)
    assert isinstance(backfill(stage, ALL).error, ZenhubError)
    assert len(mirrored(stage)) == 10 * (page - 1)
    stage.sandbox.forget_requests()

    report = done(stage, ALL)

    assert mirrored(stage) == set(range(1, 41))
    assert report.tally.read == 40 - 10 * (page - 1), "nothing is read twice"


@pytest.mark.parametrize("seed", range(5))
def test_a_page_that_cannot_be_had_costs_none_of_those_before_it(stage: Stage, seed: int) -> None:
    stage.sandbox.faults.add("answer", path="/incremental/", status=403, nth=4)

    ended = backfill(stage, ALL, asking=Scattered(seed))

    assert isinstance(ended.error, ZenhubError)
    assert mirrored(stage) == set(range(1, 31)), "what was read is not thrown away for what was not"


def test_a_range_is_finished_when_its_last_page_was_delivered_and_not_before(stage: Stage) -> None:
    stage.sandbox.faults.add("answer", path="/tickets/batch/upsert", status=401, nth=4)
    assert isinstance(backfill(stage, ALL).error, ZenhubError)
    assert len(mirrored(stage)) == 30

    again = done(stage, ALL)

    assert mirrored(stage) == set(range(1, 41)), "who calls it once more is not told that there is nothing to do"
    assert (again.span and again.span.ended) is True


def test_status_says_how_an_unfinished_backfill_goes_on(stage: Stage) -> None:
    stage.sandbox.faults.add("answer", path="/incremental/", status=403, nth=3)
    backfill(stage, ALL)
    unfinished = status_of(stage)
    done(stage, ALL)

    assert "zenhub-sync backfill --since 2025-10-18 goes on" in unfinished
    assert "goes on" not in status_of(stage)


def status_of(stage: Stage) -> str:
    return "\n".join(lines(describe(read_overview(stage.database_url), {}, stage.clock.now()), stage.config.zone))


def test_a_live_import_gets_its_turn_between_two_pages_and_its_newer_word_stays(stage: Stage) -> None:
    def meanwhile(request: Request) -> None:
        if "/incremental/" in request.path and len(seen) < 2:
            seen.append(request.path)
            if len(seen) == 2:
                stage.sandbox.desk.set_status(15, "solved")
                imported.append(stage.import_())

    seen: list[str] = []
    imported: list[Report] = []
    stage.sandbox.on_request = meanwhile

    report = done(stage, ALL)

    assert imported[0].outcome is Outcome.OK
    assert mirrored(stage) == set(range(1, 41))
    assert stage.hubspot_ticket(15)["hs_pipeline_stage"] == "zenhub_solved"
    assert report.outcome is Outcome.OK


def test_a_turn_that_another_run_has_is_waited_for(stage: Stage) -> None:
    def give_it_back(request: Request) -> None:
        if "/incremental/" in request.path:
            stack.enter_context(other.lease())
            stage.sandbox.on_request = None

    other = open_store(stage.database_url)
    with ExitStack() as stack:
        stage.sandbox.on_request = give_it_back
        ended = backfill(stage, ALL)
    other.close()

    assert isinstance(ended.error, LeaseHeld), "an hour is long enough for any run"
    assert mirrored(stage) == set()
    assert done(stage, ALL).tally.created == 40


def test_two_backfills_of_one_range_follow_each_other_instead_of_reading_it_twice(stage: Stage) -> None:
    def another(request: Request) -> None:
        if "/incremental/" in request.path and len(pages) < 3:
            pages.append(request.path)
            if len(pages) == 3:
                stage.sandbox.on_request = None
                done(stage, ALL)

    pages: list[str] = []
    stage.sandbox.on_request = another

    report = done(stage, ALL)

    assert mirrored(stage) == set(range(1, 41))
    assert (report.tally.read, report.span and report.span.ended) == (20, True)


@pytest.mark.parametrize("seed", range(4))
def test_the_portal_is_read_again_every_few_minutes_though_nobody_wants_the_turn(stage: Stage, seed: int) -> None:
    def take_long(request: Request) -> None:
        if "/incremental/" in request.path:
            stage.clock.advance(50)

    stage.config = Config.model_validate({"zendesk": {"per_page": 2}})
    stage.sandbox.forget_requests()
    stage.sandbox.on_request = take_long

    done(stage, ALL, asking=Scattered(seed))

    asked = [path for _, _, path, _ in stage.sandbox.requests]
    assert sum("pipelines" in path for path in asked) >= 3, "twenty pages took a thousand seconds"


def test_old_bad_ratings_open_no_task_and_young_ones_do(stage: Stage) -> None:
    rate_badly(stage, 10, age=20)
    rate_badly(stage, 20, age=2)
    stage.config = with_fallback(stage)

    report = done(stage, ALL)

    assert (report.tally.opened, report.tally.suppressed) == (1, 1)
    assert (len(stage.tasks_of(10)), len(stage.tasks_of(20))) == (0, 1)


def test_a_dry_run_counts_all_shows_some_and_writes_nothing(stage: Stage) -> None:
    with stage.sandbox.desk.at(NOON - 5 * DAY):
        for number in range(20):
            stage.sandbox.desk.add_ticket(subject=f"Mais {number}", requester_id=None)

    report = done(stage, ALL, dry_run=True)

    assert (report.tally.created, len(report.plan)) == (60, 40)
    assert mirrored(stage) == set()
    assert stage.run(IMPORT).error is None, "no cursor was made"


def test_the_steps_tell_how_far_it_is(stage: Stage) -> None:
    steps: list[Step] = []

    backfill(stage, Span(since=NOON - 40 * DAY, until=NOON), steps=steps)

    assert [step.read for step in steps] == [10, 20, 30, 40]
    assert [(step.reached - step.since).days for step in steps] == [9, 19, 29, 40]


def test_a_lost_answer_is_waited_for_without_the_lock(stage: Stage) -> None:
    rate_badly(stage, 40, age=1)
    stage.config = with_fallback(stage)
    stage.sandbox.faults.add("after", path="/2026-09/tasks$", method="POST")

    report = done(stage, ALL)

    assert report.outcome is Outcome.OK
    assert len(stage.tasks_of(40)) == 1


def test_links_go_two_thousand_at_a_time_also_where_every_turn_is_short(database_url: str) -> None:
    with set_stage(database_url, Config.model_validate({"zendesk": {"per_page": 1000}})) as stage:
        desk, portal = stage.sandbox.desk, stage.sandbox.portal
        company = portal.create("companies", {"name": "Acme", "domain": "acme.example"})
        with desk.at(NOON - 50 * DAY):
            organization = desk.add_organization("Acme", domain_names=("acme.example",))
            for number in range(2001):
                desk.add_ticket(subject=f"Caso {number}", requester_id=None, organization_id=organization)
        stage.setup()
        stage.sandbox.forget_requests()

        assert backfill(stage, ALL, asking=Reluctant()).error is None

        asked = [
            path for _, _, path, _ in stage.sandbox.requests if "/incremental/" in path or "/associations/" in path
        ]
        last_page = max(at for at, path in enumerate(asked) if "/incremental/" in path)
        assert any("/associations/" in path for path in asked[:last_page]), "they do not wait for the end of history"
        assert len(portal.associated("companies", company, "tickets")) == 2001
