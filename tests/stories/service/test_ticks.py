"""Ticks on a moved clock: what is due runs once, a missed slot is caught up once, a failed one is tried again."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from itertools import pairwise
from pathlib import Path

from tests.stories.service.ticked import instance, local, run_until
from tests.stories.stage import Stage, set_stage

from zenhub_sync.config import Config
from zenhub_sync.jobs.run_job import JobRun
from zenhub_sync.planning.slots import PAUSES
from zenhub_sync.sandbox.seed import seed_many
from zenhub_sync.store.opening import open_store
from zenhub_sync.telemetry import configure_logging


def told(runs: list[JobRun], stage: Stage) -> list[tuple[str, str, str]]:
    """Return job, local start and outcome of each run."""
    return [
        (run.report.job, f"{run.report.started_at.astimezone(stage.config.zone):%d %H:%M}", run.report.outcome.value)
        for run in runs
    ]


def test_two_days_have_one_import_and_two_refreshes_each(database_url: str) -> None:
    with set_stage(database_url) as stage:
        seed_many(stage.sandbox, tickets=40)
        stage.setup()
        runs: list[JobRun] = []
        ticker = instance(stage, runs.append)
        run_until(stage, ticker, local("2026-11-24T12:00"), every=timedelta(hours=1))

    assert told(runs, stage) == [
        ("import", "22 10:00", "ok"),
        ("refresh", "22 10:00", "ok"),
        ("refresh", "22 13:00", "ok"),
        ("import", "23 06:00", "ok"),
        ("refresh", "23 07:00", "ok"),
        ("refresh", "23 13:00", "ok"),
        ("import", "24 06:00", "ok"),
        ("refresh", "24 07:00", "ok"),
    ]


def test_after_three_days_down_each_job_is_caught_up_once(database_url: str) -> None:
    with set_stage(database_url) as stage:
        seed_many(stage.sandbox, tickets=40)
        stage.setup()
        instance(stage).tick()
        stage.clock.advance(timedelta(days=3).total_seconds())
        runs: list[JobRun] = []
        ticker = instance(stage, runs.append)
        ticker.tick()
        ticker.tick()

    assert [(job, outcome) for job, _, outcome in told(runs, stage)] == [("import", "ok"), ("refresh", "ok")]


def test_an_outage_is_tried_again_after_5_15_30_and_60_minutes_until_it_is_over(database_url: str) -> None:
    with set_stage(database_url) as stage:
        seed_many(stage.sandbox, tickets=40)
        stage.setup()
        outage = stage.sandbox.faults.add("answer", service="zendesk", status=503, count=None)
        runs: list[JobRun] = []
        ticker = instance(stage, lambda run: runs.append(run) if run.report.job == "import" else None)
        run_until(stage, ticker, stage.clock.now() + timedelta(hours=3), every=timedelta(minutes=5))
        stage.sandbox.faults.clear()
        run_until(stage, ticker, stage.clock.now() + timedelta(hours=3))

    starts = [run.report.started_at for run in runs]
    pauses = [(after - before).total_seconds() for before, after in pairwise(starts)]
    assert outage.fired > 0
    assert all(asked <= pause < asked + 600 for asked, pause in zip(PAUSES, pauses, strict=False)), pauses
    assert [run.report.outcome.value for run in runs] == ["failed"] * (len(runs) - 1) + ["ok"]
    assert len(stage.sandbox.portal.ids("tickets")) == 40


def test_a_held_lease_loses_no_slot(database_url: str) -> None:
    with set_stage(database_url) as stage:
        seed_many(stage.sandbox, tickets=40)
        stage.setup()
        runs: list[JobRun] = []
        ticker = instance(stage, runs.append)
        store = open_store(database_url, holder="another host pid 1 started 1 on elsewhere")
        with store.lease():
            ticker.tick()
            assert runs == []
        store.close()
        ticker.tick()

    assert [(job, outcome) for job, _, outcome in told(runs, stage)] == [("import", "ok"), ("refresh", "ok")]


def test_the_watch_brings_a_bad_rating_within_minutes_for_one_zendesk_request_when_nothing_is_new(
    database_url: str,
) -> None:
    config = Config.model_validate({"schedule": {"watch": "*/5 * * * *"}})
    with set_stage(database_url, config) as stage:
        world = seed_many(stage.sandbox, tickets=40)
        stage.setup()
        runs: list[JobRun] = []
        ticker = instance(stage, runs.append)
        ticker.tick()
        stage.sandbox.desk.rate(world.offered[0], points=1)
        run_until(stage, ticker, stage.clock.now() + timedelta(minutes=15), every=timedelta(minutes=5))

        watches = [run.report for run in runs if run.report.job == "watch"]
        assert sum(report.tally.opened for report in watches) == 1
        assert len(stage.tasks_of(world.offered[0])) == 1
        quiet = watches[-1]
        assert (quiet.tally.read, quiet.requests.hubspot) == (0, 0)
        assert quiet.requests.zendesk == 2, "a token of its own, and one export call"


def test_a_slot_whose_run_was_killed_is_taken_up_five_minutes_after_it_began(database_url: str) -> None:
    with set_stage(database_url) as stage:
        seed_many(stage.sandbox, tickets=40)
        stage.setup()
        runs: list[JobRun] = []
        ticker = instance(stage, runs.append)
        began = stage.clock.now()
        killed = ticker.timetable.due("import", None, began, restarted=True)
        assert killed is not None
        store = open_store(database_url)
        with store.lease() as held:
            store.claim_slot("import", None, killed, "killed", held, began.timestamp())
        store.close()
        ticker.tick()
        assert [job for job, _, _ in told(runs, stage)] == ["refresh"]
        stage.clock.advance((began + timedelta(minutes=5) - stage.clock.now()).total_seconds())
        ticker.tick()
        claim = ticker.reads.claims()["import"]

    assert [job for job, _, _ in told(runs, stage)] == ["refresh", "import"]
    assert (claim.slot, claim.attempts, claim.outcome) == (killed.slot, 2, "ok")


def test_a_database_that_is_away_is_logged_once_and_its_slots_are_run_when_it_is_back(tmp_path: Path) -> None:
    log = StringIO()
    configure_logging("WARNING", "json", log)
    with set_stage(f"sqlite:///{tmp_path / 'x.db'}") as stage:
        seed_many(stage.sandbox, tickets=40)
        stage.setup()
        ticker = instance(stage)
        (tmp_path / "x.db").rename(tmp_path / "away.db")
        for _ in range(3):
            ticker.tick()
        assert log.getvalue().count("tick_failed") == 1
        (tmp_path / "away.db").rename(tmp_path / "x.db")
        ticker.tick()

        assert {job: claim.outcome for job, claim in ticker.reads.claims().items()} == {"import": "ok", "refresh": "ok"}
