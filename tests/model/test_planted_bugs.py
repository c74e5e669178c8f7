"""The blows of `test_every_point` can tell: a worker with a wrong rule, or a bug planted in its store, fails them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count

import pytest
from sqlalchemy import Engine
from tests.model.fate import Blow, Fate, Strike
from tests.model.life import Life
from tests.model.rules import A, B, C, D, E, Rule
from tests.model.simulated import SEARCH_LAG
from tests.model.tales import SMALL

from zenhub_sync.jobs.worker import Worker
from zenhub_sync.planning.marks import mark_of
from zenhub_sync.sandbox.world import World
from zenhub_sync.store.engine import open_engine
from zenhub_sync.store.leases import Lease
from zenhub_sync.store.opening import migrate_database
from zenhub_sync.store.staging import StagedPage
from zenhub_sync.store.store import Store
from zenhub_sync.telemetry import configure_logging

Fresh = Callable[[], Engine]


@pytest.fixture(autouse=True)
def quiet_log() -> None:
    configure_logging("ERROR", "json")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Fresh:
    folder, numbers = tmp_path_factory.mktemp("lives"), count()

    def make() -> Engine:
        url = f"sqlite:///{folder / f'{next(numbers)}.db'}"
        migrate_database(url)
        return open_engine(url)

    return make


@pytest.fixture(scope="module")
def calm(fresh: Fresh) -> Life:
    """Return a life in which nothing goes wrong."""
    life = Life(tale=SMALL, engine=fresh(), fate=Fate())
    life.live()
    return life


def searching(world: World, key: str) -> str | None:
    """Find a task by its mark as search does, half a minute late."""
    shown = world.clock.now().timestamp() - SEARCH_LAG
    return next(
        (
            write.id
            for write in world.ledger.writes(action="create", kind="tasks")
            if write.at.timestamp() <= shown and mark_of(write.values["hs_task_body"]) == key
        ),
        None,
    )


@pytest.mark.parametrize(
    ("rule", "blow", "late"),
    [
        (A, Blow.LOSE_ANSWER, 0.0),
        (B, Blow.NEVER_APPLIED, 0.0),
        (C, Blow.LOSE_ANSWER, 0.0),
        (D, Blow.APPLIED_LATE, 5.0),
        (E, Blow.APPLIED_LATE, 90.0),
    ],
    ids=lambda value: value.name[0] if isinstance(value, Rule) else str(value),
)
def test_a_wrong_rule_shows_at_the_posts_of_tasks(
    fresh: Fresh, calm: Life, rule: Rule, blow: Blow, late: float
) -> None:
    posts = [at for at, what in enumerate(calm.fate.trail, 1) if what == "before POST /crm/objects/2026-09/tasks"]
    lives = (Life(tale=SMALL, engine=fresh(), fate=Fate.of(Strike(at=at, blow=blow, late=late))) for at in posts)
    assert any(_tasks_under(rule, life) != calm.account()["tasks"] for life in lives)


def _tasks_under(rule: Rule, life: Life) -> object:
    def plant(worker: Worker) -> None:
        worker.recovery = rule.recovery(lambda key: searching(life.world, key))
        worker.tasks = replace(worker.tasks, settle=rule.settle)

    life.plant = plant
    life.live()
    return life.account()["tasks"]


class CursorFirst(Store):
    """Planted bug: the cursor is committed before the page's mirror and effects."""

    def stage_page(self, page: StagedPage, held: Lease, now: float) -> None:
        super().stage_page(StagedPage(cursor=page.cursor), held, now)
        super().stage_page(replace(page, cursor=None), held, now)


def test_a_cursor_that_is_committed_first_shows_at_a_commit(fresh: Fresh, calm: Life) -> None:
    commits = [at for at, what in enumerate(calm.fate.trail, 1) if what == "after commit"]
    lives = (Life(tale=SMALL, engine=fresh(), fate=Fate.of(Strike(at=at)), store=CursorFirst) for at in commits)
    assert any(_end_of(life) != calm.account() for life in lives)


def _end_of(life: Life) -> dict[str, object]:
    life.live()
    return life.account()
