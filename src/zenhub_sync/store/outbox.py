"""The durable outbox: effects that were decided and wait to be applied, in lanes of one ticket each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Row,
    Select,
    Update,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    update,
)

from zenhub_sync.planning.effects import Effect, OpenEscalation
from zenhub_sync.store.outbox_states import ALLOWED, LIVE, EffectState, sources_of
from zenhub_sync.store.statements import chunks, insert_into
from zenhub_sync.store.tables import effects, tickets

_PAYLOAD: TypeAdapter[Effect] = TypeAdapter(Effect)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEffect:
    """An effect with its place in the outbox. `state` is the one it was leased from."""

    id: int
    effect: Effect
    state: EffectState
    attempts: int
    sent_at: float | None
    hubspot_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """Where an effect goes next, and why."""

    id: int
    state: EffectState
    due_at: float = 0.0
    hubspot_id: str | None = None
    reason: str | None = None


def insert(connection: Connection, staged: Iterable[Effect], now: float) -> int:
    """Put effects at the end of their lanes; one whose key is known is not put twice. Return how many were put.

    A newer write or link of a ticket carries all that an older, unsent one carried, so the older one is superseded.
    """
    rows = [_row(effect, now) for effect in staged]
    for kind in ("write_ticket", "link_ticket"):
        for chunk in chunks(row for row in rows if row["kind"] == kind):
            _supersede(connection, kind, chunk, now)
    put = 0
    for chunk_of_rows in chunks(rows):
        statement = insert_into(connection, effects).on_conflict_do_nothing(index_elements=["key"])
        put += max(connection.execute(statement, chunk_of_rows).rowcount, 0)
    return put


def _supersede(connection: Connection, kind: str, rows: Sequence[Mapping[str, Any]], now: float) -> None:
    connection.execute(
        update(effects)
        .where(
            effects.c.lane.in_([row["lane"] for row in rows]),
            effects.c.key.not_in([row["key"] for row in rows]),
            effects.c.kind == kind,
            effects.c.state.in_([state.value for state in sources_of(EffectState.SUPERSEDED)]),
        )
        .values(state=EffectState.SUPERSEDED.value, payload=None, settled_at=now, due_at=now)
    )


def lease(connection: Connection, now: float, limit: int) -> list[StoredEffect]:
    """Claim due effects, each the first live one of its lane, and record that they are being sent.

    Those that wait to be looked for or read back keep their state: asking again is harmless.
    """
    leased = [_read(row) for row in connection.execute(_due(), {"now": now, "most": limit})]
    for chunk in chunks(leased):
        ids = [stored.id for stored in chunk]
        connection.execute(update(effects).where(effects.c.id.in_(ids)).values(attempts=effects.c.attempts + 1))
        sending = [stored.id for stored in chunk if stored.state is EffectState.PENDING]
        claimed = connection.execute(
            update(effects)
            .where(effects.c.id.in_(sending), effects.c.state == EffectState.PENDING.value)
            .values(state=EffectState.SENDING.value, sent_at=now)
        )
        if claimed.rowcount != len(sending):
            raise RuntimeError("an effect was claimed twice; the lease should have made that impossible")
    return leased


def settle(connection: Connection, settlements: Sequence[Settlement], now: float) -> None:
    """Move effects on; a move that the table of states does not allow is a bug and rolls everything back."""
    alike: dict[tuple[EffectState, bool], list[Settlement]] = {}
    for settlement in settlements:
        alike.setdefault((settlement.state, settlement.hubspot_id is not None), []).append(settlement)
    for (state, made), group in alike.items():
        moved = connection.execute(_move(state, made=made), [_moving(settlement, now) for settlement in group])
        if moved.rowcount != len(group):
            among = " or ".join(str(settlement.id) for settlement in group)[:200]
            raise RuntimeError(f"effect {among} may not become {state}")


@cache
def _move(state: EffectState, *, made: bool) -> Update:
    values: dict[str, Any] = {"state": state.value, "due_at": bindparam("due"), "reason": bindparam("why")}
    if made:
        values |= {"hubspot_id": bindparam("is_now"), "attempts": 0}  # from now on, readings are counted
    if state not in LIVE:
        values["settled_at"] = bindparam("now")
    if not ALLOWED[state]:
        values["due_at"] = bindparam("now")  # to be found by its age (`pruning`)
    if state in {EffectState.DONE, EffectState.DROPPED}:
        values["payload"] = None
    from_there = or_(*(effects.c.state == source.value for source in sources_of(state)))
    return update(effects).where(effects.c.id == bindparam("effect"), from_there).values(**values)


def _moving(settlement: Settlement, now: float) -> dict[str, Any]:
    return {
        "effect": settlement.id,
        "due": settlement.due_at,
        "why": settlement.reason[:500] if settlement.reason else None,
        "is_now": settlement.hubspot_id,
        "now": now,
    }


def interrupted(connection: Connection) -> list[StoredEffect]:
    """Return the effects that a run was sending when it died."""
    return [
        _read(row) for row in connection.execute(select(effects).where(effects.c.state == EffectState.SENDING.value))
    ]


def next_due(connection: Connection) -> float | None:
    """Return when the next live effect that can move will be due; None if delivery has nothing left."""
    return connection.execute(_next_due()).scalar_one_or_none()


def live(connection: Connection) -> int:
    """Return how many effects delivery still has to move."""
    return connection.execute(
        select(func.count()).select_from(effects).where(effects.c.state.in_([state.value for state in LIVE]))
    ).scalar_one()


@cache
def _due() -> Select[Any]:
    due = _movable(select(effects)).where(effects.c.due_at <= bindparam("now"))
    return due.order_by(effects.c.id).limit(bindparam("most"))


@cache
def _next_due() -> Select[Any]:
    return _movable(select(func.min(effects.c.due_at)))


def _movable(question: Select[Any]) -> Select[Any]:
    """Narrow to the effects that nothing holds up.

    An effect waits for the earlier live ones of its lane, and all but the write of a ticket wait for the HubSpot
    ticket. While that is not there, they do not hold up the write that makes it, which may stand behind them: a newer
    write takes the place of an older one at the end of the lane.
    """
    earlier = effects.alias()
    held_up = exists().where(
        and_(
            earlier.c.lane == effects.c.lane,
            earlier.c.id < effects.c.id,
            earlier.c.state.in_([state.value for state in LIVE]),
            or_(earlier.c.kind == "write_ticket", _is_there(earlier)),
        )
    )
    ready = [EffectState.PENDING.value, EffectState.UNCERTAIN.value, EffectState.VERIFYING.value]
    free = or_(effects.c.kind == "write_ticket", _is_there(effects))
    return question.where(effects.c.state.in_(ready), ~held_up, free)


def _is_there(lanes: FromClause) -> ColumnElement[bool]:
    """Tell of the lane of each row whether the HubSpot ticket exists; `lanes` must be of the query just around."""
    return exists().where(tickets.c.zendesk_id == lanes.c.lane, tickets.c.hubspot_id.is_not(None))


def _row(effect: Effect, now: float) -> dict[str, Any]:
    # A task is looked for before it is made: the store may have been lost, or restored from before it was made.
    first = EffectState.UNCERTAIN if isinstance(effect, OpenEscalation) else EffectState.PENDING
    return {
        "key": effect.key,
        "lane": effect.zendesk_id,
        "kind": effect.kind,
        "payload": _PAYLOAD.dump_json(effect).decode(),
        "state": first.value,
        "attempts": 0,
        "due_at": now,
        "created_at": now,
    }


def _read(row: Row[Any]) -> StoredEffect:
    return StoredEffect(
        id=row.id,
        effect=_PAYLOAD.validate_json(row.payload),
        state=EffectState(row.state),
        attempts=row.attempts,
        sent_at=row.sent_at,
        hubspot_id=row.hubspot_id,
    )
