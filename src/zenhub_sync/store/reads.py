"""What may be asked of the store without holding its lease."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Engine

from zenhub_sync.planning.history import CompanyHistory
from zenhub_sync.planning.tickets import MirroredTicket, ZendeskTicketId
from zenhub_sync.store import (
    company_history,
    cursors,
    directory,
    history,
    mirror,
    outbox,
    overview,
    parking,
    runs,
    unreadable,
)
from zenhub_sync.store.engine import reading


class StoreReads:
    """The questions to an open database; each is one transaction that writes nothing."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def known(self, ids: Iterable[int]) -> dict[ZendeskTicketId, MirroredTicket]:
        with reading(self._engine) as connection:
            return mirror.load(connection, ids)

    def known_ids(self, ids: Iterable[int]) -> set[int]:
        with reading(self._engine) as connection:
            return mirror.known_ids(connection, ids)

    def known_count(self) -> int:
        with reading(self._engine) as connection:
            return overview.count_tickets(connection)

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

    def fact(self, name: str) -> str | None:
        with reading(self._engine) as connection:
            return directory.fact(connection, name)

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
            return parking.count_parked(connection) + unreadable.count(connection)

    def live_count(self) -> int:
        """Return how many effects delivery still has to move."""
        with reading(self._engine) as connection:
            return overview.count_live(connection)

    def overview(self) -> overview.Overview:
        with reading(self._engine) as connection:
            return overview.read(connection)

    def last_runs(self, limit: int, job: str | None = None) -> list[runs.Run]:
        """Return the newest runs first."""
        with reading(self._engine) as connection:
            return runs.latest(connection, limit, job)

    def record_of(self, zendesk_id: int) -> history.TicketRecord:
        with reading(self._engine) as connection:
            return history.read(connection, zendesk_id)

    def escalated(self) -> list[MirroredTicket]:
        """Return the tickets whose escalation is open and whose task is known."""
        with reading(self._engine) as connection:
            return mirror.escalated(connection)

    def history(self, ticket: MirroredTicket, now: float) -> CompanyHistory | None:
        """Return what is known of the ticket's company over the last months."""
        with reading(self._engine) as connection:
            return company_history.of(connection, ticket, now)

    def lost(self) -> list[int]:
        """Return the tickets whose HubSpot ticket a person archived, and which are to be made again."""
        with reading(self._engine) as connection:
            return mirror.lost(connection)

    def tickets_of(self, requester_id: int) -> list[int]:
        """Return the known tickets that this person opened."""
        with reading(self._engine) as connection:
            return mirror.of_requester(connection, requester_id)
