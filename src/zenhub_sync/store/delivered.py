"""Delete the writes and links of tickets that are over: the mirror knows what HubSpot has.

Their rows would be many, and small once their payloads are gone: two or three in each page of SQLite's file keep the
rest of it from being used again. Of a task every row stays (`pruning`): its key keeps it from being done twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from sqlalchemy import ColumnElement, Connection, Delete, delete, or_

from zenhub_sync.planning.effects import Effect, LinkTicket, WriteTicket
from zenhub_sync.store.outbox_states import EffectState, sources_of
from zenhub_sync.store.statements import among, execute_rows, listed, of_row
from zenhub_sync.store.tables import effects

_ORDINARY = ("write_ticket", "link_ticket")
_LANE_AND_KIND = ("of_lane", "of_kind")

LEAVING_NOTHING = frozenset({EffectState.DONE, EffectState.SUPERSEDED})
"""Ends that say no more than the mirror does; what was dropped keeps its reason."""


def delete_settled(connection: Connection, ids: Sequence[int], state: EffectState) -> int:
    """Delete those of these effects that are a ticket's write or link and may end so; return how many that were."""
    return connection.execute(_settled(connection.dialect.name, state), listed(connection, ids)).rowcount


def supersede(connection: Connection, staged: Sequence[Effect]) -> None:
    """Delete the unsent writes and links in whose place these come: a newer one carries all that they carried."""
    rows = [(effect.zendesk_id, effect.kind, effect.key) for effect in staged if _follows_another(effect)]
    execute_rows(connection, _superseded(), (*_LANE_AND_KIND, "but_key"), rows, apart=_LANE_AND_KIND)


def _follows_another(effect: Effect) -> bool:
    """Tell whether older ones of its kind may wait in its lane: revisions count from one, and only grow."""
    match effect:
        case WriteTicket():
            return effect.revision > 1
        case LinkTicket():
            return effect.link_revision > 1
        case _:
            return False


@cache
def _settled(dialect: str, state: EffectState) -> Delete:
    return delete(effects).where(among(dialect, effects.c.id), effects.c.kind.in_(_ORDINARY), _may_become(state))


@cache
def _superseded() -> Delete:
    return delete(effects).where(
        effects.c.lane == of_row("of_lane", effects.c.lane),
        effects.c.kind == of_row("of_kind", effects.c.kind),
        effects.c.key != of_row("but_key", effects.c.key),
        _may_become(EffectState.SUPERSEDED),
    )


def _may_become(state: EffectState) -> ColumnElement[bool]:
    return or_(*(effects.c.state == source.value for source in sources_of(state)))
