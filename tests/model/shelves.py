"""Where small worlds keep what they know: the real store, a fast twin of it, and both in lock-step.

The twin keeps the store's promises in dictionaries and is ten times as fast, which buys ten times as many worlds. It is
worth as much as `Lockstep` makes it: there both do every transaction, and must agree on every row after each.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol

from sqlalchemy import Engine, delete, func, select
from tests.model.twin import Twin

from zenhub_sync.planning.tickets import MirroredTicket, ZendeskTicketId
from zenhub_sync.store import parking, tables
from zenhub_sync.store.cursors import Cursor
from zenhub_sync.store.engine import reading, writing
from zenhub_sync.store.leases import Lease
from zenhub_sync.store.outbox import KINDS, StoredEffect
from zenhub_sync.store.staging import SettledBatch, StagedPage
from zenhub_sync.store.store import Store


class Shelf(Protocol):
    """What delivery asks of a store, and what the judge of a world does."""

    def stage_page(self, page: StagedPage, held: Lease, now: float) -> None: ...
    def lease_batch(
        self, held: Lease, now: float, limit: int, kinds: Collection[str] = KINDS
    ) -> list[StoredEffect]: ...
    def settle_batch(self, batch: SettledBatch, held: Lease, now: float) -> None: ...
    def unpark(self, held: Lease, now: float) -> int: ...
    def known(self, ids: Iterable[int]) -> dict[ZendeskTicketId, MirroredTicket]: ...
    def cursor(self, name: str) -> Cursor | None: ...
    def interrupted(self) -> list[StoredEffect]: ...
    def next_due(self) -> float | None: ...
    def parked_count(self) -> int: ...
    def live_count(self) -> int: ...
    def parked_reasons(self) -> dict[str, str]: ...
    def ticket_writes(self) -> int:
        """Count the ticket writes that were ever staged: a revision each, and a mark for each task."""
        ...

    def empty(self) -> None: ...


class RealShelf(Store):
    """The store itself, with a way to empty it."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.engine = engine

    def parked_reasons(self) -> dict[str, str]:
        with reading(self.engine) as connection:
            return {each.key: each.reason for each in parking.parked(connection)}

    def ticket_writes(self) -> int:
        with reading(self.engine) as connection:
            written = select(func.coalesce(func.sum(tables.tickets.c.revision), 0))
            marked = select(func.count()).where(tables.effects.c.kind == "record_task")
            return int(connection.execute(written).scalar_one() + connection.execute(marked).scalar_one())

    def empty(self) -> None:
        with writing(self.engine) as connection:
            for table in (tables.tickets, tables.effects, tables.cursors):
                connection.execute(delete(table))


class Lockstep(RealShelf):
    """The real store, with a twin that does the same; they must agree after every transaction."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.twin = Twin()

    def stage_page(self, page: StagedPage, held: Lease, now: float) -> None:
        super().stage_page(page, held, now)
        self.twin.stage_page(page, held, now)
        self._agree()

    def lease_batch(self, held: Lease, now: float, limit: int, kinds: Collection[str] = KINDS) -> list[StoredEffect]:
        leased = super().lease_batch(held, now, limit, kinds)
        assert leased == self.twin.lease_batch(held, now, limit, kinds)
        self._agree()
        return leased

    def settle_batch(self, batch: SettledBatch, held: Lease, now: float) -> None:
        super().settle_batch(batch, held, now)
        self.twin.settle_batch(batch, held, now)
        self._agree()

    def unpark(self, held: Lease, now: float, lanes: Collection[int] | None = None) -> int:
        unparked = super().unpark(held, now, lanes)
        assert unparked == self.twin.unpark(held, now)
        return unparked

    def next_due(self) -> float | None:
        due = super().next_due()
        assert due == self.twin.next_due()
        return due

    def empty(self) -> None:
        super().empty()
        self.twin.empty()

    def _agree(self) -> None:
        names = ("key", "state", "attempts", "due_at", "sent_at", "hubspot_id", "reason")
        with reading(self.engine) as connection:
            rows = connection.execute(select(*(tables.effects.c[name] for name in names)).order_by(tables.effects.c.id))
            assert [tuple(row) for row in rows] == [
                tuple(getattr(row, name) for name in names) for row in self.twin.rows
            ]
        assert self.known(self.twin.mirror) == self.twin.mirror
        for name, cursor in self.twin.cursors.items():
            assert self.cursor(name) == cursor
