"""A run that went well deletes what the configuration keeps no longer, and nothing is done again because of it."""

from __future__ import annotations

from datetime import timedelta

from tests.stories.stage import Stage, set_stage

from zenhub_sync.config import Config
from zenhub_sync.config.model import Retention
from zenhub_sync.sandbox.seed import seed_many
from zenhub_sync.store.opening import open_store_to_read

_WEEK = Config(retention=Retention(delivered=timedelta(days=7)))


def effects_of(stage: Stage, ticket: int) -> set[str]:
    """Return the kinds of effects that `explain` can still tell of."""
    store = open_store_to_read(stage.database_url)
    try:
        return {effect.kind for effect in store.record_of(ticket).effects}
    finally:
        store.close()


def test_what_was_done_about_a_task_is_kept_for_as_long_as_is_configured(database_url: str) -> None:
    with set_stage(database_url, _WEEK) as stage:
        world = seed_many(stage.sandbox, tickets=20)
        stage.setup()
        stage.import_()
        stage.sandbox.desk.rate(world.offered[0], points=1)
        stage.refresh()
        assert effects_of(stage, world.offered[0]) == {"open_escalation", "record_task"}

        stage.clock.advance(timedelta(days=8).total_seconds())
        written = len(stage.writes())
        stage.refresh()

        assert effects_of(stage, world.offered[0]) == {"open_escalation"}
        stage.import_()
        stage.refresh()
        assert len(stage.writes()) == written
