"""Customers' words stay in the store only until they are delivered, and are erased then, not only unlinked."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from tests.fakes.facts import escalation, mirror_of, record, story, write

from zenhub_sync.store.engine import open_engine, reading
from zenhub_sync.store.leases import Lease
from zenhub_sync.store.migrate import migrate
from zenhub_sync.store.outbox import Settlement
from zenhub_sync.store.outbox_states import LIVE, EffectState
from zenhub_sync.store.staging import SettledBatch, StagedPage
from zenhub_sync.store.store import Store
from zenhub_sync.store.tables import effects

_CANARY = "canario-do-cliente-7f3a"
_WORDS = f"{_CANARY} " * 5_000  # longer than a page of the file, so that it lies on pages of its own


@pytest.mark.parametrize("end", ["done", "dropped", "superseded"])
def test_an_effect_that_is_over_has_no_payload(engine: Engine, store: Store, held: Lease, end: str) -> None:
    store.stage_page(StagedPage(mirrored=[mirror_of(1)], effects=[write(1, properties={"content": _WORDS})]), held, 1.0)
    assert _CANARY in (_first(engine)[1] or "")
    _end(store, held, end)
    with reading(engine) as connection:
        left = connection.execute(select(effects.c.key, effects.c.state, effects.c.payload)).all()
    assert [tuple(row) for row in left if row.key == "ticket:1:r1"] == (
        [("ticket:1:r1", end, None)] * (end == "dropped")
    )
    assert not any(_CANARY in (row.payload or "") for row in left)


@pytest.mark.parametrize("state", [*sorted(LIVE - {EffectState.PENDING}), EffectState.PARKED])
def test_an_effect_that_may_be_needed_again_keeps_it(
    engine: Engine, store: Store, held: Lease, state: EffectState
) -> None:
    store.stage_page(
        StagedPage(mirrored=[mirror_of(1)], effects=[escalation(1, story=story(comment=_CANARY))]), held, 1.0
    )
    store.lease_batch(held, 1.0, 1)
    for step in (EffectState.PENDING, EffectState.SENDING) if state is EffectState.SENDING else (state,):
        _settle(store, held, step)
    assert _first(engine)[0] == state
    assert _CANARY in (_first(engine)[1] or "")


@pytest.mark.parametrize("end", ["done", "dropped", "superseded"])
def test_the_file_of_sqlite_does_not_remember_them(tmp_path: Path, end: str) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'store.db'}")
    migrate(engine)
    store = Store(engine)
    with store.lease() as held:
        page = StagedPage(mirrored=[mirror_of(1)], effects=[write(1, properties={"content": _WORDS}), record(2)])
        store.stage_page(page, held, 1.0)
        _checkpoint(engine)
        assert _remembering(tmp_path.iterdir()) == ["store.db"]
        _end(store, held, end)
        _checkpoint(engine)
        assert _remembering(tmp_path.iterdir()) == []
    engine.dispose()
    assert [path.name for path in tmp_path.iterdir()] == ["store.db"]
    assert _remembering(tmp_path.iterdir()) == []


def test_the_files_of_sqlite_forget_when_the_store_is_closed(tmp_path: Path) -> None:
    """Without a checkpoint in between, as in an ordinary run."""
    engine = open_engine(f"sqlite:///{tmp_path / 'store.db'}")
    migrate(engine)
    store = Store(engine)
    with store.lease() as held:
        staged = [write(1, properties={"content": _WORDS})]
        store.stage_page(StagedPage(mirrored=[mirror_of(1)], effects=staged), held, 1.0)
        _end(store, held, "done")
    engine.dispose()
    assert _remembering(tmp_path.iterdir()) == []


def _end(store: Store, held: Lease, end: str) -> None:
    if end == "superseded":
        store.stage_page(StagedPage(effects=[write(1, 2)]), held, 2.0)
        return
    store.lease_batch(held, 1.0, 1)
    for state in (EffectState.PARKED, EffectState.DROPPED) if end == "dropped" else (EffectState.DONE,):
        _settle(store, held, state)


def _settle(store: Store, held: Lease, state: EffectState) -> None:
    store.settle_batch(SettledBatch(settlements=[Settlement(id=1, state=state)]), held, 2.0)


def _first(engine: Engine) -> tuple[str, str | None]:
    """Return the state and the payload of the oldest effect."""
    with reading(engine) as connection:
        row = connection.execute(select(effects.c.state, effects.c.payload).order_by(effects.c.id).limit(1)).one()
        return row.state, row.payload


def _checkpoint(engine: Engine) -> None:
    """Bring the log into the file, and cut the log to nothing."""
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def _remembering(paths: Iterable[Path]) -> list[str]:
    return sorted(path.name for path in paths if _CANARY.encode() in path.read_bytes())
