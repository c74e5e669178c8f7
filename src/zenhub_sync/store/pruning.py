"""Let go of what nothing waits for any more, a bounded number of rows in each transaction.

What stays for ever: an escalation, whose key keeps a second task from being made, and the mirror of every ticket that
Zendesk still has. Without its row a ticket that shows again would be new: a stage that a person chose would be written
over, its companies would no longer be followed, and `forget` would not find what there is of a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Table, delete, exists, literal_column, select, tuple_

from zenhub_sync.planning.history import HISTORY_DAYS
from zenhub_sync.planning.tickets import EscalationState
from zenhub_sync.store.outbox_states import EffectState
from zenhub_sync.store.tables import DELETED, arrivals, bad_ratings, effects, runs, slots, tickets

_DAY = 24 * 3600.0
_ENDED = (EffectState.DONE.value, EffectState.SUPERSEDED.value, EffectState.DROPPED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How many seconds are kept: effects that ended; runs and counts; tickets that Zendesk deleted for good.

    Writes and links of tickets leave nothing when they are delivered (`store.delivered`).
    """

    delivered: float = 30 * _DAY
    runs: float = 90 * _DAY
    deleted_tickets: float = 120 * _DAY


def prune(connection: Connection, keep: Retention, now: float, most: int) -> int:
    """Delete at most so many rows of what is older, and return how many; fewer than `most`: nothing is left."""
    deleted = 0
    for table, old in _old(keep, now):
        if deleted < most:
            deleted += _delete(connection, table, old, most - deleted)
    return deleted


def _old(keep: Retention, now: float) -> Iterator[tuple[Table, tuple[ColumnElement[bool], ...]]]:
    """Yield what may go, table by table."""
    # What has ended is due when it was settled (`outbox`), so that the index by state and time finds it.
    before = now - keep.delivered
    ended = (effects.c.state.in_(_ENDED), effects.c.due_at < before, effects.c.settled_at < before)
    yield effects, (*ended, effects.c.kind != "open_escalation")
    # A slot's run tells that it was done, however rare the job; a run that was killed never finished.
    last = exists().where(slots.c.run_id == runs.c.run_id)
    yield runs, (runs.c.started_at < now - keep.runs, ~last)
    yield arrivals, (arrivals.c.quarter < now - keep.runs,)
    yield bad_ratings, (bad_ratings.c.rated_at < now - HISTORY_DAYS * _DAY,)
    yield tickets, _gone(now - keep.deleted_tickets)


def _gone(before: float) -> tuple[ColumnElement[bool], ...]:
    """Narrow to tickets that were deleted, and are not heard of again after Zendesk scrubbed them.

    It does so after 30 days, and until then they can be restored (a scrubbed ticket in zenpy's recordings shows again
    2,595,510 s after it was deleted).
    """
    return (
        literal_column(DELETED),
        tickets.c.generated_at < before,
        tickets.c.escalation == EscalationState.NONE.value,
        tickets.c.episode == 0,
        ~tickets.c.forgotten,
        ~exists().where(effects.c.lane == tickets.c.zendesk_id),
    )


def _delete(connection: Connection, table: Table, old: tuple[ColumnElement[bool], ...], most: int) -> int:
    keys = tuple(table.primary_key)
    chosen = select(*keys).where(*old).limit(most)
    key = keys[0] if len(keys) == 1 else tuple_(*keys)
    return connection.execute(delete(table).where(key.in_(chosen))).rowcount
