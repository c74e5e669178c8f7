"""The store as jobs and delivery see it: a few reads, and three write transactions.

*stage a page, lease a batch, settle a batch*: each is all or nothing, fenced by the lease, and none is held across a
network call. Never losing a ticket is `stage_page`'s one COMMIT: mirror, effects and cursor together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine

from zenhub_sync.planning.effects import Effect
from zenhub_sync.planning.tickets import EscalationState, MirroredTicket, ZendeskTicketId
from zenhub_sync.store import cursors, directory, leases, mirror, outbox, runs, unreadable
from zenhub_sync.store.engine import reading, writing


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedPage:
    """All that one page of tickets changes in the store."""

    mirrored: Sequence[MirroredTicket] = ()
    effects: Sequence[Effect] = ()
    cursor: cursors.Cursor | None = None
    organizations: Sequence[directory.OrganizationLink] = ()
    requesters: Sequence[directory.RequesterLink] = ()
    unreadable: Sequence[unreadable.UnreadableTicket] = ()
    read: Sequence[int] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledBatch:
    """All that the answers to one batch change in the store."""

    settlements: Sequence[outbox.Settlement] = ()
    confirmations: Sequence[mirror.Confirmation] = ()
    follow_ups: Sequence[Effect] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The state of the store in numbers and lists, for people."""

    tickets: int
    unmatched: int
    escalations: Mapping[EscalationState, int]
    live_effects: int
    parked: Sequence[outbox.ParkedEffect]
    unreadable: Sequence[unreadable.UnreadableTicket]
    cursors: Sequence[cursors.Cursor]
    runs: Sequence[runs.Run] = field(default_factory=tuple)


# A ticket that could not be read is asked for again after this long.
_RETRY_UNREADABLE = 3600.0


class Store:
    """An open database. Reads need nothing; every write names the lease under which it is made."""

    def __init__(
        self, engine: Engine, holder: str | None = None, lease_seconds: float = leases.LEASE_SECONDS
    ) -> None:
        self._engine = engine
        self._holder = holder or leases.who_am_i()
        self._lease_seconds = lease_seconds

    def close(self) -> None:
        """Let go of the database."""
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
            leases.release(self._engine, held)

    # --- the three write transactions --------------------------------------------------------------------------

    def stage_page(self, page: StagedPage, held: leases.Lease, now: float) -> None:
        """Commit what a page changes: the mirror, the effects, the directory and the cursor, or none of them."""
        with self._fenced(held) as connection:
            mirror.save(connection, page.mirrored)
            outbox.insert(connection, page.effects, now)
            directory.save_links(connection, page.organizations, page.requesters)
            unreadable.park(connection, page.unreadable, now, now + _RETRY_UNREADABLE)
            unreadable.clear(connection, page.read)
            if page.cursor is not None:
                cursors.move(connection, page.cursor, now)

    def lease_batch(self, held: leases.Lease, now: float, limit: int) -> list[outbox.StoredEffect]:
        """Commit the intent to send, before anything is sent."""
        with self._fenced(held) as connection:
            return outbox.lease(connection, now, limit)

    def settle_batch(self, batch: SettledBatch, held: leases.Lease, now: float) -> None:
        """Commit what the answers say."""
        with self._fenced(held) as connection:
            mirror.confirm(connection, batch.confirmations)
            outbox.settle(connection, batch.settlements, now)
            outbox.insert(connection, batch.follow_ups, now)

    # --- small writes ------------------------------------------------------------------------------------------

    def begin_run(self, run: runs.Run, held: leases.Lease) -> None:
        with self._fenced(held) as connection:
            runs.begin(connection, run)

    def finish_run(self, run: runs.Run, held: leases.Lease) -> None:
        with self._fenced(held) as connection:
            runs.finish(connection, run)

    def unpark(self, held: leases.Lease, now: float) -> int:
        """Give what was parked another chance, once its back-off has passed."""
        with self._fenced(held) as connection:
            return outbox.unpark(connection, now)

    def replace_domains(self, index: Mapping[str, frozenset[str]], held: leases.Lease, now: float) -> None:
        with self._fenced(held) as connection:
            directory.replace_domains(connection, index, now)

    def note_fact(self, name: str, value: str, held: leases.Lease, now: float) -> None:
        with self._fenced(held) as connection:
            directory.note_fact(connection, name, value, now)

    # --- reads -------------------------------------------------------------------------------------------------

    def known(self, ids: Iterable[int]) -> dict[ZendeskTicketId, MirroredTicket]:
        with reading(self._engine) as connection:
            return mirror.load(connection, ids)

    def known_count(self) -> int:
        with reading(self._engine) as connection:
            return mirror.count(connection)

    def cursor(self, name: str) -> cursors.Cursor | None:
        with reading(self._engine) as connection:
            return cursors.read(connection, name)

    def links(
        self, organization_ids: Iterable[int], requester_ids: Iterable[int]
    ) -> tuple[dict[int, directory.OrganizationLink], dict[int, directory.RequesterLink]]:
        with reading(self._engine) as connection:
            return (
                directory.organization_links(connection, organization_ids),
                directory.requester_links(connection, requester_ids),
            )

    def companies_of(self, domains: Iterable[str]) -> dict[str, frozenset[str]]:
        with reading(self._engine) as connection:
            return directory.companies_of(connection, domains)

    def domains_indexed_at(self) -> float | None:
        with reading(self._engine) as connection:
            return directory.domains_indexed_at(connection)

    def fact_noted_at(self, name: str) -> float | None:
        with reading(self._engine) as connection:
            return directory.fact_noted_at(connection, name)

    def interrupted(self) -> list[outbox.StoredEffect]:
        with reading(self._engine) as connection:
            return outbox.interrupted(connection)

    def next_due(self) -> float | None:
        with reading(self._engine) as connection:
            return outbox.next_due(connection)

    def unreadable_due(self, now: float) -> list[int]:
        with reading(self._engine) as connection:
            return [zendesk_id for zendesk_id in unreadable.due(connection, now) if zendesk_id > 0]

    def parked_count(self) -> int:
        """Return how many records wait because they could not be written or read."""
        with reading(self._engine) as connection:
            return outbox.count_parked(connection) + unreadable.count(connection)

    def live_count(self) -> int:
        """Return how many effects delivery still has to move."""
        with reading(self._engine) as connection:
            return outbox.live(connection)

    def overview(self) -> Overview:
        with reading(self._engine) as connection:
            return Overview(
                tickets=mirror.count(connection),
                unmatched=mirror.count_unmatched(connection),
                escalations=mirror.count_by_escalation(connection),
                live_effects=outbox.live(connection),
                parked=outbox.parked(connection),
                unreadable=unreadable.every(connection),
                cursors=cursors.every(connection),
                runs=runs.latest(connection),
            )

    def _fenced(self, held: leases.Lease) -> AbstractContextManager[Connection]:
        return _fenced(self._engine, held)


@contextmanager
def _fenced(engine: Engine, held: leases.Lease) -> Iterator[Connection]:
    with writing(engine) as connection:
        leases.fence(connection, held)
        yield connection
