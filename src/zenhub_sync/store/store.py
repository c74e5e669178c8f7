"""The store as jobs and delivery see it: a few reads, and three write transactions.

*stage a page, lease a batch, settle a batch*: each is all or nothing, fenced by the lease, and none is held across a
network call. Never losing a ticket is `stage_page`'s one COMMIT: mirror, effects and cursor together.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection, Engine

from zenhub_sync.planning.slots import Attempt, Claim
from zenhub_sync.store import (
    carrying,
    directory,
    erasure,
    leases,
    matching,
    outbox,
    parking,
    runs,
    slots,
    spans,
    waiting,
)
from zenhub_sync.store.engine import checkpoint, in_transaction, told_plainly
from zenhub_sync.store.pruning import Retention, prune
from zenhub_sync.store.reads import StoreReads
from zenhub_sync.store.staging import SettledBatch, StagedPage, settle, stage
from zenhub_sync.store.unsent import Unsent

__all__ = ["SettledBatch", "StagedPage", "Store"]

R = TypeVar("R")


class Store(StoreReads):
    """An open database. Reads need nothing; every write names the lease under which it is made."""

    def __init__(
        self,
        engine: Engine,
        holder: str | None = None,
        lease_seconds: float = leases.LEASE_SECONDS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__(engine)
        self.matching = matching.Matching(engine)
        self._holder = holder or leases.who_am_i()
        self._lease_seconds = lease_seconds
        self._sleep = sleep
        self._unsent = Unsent()

    def close(self) -> None:
        """Let go of the database, leaving nothing that was delivered in SQLite's log."""
        with told_plainly(self._engine):
            checkpoint(self._engine)
        self._engine.dispose()

    # --- the lease ---------------------------------------------------------------------------------------------

    @contextmanager
    def lease(self) -> Iterator[leases.Lease]:
        """Hold the one turn on this database, kept alive by a heartbeat; raise `LeaseHeld` if another run has it."""
        held = leases.acquire(self._engine, self._holder, self._lease_seconds)
        try:
            with leases.heartbeat(self._engine, held):
                yield held
        finally:
            held.end()
            self._unsent.clear()
            leases.release(self._engine, held)

    def want_turn(self, seconds: float) -> None:
        """Ask whoever has the turn and is in no hurry to give it back; good for so many seconds."""
        with told_plainly(self._engine):
            waiting.want(self._engine, seconds)

    def turn_wanted(self) -> bool:
        """Tell whether another run waits for the turn."""
        return waiting.wanted(self._engine)

    # --- the three write transactions --------------------------------------------------------------------------

    def stage_page(self, page: StagedPage, held: leases.Lease, now: float) -> None:
        """Commit what a page changes: the mirror, the effects, the directory and the cursor, or none of them."""
        if self._unit(held, lambda connection: stage(connection, page, now)) == len(page.effects):
            self._unsent.add(held, page.effects)

    def lease_batch(
        self, held: leases.Lease, now: float, limit: int, kinds: Collection[str] = outbox.KINDS
    ) -> list[outbox.StoredEffect]:
        """Commit the intent to send, before anything is sent."""
        unsent = self._unsent.under(held)
        return self._unit(held, lambda connection: outbox.lease(connection, now, limit, kinds, unsent))

    def settle_batch(self, batch: SettledBatch, held: leases.Lease, now: float) -> None:
        """Commit what the answers say."""
        self._unit(held, lambda connection: settle(connection, batch, now))

    # --- small writes ------------------------------------------------------------------------------------------

    def begin_run(self, run: runs.Run, held: leases.Lease) -> None:
        self._unit(held, lambda connection: runs.begin(connection, run))

    def finish_run(self, run: runs.Run, held: leases.Lease) -> None:
        self._unit(held, lambda connection: runs.finish(connection, run))

    def claim_slot(
        self, job: str, seen: Claim | None, attempt: Attempt, run_id: str, held: leases.Lease, now: float
    ) -> None:
        """Claim a slot for a run, or raise `SlotTaken` if another instance was faster."""
        self._unit(held, lambda connection: slots.claim(connection, job, seen, attempt, run_id, now))

    def unpark(self, held: leases.Lease, now: float, lanes: Collection[int] | None = None) -> int:
        """Give what was parked another chance: what is due by its back-off, or all of these tickets' at once."""
        return self._unit(held, lambda connection: parking.unpark(connection, now, lanes))

    def drop(self, held: leases.Lease, zendesk_id: int, now: float) -> int:
        """Give up what is parked of this ticket; return how many records that were."""
        return self._unit(held, lambda connection: erasure.drop(connection, zendesk_id, now))

    def forget(self, held: leases.Lease, zendesk_ids: Collection[int], requester_id: int | None, now: float) -> None:
        """Erase what is kept about these tickets and this person; what prevents a second ticket or task stays."""
        self._unit(held, lambda connection: erasure.forget(connection, zendesk_ids, requester_id, now))

    def prune(self, held: leases.Lease, keep: Retention, now: float, most: int) -> int:
        """Delete at most so many rows of what is kept no longer; return how many: fewer if that was all."""
        return self._unit(held, lambda connection: prune(connection, keep, now, most))

    def replace_domains(
        self, index: Mapping[str, frozenset[str]], held: leases.Lease, now: float, note: str | None = None
    ) -> None:
        self._unit(held, lambda connection: directory.replace_domains(connection, index, now, note))

    def note_fact(self, name: str, value: str, held: leases.Lease, now: float) -> None:
        self._unit(held, lambda connection: directory.note_fact(connection, name, value, now))

    def end_span(self, held: leases.Lease, name: str, now: float) -> None:
        self._unit(held, lambda connection: spans.end(connection, name, now))

    def export(self, write: Callable[[str], object]) -> carrying.Carried:
        """Write the whole state, a line a row; the caller holds the lease, so that nothing moves meanwhile."""
        return carrying.export_state(self._engine, write)

    def import_(self, lines: Iterable[str], held: leases.Lease) -> carrying.Carried:
        """Fill this database, which must be empty, with what `export` wrote."""
        return carrying.import_state(self._engine, lines, held)

    def _unit(self, held: leases.Lease, work: Callable[[Connection], R]) -> R:
        """Do one fenced write transaction."""

        def fenced(connection: Connection) -> R:
            leases.fence(connection, held)
            return work(connection)

        return in_transaction(self._engine, fenced, self._sleep)
