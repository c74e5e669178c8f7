"""A run that lost its turn, a run that was refused, and a portal that is another one: nothing gets past these."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest
from pydantic import SecretStr
from tests.stories.stage import Stage, set_stage

from zenhub_sync.config import Config
from zenhub_sync.errors import ConfigProblem, SafetyLimit, ZenhubError
from zenhub_sync.jobs.import_tickets import IMPORT
from zenhub_sync.jobs.refresh_tickets import REFRESH
from zenhub_sync.jobs.run_job import JobRun, run_job
from zenhub_sync.jobs.worker import JobOptions
from zenhub_sync.sandbox.http import Request
from zenhub_sync.sandbox.seed import seed_many
from zenhub_sync.sandbox.seeded import Accounts
from zenhub_sync.store.engine import open_engine
from zenhub_sync.store.leases import Lease, LeaseLost
from zenhub_sync.store.opening import open_store
from zenhub_sync.store.store import Store
from zenhub_sync.transport.asking import in_threads
from zenhub_sync.wiring import build_worker, open_accounts


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with set_stage(f"sqlite:///{tmp_path}/zenhub-sync.db") as stage:
        yield stage


def furnished(stage: Stage, tickets: int = 20) -> Accounts:
    world = seed_many(stage.sandbox, tickets=tickets)
    stage.setup()
    stage.import_()
    return world


def configured(**changes: Any) -> Config:
    return Config.model_validate(changes)


class Overslept(Store):
    """A store whose holder was stopped for longer than its lease lasts, just after it got it."""

    @contextmanager
    def lease(self) -> Iterator[Lease]:
        with super().lease() as held:
            held.good_until = 0.0
            yield held


def run_overslept(stage: Stage) -> JobRun:
    stage.clock.advance(61)
    store = Overslept(open_engine(stage.database_url))
    try:
        with open_accounts(stage.settings, stage.config, stage.clock, Random(0)) as accounts:
            worker = build_worker(stage.settings, stage.config, accounts, store, stage.clock)
            return run_job(worker, REFRESH, JobOptions(), "overslept")
    finally:
        store.close()


def test_a_run_that_was_stopped_past_its_lease_sends_nothing_to_hubspot(stage: Stage) -> None:
    world = furnished(stage)
    stage.sandbox.desk.set_status(world.offered[1], "open")
    stage.sandbox.desk.rate(world.offered[0], points=1)
    stage.sandbox.forget_requests()

    ended = run_overslept(stage)

    assert isinstance(ended.error, LeaseLost)
    assert [path for service, _, path, _ in stage.sandbox.requests if service == "hubspot"] == []
    stage.refresh()
    assert len(stage.tasks_of(world.offered[0])) == 1
    assert stage.hubspot_ticket(world.offered[1])["hs_pipeline_stage"] == "zenhub_open"


def _refused_twice(stage: Stage) -> Accounts:
    """Rate five tickets badly, one a page, with room for two."""
    stage.config = configured(safety={"max_escalations_per_run": 2}, zendesk={"per_page": 1})
    world = furnished(stage)
    for number in world.offered[:5]:
        stage.sandbox.desk.rate(number, points=1)
    for _ in range(3):
        assert isinstance(stage.run(REFRESH).error, SafetyLimit)
        assert len(stage.sandbox.portal.ids("tasks")) == 2, "what was applied before the limit stays, and no more"
    return world


def test_a_limit_is_not_passed_by_running_again_but_by_raising_it(stage: Stage) -> None:
    world = _refused_twice(stage)
    stage.config = configured(safety={"max_escalations_per_run": 5}, zendesk={"per_page": 1})

    stage.refresh()

    assert {len(stage.tasks_of(number)) for number in world.offered[:5]} == {1}


def test_a_limit_is_passed_with_force_and_counts_from_nothing_then(stage: Stage) -> None:
    world = _refused_twice(stage)

    stage.refresh(force=True)

    assert {len(stage.tasks_of(number)) for number in world.offered[:5]} == {1}
    for number in world.offered[:2]:
        stage.sandbox.desk.rate(number, points=5)
    stage.refresh()
    for number in world.offered[:2]:
        stage.sandbox.desk.rate(number, points=1)
    stage.refresh()
    assert {len(stage.tasks_of(number)) for number in world.offered[:2]} == {2}, "two are within the limit again"


@pytest.mark.parametrize("job", [IMPORT, REFRESH], ids=lambda job: job.name)
def test_another_portal_is_refused_even_if_there_is_nothing_to_write(stage: Stage, job: Any) -> None:
    furnished(stage)
    stage.config = configured(hubspot={"portal_id": 999})

    refused = stage.run(job)

    assert isinstance(refused.error, ConfigProblem)
    assert "hubspot.portal_id says 999" in str(refused.error)


def asked_for_the_portal(stage: Stage) -> int:
    """Run a refresh, and return how often it asked which portal this is."""
    stage.sandbox.forget_requests()
    stage.refresh()
    return sum("/account-info/" in path for _, _, path, _ in stage.sandbox.requests)


def test_which_portal_a_key_belongs_to_is_asked_once_a_day(stage: Stage) -> None:
    furnished(stage)
    stage.config = configured(hubspot={"portal_id": 24601})
    asked = [asked_for_the_portal(stage) for _ in range(3)]
    stage.clock.advance(24 * 3600 - 600)
    assert [*asked, asked_for_the_portal(stage)] == [1, 0, 0, 1]


@pytest.mark.parametrize("change", ["key", "portal"])
def test_what_was_asked_of_one_key_and_one_portal_says_nothing_of_others(stage: Stage, change: str) -> None:
    furnished(stage)
    stage.config = configured(hubspot={"portal_id": 24601})
    stage.refresh()
    if change == "key":
        other = stage.settings.hubspot.model_copy(update={"token": SecretStr("pat-na1-of-another")})
        stage.settings = stage.settings.model_copy(update={"hubspot": other})
    else:
        stage.config = configured(hubspot={"portal_id": 999})
    stage.sandbox.forget_requests()

    refused = stage.run(REFRESH)

    assert isinstance(refused.error, ZenhubError)
    assert refused.error.exit_code == 3
    assert {path.split("/")[1] for service, _, path, _ in stage.sandbox.requests if service == "hubspot"} == {
        "account-info"
    }


def test_ctrl_c_waits_for_what_is_on_the_wire_and_sends_nothing_after_it(stage: Stage) -> None:
    def press(request: Request) -> None:
        if request.method == "POST" and request.path.endswith("/tasks"):
            stage.sandbox.on_request = None
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    world = furnished(stage, tickets=120)
    for number in world.offered:
        stage.sandbox.desk.rate(number, points=1)
    stage.sandbox.on_request = press

    ended = run_in_threads(stage)
    made = sum(len(stage.tasks_of(number)) for number in world.offered)

    assert isinstance(ended.error, KeyboardInterrupt)
    assert 0 < made < len(world.offered)
    stage.refresh()
    assert [len(stage.tasks_of(number)) for number in world.offered] == [1] * len(world.offered)


def run_in_threads(stage: Stage) -> JobRun:
    stage.clock.advance(61)
    with (
        closing(open_store(stage.database_url)) as store,
        open_accounts(stage.settings, stage.config, stage.clock, Random(0)) as accounts,
        in_threads() as asking,
    ):
        worker = build_worker(stage.settings, stage.config, accounts, store, stage.clock, asking)
        return run_job(worker, REFRESH, JobOptions(), "interrupted")
