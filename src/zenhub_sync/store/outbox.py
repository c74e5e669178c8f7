"""The durable outbox: effects that were decided and wait to be applied, in lanes of one ticket each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Annotated, Any, get_args

from pydantic import Field, TypeAdapter
from sqlalchemy import Connection, Select, Update, and_, bindparam, exists, func, or_, select, update

from zenhub_sync.planning.effects import Effect, OpenEscalation
from zenhub_sync.planning.tickets import HubSpotId
from zenhub_sync.store.delivered import LEAVING_NOTHING, delete_settled, supersede
from zenhub_sync.store.outbox_states import ALLOWED, LIVE, EffectState, sources_of
from zenhub_sync.store.statements import among, execute_rows, insert_rows, listed, of_row
from zenhub_sync.store.tables import effects, tickets

_PAYLOAD: TypeAdapter[Effect] = TypeAdapter(Annotated[Effect, Field(discriminator="kind")])
_COLUMNS = ("key", "lane", "kind", "payload", "state", "attempts", "due_at", "created_at")
_PLACE = (*(effects.c[n] for n in ("id", "key", "state", "attempts", "sent_at", "hubspot_id")), tickets.c.hubspot_id)
# Joined, for PostgreSQL gathers all tickets to answer an EXISTS that stands beside an OR.
_JOINED = effects.outerjoin(tickets, tickets.c.zendesk_id == effects.c.lane)
_MOVING = ("effect", "due", "why", "is_now", "now")

LINKS = frozenset({"link_ticket"})
"""What most tickets share a request with."""
TASKS = frozenset({"open_escalation"})
"""What is looked for before it is made, and read back after."""
KINDS = frozenset(str(each.default) for effect in get_args(Effect) for each in fields(effect) if each.name == "kind")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEffect:
    """An effect with its place in the outbox. `state` is the one it was leased from.

    `hubspot_id` is what it made, `ticket_id` the HubSpot ticket of its lane when it was leased.
    """

    id: int
    effect: Effect
    state: EffectState
    attempts: int
    sent_at: float | None
    hubspot_id: str | None
    ticket_id: HubSpotId | None


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

    A newer write or link of a ticket carries all that an older, unsent one carried, so the older one goes.
    """
    staged = list(staged)
    supersede(connection, staged)
    return insert_rows(connection, effects, _COLUMNS, [_row(effect, now) for effect in staged], key="key")


def lease(
    connection: Connection, now: float, limit: int, kinds: Collection[str], unsent: dict[str, Effect]
) -> list[StoredEffect]:
    """Claim due effects, each the first live one of its lane, and record that they are being sent.

    Those that wait to be looked for or read back keep their state: asking again is harmless. What is among the `unsent`
    is taken out of them; the others are read.
    """
    due = connection.execute(_due(), {"now": now, "most": limit, "kinds": sorted(kinds)}).all()
    if not due:
        return []
    leased = _read(connection, due, unsent)
    sending = [stored.id for stored in leased if stored.state is EffectState.PENDING]
    asking = [stored.id for stored in leased if stored.state is not EffectState.PENDING]
    dialect = connection.dialect.name
    if asking:
        connection.execute(_again(dialect), listed(connection, asking))
    claimed = connection.execute(_claiming(dialect), {"now": now, **listed(connection, sending)})
    if claimed.rowcount != len(sending):
        raise RuntimeError("an effect was claimed twice; the lease should have made that impossible")
    return leased


@cache
def _again(dialect: str) -> Update:
    return update(effects).where(among(dialect, effects.c.id)).values(attempts=effects.c.attempts + 1)


@cache
def _claiming(dialect: str) -> Update:
    waiting = effects.c.state == EffectState.PENDING.value
    return _again(dialect).where(waiting).values(state=EffectState.SENDING.value, sent_at=bindparam("now"))


def settle(connection: Connection, settlements: Sequence[Settlement], now: float) -> None:
    """Move effects on, and delete what is over and leaves nothing to remember (`delivered`).

    A move that the table of states does not allow is a bug and rolls everything back.
    """
    alike: dict[tuple[EffectState, bool], list[Settlement]] = {}
    for settlement in settlements:
        alike.setdefault((settlement.state, settlement.hubspot_id is not None), []).append(settlement)
    for (state, made), group in alike.items():
        moved = delete_settled(connection, [each.id for each in group], state) if state in LEAVING_NOTHING else 0
        if moved < len(group):
            rows = [_moving(settlement, now) for settlement in group]
            moved += execute_rows(connection, _move(state, made=made), _MOVING, rows, apart=("effect",))
        if moved != len(group):
            among = " or ".join(str(settlement.id) for settlement in group)[:200]
            raise RuntimeError(f"effect {among} may not become {state}")


@cache
def _move(state: EffectState, *, made: bool) -> Update:
    now = of_row("now", effects.c.due_at)
    values: dict[str, Any] = {"state": state.value, "due_at": of_row("due", effects.c.due_at)}
    values["reason"] = of_row("why", effects.c.reason)
    if made:
        # From now on, readings are counted.
        values |= {"hubspot_id": of_row("is_now", effects.c.hubspot_id), "attempts": 0}
    if state not in LIVE:
        values["settled_at"] = now
    if not ALLOWED[state]:
        values["due_at"] = now  # to be found by its age (`pruning`)
    if state in {EffectState.DONE, EffectState.DROPPED}:
        values["payload"] = None
    from_there = or_(*(effects.c.state == source.value for source in sources_of(state)))
    return update(effects).where(effects.c.id == of_row("effect", effects.c.id), from_there).values(**values)


def _moving(settlement: Settlement, now: float) -> tuple[Any, ...]:
    """Return the values of `_MOVING`."""
    reason = settlement.reason[:500] if settlement.reason else None
    return (settlement.id, settlement.due_at, reason, settlement.hubspot_id, now)


def interrupted(connection: Connection) -> list[StoredEffect]:
    """Return the effects that a run was sending when it died."""
    asked = select(*_PLACE).select_from(_JOINED).where(effects.c.state == EffectState.SENDING.value)
    return _read(connection, connection.execute(asked).all(), {})


def next_due(connection: Connection) -> float | None:
    """Return when the next live effect that can move will be due; None if delivery has nothing left."""
    return connection.execute(_next_due()).scalar_one_or_none()


@cache
def _due() -> Select[Any]:
    kinds = effects.c.kind.in_(bindparam("kinds", expanding=True))
    # Without the payloads: else all that is due is put in order together with them.
    due = _movable(select(*_PLACE)).where(effects.c.due_at <= bindparam("now"), kinds)
    return due.order_by(effects.c.id).limit(bindparam("most"))


@cache
def _on_record(dialect: str) -> Select[Any]:
    return select(effects.c.id, effects.c.payload).where(among(dialect, effects.c.id))


@cache
def _next_due() -> Select[Any]:
    return _movable(select(func.min(effects.c.due_at)))


def _movable(question: Select[Any]) -> Select[Any]:
    """Narrow to the effects that nothing holds up.

    An effect waits for the earlier live ones of its lane, and all but the write of a ticket wait for the HubSpot
    ticket. While that is not there, they do not hold up the write that makes it, which may stand behind them: a newer
    write takes the place of an older one at the end of the lane.
    """
    is_there = tickets.c.hubspot_id.is_not(None)
    earlier = effects.alias()
    held_up = exists().where(
        and_(
            earlier.c.lane == effects.c.lane,
            earlier.c.id < effects.c.id,
            earlier.c.state.in_([state.value for state in LIVE]),
            or_(earlier.c.kind == "write_ticket", is_there),
        )
    )
    ready = [EffectState.PENDING.value, EffectState.UNCERTAIN.value, EffectState.VERIFYING.value]
    free = or_(effects.c.kind == "write_ticket", is_there)
    return question.select_from(_JOINED).where(effects.c.state.in_(ready), ~held_up.correlate(effects, tickets), free)


def _row(effect: Effect, now: float) -> tuple[Any, ...]:
    """Return the values of `_COLUMNS`."""
    # A task is looked for before it is made: the store may have been lost, or restored from before it was made.
    first = EffectState.UNCERTAIN if isinstance(effect, OpenEscalation) else EffectState.PENDING
    payload = _PAYLOAD.serializer.to_json(effect).decode()
    return (effect.key, effect.zendesk_id, effect.kind, payload, first.value, 0, now, now)


def _read(connection: Connection, rows: Sequence[Sequence[Any]], unsent: dict[str, Effect]) -> list[StoredEffect]:
    """Return the effects of rows of `_PLACE`: what is among the `unsent` is taken out of them, the others are parsed.

    Rows are taken apart by position: by name that would cost three times as much.
    """
    absent = [number for number, key, *_ in rows if key not in unsent]
    on_record = _on_record(connection.dialect.name)
    payloads = connection.execute(on_record, listed(connection, absent)).all() if absent else []
    read = {number: _PAYLOAD.validate_json(payload) for number, payload in payloads}
    return [
        StoredEffect(
            id=number,
            effect=unsent.pop(key) if key in unsent else read[number],
            state=EffectState(state),
            attempts=attempts,
            sent_at=sent_at,
            hubspot_id=made,
            ticket_id=ticket,
        )
        for number, key, state, attempts, sent_at, made, ticket in rows
    ]
