"""Each move that an effect may make, and each that it may not."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from tests.fakes.facts import mirror_of, write

from zenhub_sync.store.leases import Lease
from zenhub_sync.store.outbox import Settlement
from zenhub_sync.store.outbox_states import LIVE, EffectState
from zenhub_sync.store.staging import SettledBatch, StagedPage
from zenhub_sync.store.store import Store

_S = EffectState
# Written out once more, on purpose: this is what the outbox promises, not what it happens to do.
_MAY: Mapping[EffectState, set[EffectState]] = {
    _S.PENDING: {_S.SENDING, _S.SUPERSEDED, _S.PARKED, _S.DROPPED},
    _S.SENDING: {_S.DONE, _S.VERIFYING, _S.UNCERTAIN, _S.PENDING, _S.PARKED, _S.DROPPED},
    _S.UNCERTAIN: {_S.UNCERTAIN, _S.VERIFYING, _S.PENDING, _S.PARKED, _S.DROPPED},
    _S.VERIFYING: {_S.VERIFYING, _S.DONE, _S.PARKED},
    _S.PARKED: {_S.PENDING, _S.UNCERTAIN, _S.VERIFYING, _S.DROPPED, _S.SUPERSEDED},
    _S.DONE: set(),
    _S.SUPERSEDED: set(),
    _S.DROPPED: set(),
}
_WAY_TO: Mapping[EffectState, tuple[EffectState, ...]] = {
    _S.PENDING: (),
    _S.SENDING: (_S.SENDING,),
    _S.UNCERTAIN: (_S.SENDING, _S.UNCERTAIN),
    _S.VERIFYING: (_S.SENDING, _S.VERIFYING),
    _S.PARKED: (_S.PARKED,),
    _S.DONE: (_S.SENDING, _S.DONE),
    _S.SUPERSEDED: (_S.SUPERSEDED,),
    _S.DROPPED: (_S.PARKED, _S.DROPPED),
}


@pytest.mark.parametrize("source", EffectState)
def test_an_effect_moves_only_where_it_may(store: Store, held: Lease, source: EffectState) -> None:
    """Every target in turn, each tried by an effect of its own; what is refused stays where it was."""
    targets = list(EffectState)
    numbers = range(1, len(targets) + 1)
    effects = [write(number) for number in numbers]
    store.stage_page(StagedPage(mirrored=[mirror_of(n) for n in numbers], effects=effects), held, 1.0)
    for number in numbers:
        for step in _WAY_TO[source]:
            _settle(store, held, number, step)
    moved = {target for number, target in zip(numbers, targets, strict=True) if _moves(store, held, number, target)}
    assert moved == _MAY[source]
    ended = len(moved - LIVE)
    assert store.overview().live_effects == (len(targets) - ended if source in LIVE else len(moved & LIVE))


def test_an_effect_that_is_not_there_moves_nowhere(store: Store, held: Lease) -> None:
    assert not _moves(store, held, 99, EffectState.DONE)


def test_only_a_write_that_nobody_sent_is_superseded(store: Store, held: Lease) -> None:
    """By way of staging: those that were sent or are over stay what they are."""
    for number in range(1, 4):
        store.stage_page(StagedPage(mirrored=[mirror_of(number)], effects=[write(number, 1)]), held, 1.0)
    _settle(store, held, 1, EffectState.SENDING)
    _settle(store, held, 2, EffectState.PARKED)
    store.stage_page(StagedPage(effects=[write(number, 2) for number in range(1, 4)]), held, 1.0)
    assert [_moves(store, held, number, EffectState.DONE) for number in range(1, 4)] == [True, False, False]


def _moves(store: Store, held: Lease, number: int, target: EffectState) -> bool:
    try:
        _settle(store, held, number, target)
    except RuntimeError as refused:
        assert str(refused) == f"effect {number} may not become {target}"  # noqa: PT017 - both outcomes are looked at
        return False
    return True


def _settle(store: Store, held: Lease, number: int, state: EffectState) -> None:
    store.settle_batch(SettledBatch(settlements=[Settlement(id=number, state=state)]), held, 1.0)
