"""The outbox: lanes in order, each fact once, the newest write for all that came before it."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine
from tests.fakes.facts import escalation, link, mirror_of, record, story, write

from zenhub_sync.planning.effects import Effect
from zenhub_sync.planning.tickets import HubSpotId, MirroredTicket
from zenhub_sync.store.leases import Lease
from zenhub_sync.store.outbox import Settlement, StoredEffect
from zenhub_sync.store.outbox_states import EffectState
from zenhub_sync.store.staging import SettledBatch, StagedPage
from zenhub_sync.store.store import Store

_NOT_THERE_YET = {"hubspot_id": None}


def test_only_the_first_live_effect_of_a_lane_is_leased(store: Store, held: Lease) -> None:
    _stage(store, held, write(1), link(1), escalation(1), write(2), link(2))
    assert _leased(store, held) == ["ticket:1:r1", "ticket:2:r1"]
    assert _leased(store, held) == []


def test_the_next_one_follows_when_the_first_is_done(store: Store, held: Lease) -> None:
    _stage(store, held, write(1), link(1), escalation(1))
    seen = []
    while leased := store.lease_batch(held, 1.0, 10):
        seen += [each.effect.key for each in leased]
        if leased[0].state is EffectState.UNCERTAIN:
            _settle(store, held, leased[0], EffectState.VERIFYING)
        _settle(store, held, leased[0], EffectState.DONE)
    assert seen == ["ticket:1:r1", "link:1:l1", "escalation:1:1"]


@pytest.mark.parametrize("state", [EffectState.PENDING, EffectState.UNCERTAIN, EffectState.VERIFYING])
def test_what_is_still_live_holds_up_its_own_lane_alone(store: Store, held: Lease, state: EffectState) -> None:
    _stage(store, held, escalation(1), link(1), link(2))
    first, other = store.lease_batch(held, 1.0, 10)
    _settle(store, held, first, state, due_at=500.0)
    _settle(store, held, other, EffectState.DONE)
    assert store.lease_batch(held, 499.0, 10) == []
    assert store.next_due() == 500.0
    assert [each.state for each in store.lease_batch(held, 500.0, 10)] == [state]


def test_what_is_parked_does_not_hold_up_its_lane(store: Store, held: Lease) -> None:
    _stage(store, held, link(1), escalation(1))
    _settle(store, held, store.lease_batch(held, 1.0, 10)[0], EffectState.PARKED, reason="no such company")
    assert _leased(store, held) == ["escalation:1:1"]


@pytest.mark.parametrize("effect", [link(1), escalation(1), record(1)], ids=lambda effect: effect.kind)
def test_all_but_the_write_wait_for_the_hubspot_ticket(store: Store, held: Lease, effect: Effect) -> None:
    _stage(store, held, effect, write(2), known=[mirror_of(1, **_NOT_THERE_YET), mirror_of(2, **_NOT_THERE_YET)])
    assert _leased(store, held) == ["ticket:2:r1"]
    assert store.next_due() is None
    store.stage_page(StagedPage(mirrored=[mirror_of(1)]), held, 1.0)
    assert _leased(store, held) == [effect.key]


@pytest.mark.parametrize("who", ["who staged it", "another"])
def test_an_effect_comes_back_as_it_was_staged(store: Store, held: Lease, engine: Engine, who: str) -> None:
    staged: list[Effect] = [
        write(1, properties={"subject": "ção 😀 \u2028 \"'\\", "content": ""}, stage=None, force=True),
        link(2, contact_id=None),
        escalation(3, story=story(comment="a\nb\t😀")),
        record(4),
    ]
    _stage(store, held, *staged)
    leased = (store if who == "who staged it" else Store(engine)).lease_batch(held, 42.0, 10)
    assert [each.effect for each in leased] == staged
    assert {(each.attempts, each.hubspot_id) for each in leased} == {(0, None)}
    assert [each.ticket_id for each in leased] == [mirror_of(number).hubspot_id for number in (1, 2, 3, 4)]
    assert [(each.sent_at, each.attempts) for each in store.interrupted()] == [(42.0, 1)] * 3


def test_what_is_sent_is_what_is_on_record_under_the_key(store: Store, held: Lease) -> None:
    first = write(1, properties={"subject": "first"})
    _stage(store, held, first)
    _stage(store, held, write(1, properties={"subject": "second"}), write(2))
    assert [each.effect for each in store.lease_batch(held, 1.0, 10)] == [first, write(2)]


def test_what_was_staged_in_an_earlier_turn_is_read(store: Store) -> None:
    with store.lease() as held:
        _stage(store, held, write(1))
    with store.lease() as held:
        assert [each.effect for each in store.lease_batch(held, 1.0, 10)] == [write(1)]


def test_no_more_are_leased_than_asked_for_oldest_first(store: Store, held: Lease) -> None:
    _stage(store, held, *(write(number) for number in (5, 3, 1, 4)))
    assert [each.effect.zendesk_id for each in store.lease_batch(held, 1.0, 2)] == [5, 3]


def test_a_fact_that_is_staged_twice_is_sent_once(store: Store, held: Lease) -> None:
    for _ in range(2):
        _stage(store, held, escalation(1), record(2), link(3), write(4))
    assert _leased(store, held) == ["escalation:1:1", "task-id:2:1", "link:3:l1", "ticket:4:r1"]
    _stage(store, held, escalation(1), record(2), link(3), write(4))
    assert store.overview().live_effects == 4
    assert [each.effect.key for each in store.interrupted()] == ["task-id:2:1", "link:3:l1", "ticket:4:r1"]


def test_a_fact_that_was_done_long_ago_is_not_sent_again(store: Store, held: Lease) -> None:
    _stage(store, held, escalation(1))
    _settle(store, held, store.lease_batch(held, 1.0, 10)[0], EffectState.VERIFYING, hubspot_id="7001")
    _settle(store, held, store.lease_batch(held, 1.0, 10)[0], EffectState.DONE)
    _stage(store, held, escalation(1))
    assert store.overview().live_effects == 0


def test_a_newer_write_stands_for_the_older_ones_that_were_not_sent(store: Store, held: Lease) -> None:
    _stage(store, held, write(1, 1), write(2, 1), link(1))
    _settle(store, held, store.lease_batch(held, 1.0, 1)[0], EffectState.PARKED, reason="refused")
    _stage(store, held, write(1, 2), write(2, 2))
    assert _leased(store, held) == ["link:1:l1", "ticket:2:r2"]
    assert store.parked_count() == 0


def test_a_write_that_is_on_the_wire_is_not_superseded(store: Store, held: Lease) -> None:
    _stage(store, held, write(1, 1))
    sending = store.lease_batch(held, 1.0, 10)[0]
    _stage(store, held, write(1, 2))
    assert store.lease_batch(held, 1.0, 10) == []
    _settle(store, held, sending, EffectState.DONE)
    assert _leased(store, held) == ["ticket:1:r2"]


def test_links_and_tasks_are_not_superseded_by_a_write(store: Store, held: Lease) -> None:
    _stage(store, held, link(1), escalation(1))
    _stage(store, held, write(1, 2))
    assert store.overview().live_effects == 3


def test_a_task_is_looked_for_before_it_is_made(store: Store, held: Lease) -> None:
    """The store may have been lost, or restored from before it was made."""
    _stage(store, held, escalation(1))
    assert [each.state for each in store.lease_batch(held, 1.0, 10)] == [EffectState.UNCERTAIN]


def test_what_needs_the_hubspot_ticket_does_not_hold_up_the_write_that_makes_it(store: Store, held: Lease) -> None:
    """A newer write takes the place of an older one at the end of the lane, behind the link and the task.

    Another ticket is there: the question is asked of each lane for itself.
    """
    before = [mirror_of(1, **_NOT_THERE_YET), mirror_of(2)]
    _stage(store, held, write(1, 1), link(1), escalation(1), write(2, 2), known=before)
    first, others = store.lease_batch(held, 1.0, 10)
    _settle(store, held, first, EffectState.PARKED, reason="refused")
    _settle(store, held, others, EffectState.DONE)
    _stage(store, held, write(1, 2), known=before)
    (second,) = store.lease_batch(held, 1.0, 10)
    assert second.effect.key == "ticket:1:r2"
    _settle(store, held, second, EffectState.DONE)
    store.stage_page(StagedPage(mirrored=[mirror_of(1)]), held, 1.0)
    assert _leased(store, held) == ["link:1:l1"]


def test_a_newer_link_stands_for_the_older_ones_that_were_not_sent(store: Store, held: Lease) -> None:
    _stage(store, held, link(1, 1), link(2, 1))
    _settle(store, held, store.lease_batch(held, 1.0, 1)[0], EffectState.PARKED, reason="refused")
    _stage(store, held, link(1, 2), link(2, 2))
    assert (_leased(store, held), store.parked_count()) == (["link:1:l2", "link:2:l2"], 0)
    assert store.unpark(held, 10_000.0) == 0, "the older link comes back after no back-off"


def test_the_looks_for_a_task_and_the_readings_of_it_are_counted_apart(store: Store, held: Lease) -> None:
    _stage(store, held, escalation(1))
    for _ in range(4):
        _settle(store, held, store.lease_batch(held, 1.0, 1)[0], EffectState.UNCERTAIN)
    (last_look,) = store.lease_batch(held, 1.0, 1)
    _settle(store, held, last_look, EffectState.VERIFYING, hubspot_id="7001")
    (first_reading,) = store.lease_batch(held, 1.0, 1)
    assert (last_look.attempts, first_reading.attempts) == (4, 0)


@pytest.mark.parametrize(
    ("effect", "hubspot_id", "again"),
    [
        (write(1), None, EffectState.PENDING),
        (link(1), None, EffectState.PENDING),
        (escalation(1), None, EffectState.UNCERTAIN),
        (escalation(1), "7001", EffectState.VERIFYING),
    ],
    ids=["write", "link", "task that may have been made", "task that was made"],
)
def test_what_was_parked_gets_another_chance_when_its_time_has_come(
    store: Store, held: Lease, effect: Effect, hubspot_id: str | None, again: EffectState
) -> None:
    _stage(store, held, effect)
    leased = store.lease_batch(held, 1.0, 10)[0]
    _settle(store, held, leased, EffectState.PARKED, due_at=100.0, reason="refused", hubspot_id=hubspot_id)
    assert [(each.key, each.reason) for each in store.overview().parked] == [(effect.key, "refused")]
    assert (store.unpark(held, 99.0), store.lease_batch(held, 200.0, 10)) == (0, [])
    assert store.unpark(held, 100.0) == 1
    found = store.lease_batch(held, 100.0, 10)[0]
    assert (found.state, found.hubspot_id, found.attempts) == (again, hubspot_id, 0 if hubspot_id else 1)


def _stage(store: Store, held: Lease, *effects: Effect, known: list[MirroredTicket] | None = None) -> None:
    mirrored = known if known is not None else [mirror_of(number) for number in {each.zendesk_id for each in effects}]
    store.stage_page(StagedPage(mirrored=mirrored, effects=effects), held, 1.0)


def _leased(store: Store, held: Lease) -> list[str]:
    return [each.effect.key for each in store.lease_batch(held, 1.0, 10)]


def _settle(
    store: Store,
    held: Lease,
    stored: StoredEffect,
    state: EffectState,
    *,
    due_at: float = 0.0,
    reason: str | None = None,
    hubspot_id: str | None = None,
) -> None:
    settlement = Settlement(id=stored.id, state=state, due_at=due_at, reason=reason, hubspot_id=hubspot_id)
    store.settle_batch(SettledBatch(settlements=[settlement]), held, 1.0)


def test_ids_of_hubspot_stay_words() -> None:
    """They look like numbers and may be longer than one."""
    assert record(1, "90071992547409931234").task_id == HubSpotId("90071992547409931234")
