"""Effects that could not be applied: they wait, visibly, for a later run or for a person."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, case, func, select, update

from zenhub_sync.store.outbox_states import EffectState
from zenhub_sync.store.statements import chunks
from zenhub_sync.store.tables import effects, tickets


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedEffect:
    """A record that could not be written, as an operator sees it."""

    key: str
    lane: int
    kind: str
    attempts: int
    reason: str
    since: float


def parked(connection: Connection) -> list[ParkedEffect]:
    """Return the effects that wait for a person or for a later run, oldest first."""
    rows = connection.execute(select(effects).where(effects.c.state == EffectState.PARKED.value).order_by(effects.c.id))
    return [
        ParkedEffect(
            key=row.key,
            lane=row.lane,
            kind=row.kind,
            attempts=row.attempts,
            reason=row.reason or "",
            since=row.created_at,  # of the fact: each attempt that fails parks it anew
        )
        for row in rows
    ]


def count_parked(connection: Connection) -> int:
    return connection.execute(
        select(func.count()).select_from(effects).where(effects.c.state == EffectState.PARKED.value)
    ).scalar_one()


def unpark(connection: Connection, now: float, lanes: Collection[int] | None = None) -> int:
    """Give parked effects another chance: those whose back-off has passed, or all of these tickets; return how many.

    A task that was made goes on being completed; one that may have been made is looked for first.
    """
    again = case(
        (effects.c.hubspot_id.is_not(None), EffectState.VERIFYING.value),
        (effects.c.kind == "open_escalation", EffectState.UNCERTAIN.value),
        else_=EffectState.PENDING.value,
    )
    chosen = effects.c.due_at <= now if lanes is None else effects.c.lane.in_(lanes)
    return connection.execute(
        update(effects)
        .where(effects.c.state == EffectState.PARKED.value, chosen)
        .values(state=again, due_at=now, sent_at=None)
    ).rowcount


def drop(connection: Connection, lane: int, now: float) -> int:
    """Give up the parked effects of a ticket, for good; return how many."""
    return connection.execute(
        update(effects)
        .where(effects.c.state == EffectState.PARKED.value, effects.c.lane == lane)
        .values(state=EffectState.DROPPED.value, payload=None, settled_at=now, due_at=now)
    ).rowcount


def forget(connection: Connection, lanes: Collection[int], now: float) -> None:
    """Erase what waits to be written of these tickets; a task that may have been made goes on without its words."""
    for chunk in chunks(lanes):
        waiting = (EffectState.PENDING.value, EffectState.PARKED.value)
        connection.execute(
            update(effects)
            .where(effects.c.lane.in_(chunk), effects.c.state.in_(waiting), effects.c.hubspot_id.is_(None))
            .values(state=EffectState.DROPPED.value, payload=None, settled_at=now, due_at=now)
        )


def waiting_unmatched(connection: Connection) -> list[int]:
    """Return the tickets without a company whose escalation is parked."""
    return list(
        connection.execute(
            select(effects.c.lane)
            .join(tickets, tickets.c.zendesk_id == effects.c.lane)
            .where(
                effects.c.state == EffectState.PARKED.value,
                effects.c.kind == "open_escalation",
                tickets.c.company_id.is_(None),
            )
            .order_by(effects.c.lane)
        ).scalars()
    )
