"""The life of an effect, as a table of allowed moves.

    pending ──lease──> sending ──applied──────────────> done
       ▲                  │──made, to be read back────> verifying ──complete──> done
       │                  │──answer lost──────────────> uncertain ──found──> verifying, ──absent──> pending
       │                  │──not applied──────────────> pending
       └──retry── parked <──refused─┘
    pending, parked ──a newer one of the same ticket carries it──> superseded
    pending, uncertain, parked ──its reason is gone, or a person gives it up──> dropped

A ticket's write or link that is done or superseded is deleted (`delivered`): those two are then no states of a row.

The task of an escalation begins as uncertain: it is looked for before it is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class EffectState(StrEnum):
    """Where an effect stands; `sending` means that its request may be on the wire right now."""

    PENDING = "pending"
    SENDING = "sending"
    UNCERTAIN = "uncertain"
    VERIFYING = "verifying"
    PARKED = "parked"
    DONE = "done"
    SUPERSEDED = "superseded"
    DROPPED = "dropped"


_S = EffectState

ALLOWED: Mapping[EffectState, frozenset[EffectState]] = {
    _S.PENDING: frozenset({_S.SENDING, _S.SUPERSEDED, _S.PARKED, _S.DROPPED}),
    _S.SENDING: frozenset({_S.DONE, _S.VERIFYING, _S.UNCERTAIN, _S.PENDING, _S.PARKED, _S.DROPPED}),
    _S.UNCERTAIN: frozenset({_S.UNCERTAIN, _S.VERIFYING, _S.PENDING, _S.PARKED, _S.DROPPED}),
    _S.VERIFYING: frozenset({_S.VERIFYING, _S.DONE, _S.PARKED}),
    _S.PARKED: frozenset({_S.PENDING, _S.UNCERTAIN, _S.VERIFYING, _S.DROPPED, _S.SUPERSEDED}),
    _S.DONE: frozenset(),
    _S.SUPERSEDED: frozenset(),
    _S.DROPPED: frozenset(),
}

LIVE = frozenset({_S.PENDING, _S.SENDING, _S.UNCERTAIN, _S.VERIFYING})
"""States that delivery still has to move; while one is live, later effects of its lane wait."""


def sources_of(state: EffectState) -> tuple[EffectState, ...]:
    """Return the states from which an effect may move to `state`, for the WHERE of a compare-and-set."""
    return tuple(source for source, targets in ALLOWED.items() if state in targets)
