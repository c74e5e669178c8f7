"""How the tickets were handled whose bad rating is news: group, replies, reopens. A nicety that nothing waits for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from zenhub_sync.planning.tickets import TicketFacts
from zenhub_sync.transport.errors import Rejected, Unauthorized
from zenhub_sync.zendesk.models import HandledTickets

# Bulk reads of tickets take 100 ids (developer.zendesk.com, tickets: show many).
_AT_ONCE = 100
_FORBIDDEN = 403


class HandledSource(Protocol):
    """The part of the Zendesk client that knows how tickets were handled."""

    def handled_tickets(self, ids: Sequence[int]) -> HandledTickets: ...


def facts_of(source: HandledSource, ids: Sequence[int]) -> dict[int, TicketFacts]:
    """Return what Zendesk tells of these tickets; without the right to ask, the tasks do without it."""
    facts: dict[int, TicketFacts] = {}
    for start in range(0, len(ids), _AT_ONCE):
        chunk = ids[start : start + _AT_ONCE]
        try:
            handled = source.handled_tickets(chunk)
        except Rejected:
            continue
        except Unauthorized as error:
            if error.status != _FORBIDDEN:
                raise
            return facts
        facts.update((ticket_id, _facts(handled, ticket_id)) for ticket_id in chunk)
    return facts


def _facts(handled: HandledTickets, ticket_id: int) -> TicketFacts:
    metrics = handled.metrics.get(ticket_id)
    return TicketFacts(
        group=handled.groups.get(ticket_id),
        solved_at=metrics.solved_at if metrics is not None else None,
        replies=metrics.replies if metrics is not None else None,
        reopens=metrics.reopens if metrics is not None else None,
    )
