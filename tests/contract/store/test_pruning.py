"""What nothing waits for any more is let go, a little at a time; what prevents a second ticket or task stays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select
from tests.fakes.facts import escalation, link, mirror_of, record, write

from zenhub_sync.planning.arrivals import Arrival, Arrivals
from zenhub_sync.planning.effects import Effect
from zenhub_sync.planning.slots import Attempt
from zenhub_sync.planning.tickets import EscalationState, HubSpotId, Status
from zenhub_sync.store import arrivals, tables
from zenhub_sync.store.engine import reading, writing
from zenhub_sync.store.leases import Lease
from zenhub_sync.store.outbox import Settlement
from zenhub_sync.store.outbox_states import EffectState
from zenhub_sync.store.pruning import Retention
from zenhub_sync.store.runs import Run
from zenhub_sync.store.staging import SettledBatch, StagedPage
from zenhub_sync.store.store import Store

_DAY = 24 * 3600.0
_KEEP = Retention(delivered=30 * _DAY, runs=90 * _DAY, deleted_tickets=120 * _DAY)
_MANY = 1_000


def keys(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return list(connection.execute(select(tables.effects.c.key).order_by(tables.effects.c.id)).scalars())


def deliver(store: Store, held: Lease, effect: Effect, state: EffectState, now: float) -> None:
    """Stage an effect and settle it at that moment."""
    store.stage_page(StagedPage(mirrored=[mirror_of(effect.zendesk_id)], effects=[effect]), held, now)
    (leased,) = store.lease_batch(held, now, 10)
    if leased.state is EffectState.UNCERTAIN:
        read_back = Settlement(id=leased.id, state=EffectState.VERIFYING, hubspot_id="7001")
        store.settle_batch(SettledBatch(settlements=[read_back]), held, now)
    store.settle_batch(SettledBatch(settlements=[Settlement(id=leased.id, state=state)]), held, now)


@pytest.mark.parametrize(
    ("effect", "state"),
    [
        (record(1), EffectState.DONE),
        (record(1), EffectState.DROPPED),
        (write(1), EffectState.DROPPED),
        (link(1), EffectState.DROPPED),
    ],
    ids=lambda value: value.value if isinstance(value, EffectState) else value.kind,
)
@pytest.mark.parametrize(("age", "left"), [(29.9, 1), (30.1, 0)])
def test_what_was_settled_goes_when_its_time_is_over(
    engine: Engine, store: Store, held: Lease, effect: Effect, state: EffectState, age: float, left: int
) -> None:
    deliver(store, held, effect, state, 1_000.0)
    assert store.prune(held, _KEEP, 1_000.0 + age * _DAY, _MANY) == 1 - left
    assert len(keys(engine)) == left


def test_an_escalation_stays_for_ever_so_that_its_key_stays_taken(engine: Engine, store: Store, held: Lease) -> None:
    deliver(store, held, escalation(1), EffectState.DONE, 1_000.0)
    assert store.prune(held, _KEEP, 1_000.0 + 3_650 * _DAY, _MANY) == 0
    assert keys(engine) == ["escalation:1:1"]


def test_what_waits_stays_however_old_it_is(engine: Engine, store: Store, held: Lease) -> None:
    deliver(store, held, write(1), EffectState.PARKED, 1_000.0)
    store.stage_page(StagedPage(mirrored=[mirror_of(2)], effects=[write(2), link(2)]), held, 1_000.0)
    assert store.prune(held, _KEEP, 1_000.0 + 3_650 * _DAY, _MANY) == 0
    assert keys(engine) == ["ticket:1:r1", "ticket:2:r1", "link:2:l1"]


@pytest.mark.parametrize("state", [EffectState.DONE, EffectState.SUPERSEDED])
def test_what_an_earlier_version_kept_of_its_writes_goes_too(
    engine: Engine, store: Store, held: Lease, state: EffectState
) -> None:
    kept = {"key": "ticket:1:r1", "lane": 1, "kind": "write_ticket", "state": state.value, "attempts": 1}
    times = dict.fromkeys(("due_at", "sent_at", "created_at", "settled_at"), 1_000.0)
    with writing(engine) as connection:
        connection.execute(insert(tables.effects).values(**kept, **times))
    assert store.prune(held, _KEEP, 1_001.0 + 30 * _DAY, _MANY) == 1
    assert keys(engine) == []


@pytest.mark.parametrize(
    ("changes", "left"),
    [
        ({}, False),
        ({"generated_at": 1_000 + int(_DAY)}, True),
        ({"status": Status.CLOSED}, True),
        ({"escalation": EscalationState.SUPPRESSED}, True),
        ({"escalation": EscalationState.CLOSED, "episode": 1, "task_id": HubSpotId("7001")}, True),
        ({"episode": 1}, True),
        ({"forgotten": True}, True),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else "",
)
def test_of_the_mirror_only_what_zendesk_deleted_for_good_goes(
    store: Store, held: Lease, changes: Mapping[str, Any], left: bool
) -> None:
    gone = {"status": Status.DELETED, "generated_at": 1_000}
    store.stage_page(StagedPage(mirrored=[mirror_of(1, **{**gone, **changes})]), held, 1_000.0)
    store.prune(held, _KEEP, 1_001.0 + 120 * _DAY, _MANY)
    assert (1 in store.known([1])) is left


def test_a_deleted_ticket_stays_while_an_effect_of_it_does(store: Store, held: Lease) -> None:
    deliver(store, held, write(1), EffectState.PARKED, 1_000.0)
    gone = mirror_of(1, status=Status.DELETED, generated_at=1_000)
    store.stage_page(StagedPage(mirrored=[gone]), held, 1_000.0)
    store.prune(held, _KEEP, 1_000.0 + 3_650 * _DAY, _MANY)
    assert store.known([1]) == {1: gone}


def test_runs_go_with_their_age_also_one_that_was_killed(store: Store, held: Lease) -> None:
    for run in ("ended", "killed", "young"):
        started = 1_000.0 if run != "young" else 1_000.0 + 89 * _DAY
        store.begin_run(Run(run_id=run, job="import", started_at=started), held)
    store.finish_run(Run(run_id="ended", job="import", started_at=1_000.0, finished_at=1_001.0), held)
    store.prune(held, _KEEP, 1_002.0 + 90 * _DAY, _MANY)
    assert [run.run_id for run in store.last_runs(10)] == ["young"]


def test_the_last_run_of_a_slot_stays_or_a_rare_job_would_seem_not_done(store: Store, held: Lease) -> None:
    store.begin_run(Run(run_id="r1", job="import", started_at=1_000.0), held)
    store.finish_run(Run(run_id="r1", job="import", started_at=1_000.0, finished_at=1_001.0, outcome="ok"), held)
    store.claim_slot("import", None, Attempt(slot="2026-01-01T06:00", due_at=1.0, number=1), "r1", held, 1_000.0)
    assert store.prune(held, _KEEP, 1_000.0 + 3_650 * _DAY, _MANY) == 0


def test_counts_and_times_of_bad_ratings_go_when_nobody_looks_that_far_back(
    engine: Engine, store: Store, held: Lease
) -> None:
    rated = {1: datetime.fromtimestamp(900, UTC), 2: datetime.fromtimestamp(900 + 2 * _DAY, UTC)}
    counts = Arrivals({(900, Arrival.TICKETS): 2, (1800, Arrival.TICKETS): 1})
    store.stage_page(StagedPage(rated_badly=rated, arrivals=counts), held, 1_000.0)
    store.prune(held, _KEEP, 901.0 + 90 * _DAY, _MANY)
    with reading(engine) as connection:
        assert arrivals.since(connection, 0) == {(1800, Arrival.TICKETS): 1}
        assert list(connection.execute(select(tables.bad_ratings.c.zendesk_id)).scalars()) == [2]


def test_no_transaction_deletes_more_than_it_may(engine: Engine, store: Store, held: Lease) -> None:
    for number in range(1, 26):
        deliver(store, held, write(number), EffectState.DROPPED, 1_000.0)
    late = 1_001.0 + 30 * _DAY
    assert [store.prune(held, _KEEP, late, 10) for _ in range(4)] == [10, 10, 5, 0]
    assert keys(engine) == []


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)  # PostgreSQL's autovacuum does the same
def test_freed_space_is_used_again_so_that_the_file_stops_growing(engine: Engine, store: Store, held: Lease) -> None:
    sizes = []
    for month in range(6):
        staged = [write(number, month + 1) for number in range(1, 301)]
        store.stage_page(StagedPage(mirrored=[mirror_of(n) for n in range(1, 301)], effects=staged), held, 1_000.0)
        ended = [Settlement(id=each.id, state=EffectState.DROPPED) for each in store.lease_batch(held, 1_000.0, _MANY)]
        store.settle_batch(SettledBatch(settlements=ended), held, 1_000.0)
        assert store.prune(held, _KEEP, 1_001.0 + 30 * _DAY, _MANY) == 300
        with reading(engine) as connection:
            sizes.append(connection.exec_driver_sql("PRAGMA page_count").scalar_one())
    assert sizes[1:] == [sizes[1]] * 5
