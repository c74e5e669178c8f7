"""What the store knows of one ticket: as it was last staged, and what became of each of its effects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from zenhub_sync.planning.tickets import MirroredTicket, ZendeskTicketId
from zenhub_sync.store import mirror, unreadable
from zenhub_sync.store.outbox_states import EffectState
from zenhub_sync.store.tables import effects


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectRecord:
    """An effect without its words; moments are Unix seconds."""

    key: str
    kind: str
    state: EffectState
    attempts: int
    reason: str | None
    created_at: float
    sent_at: float | None
    due_at: float
    settled_at: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRecord:
    """`mirrored` None: never staged. `unreadable`: Zendesk gave it in a form that could not be read."""

    mirrored: MirroredTicket | None
    effects: Sequence[EffectRecord]
    unreadable: unreadable.UnreadableTicket | None


def read(connection: Connection, zendesk_id: int) -> TicketRecord:
    """Return what is known of the ticket; effects that ended for a while (`pruning`), escalations for ever.

    Of a delivered write or link the mirror alone tells: its revision is the one that was delivered.
    """
    columns = [effects.c[name] for name in EffectRecord.__slots__]
    rows = connection.execute(select(*columns).where(effects.c.lane == zendesk_id).order_by(effects.c.id)).all()
    broken = [ticket for ticket in unreadable.every(connection) if ticket.zendesk_id == zendesk_id]
    return TicketRecord(
        mirrored=mirror.load(connection, [zendesk_id]).get(ZendeskTicketId(zendesk_id)),
        effects=[EffectRecord(**(dict(row._mapping) | {"state": EffectState(row.state)})) for row in rows],
        unreadable=broken[0] if broken else None,
    )
