"""What the program asks of Zendesk, one line a question."""

from __future__ import annotations

from collections.abc import Sequence

from zenhub_sync.transport.call import Sender
from zenhub_sync.zendesk import wire
from zenhub_sync.zendesk.models import (
    AuditPage,
    CustomStatus,
    HandledTickets,
    Organization,
    RatingPage,
    TicketBatch,
    TicketPage,
    TokenDescription,
    User,
)
from zenhub_sync.zendesk.surveys import SurveyPage, SurveyVersion


class Zendesk:
    """Ask one Zendesk account; every method is one request and raises a `ServiceError`."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def export_tickets(
        self, *, cursor: str | None = None, start_time: int | None = None, per_page: int = 1000
    ) -> TicketPage:
        """Return the page of changed tickets after `cursor`, or from `start_time` on (one of the two)."""
        return self._sender.send(wire.export_tickets(cursor=cursor, start_time=start_time, per_page=per_page))

    def show_many_tickets(self, ids: Sequence[int]) -> TicketBatch:
        """Return those of up to 100 tickets that exist and are not deleted, in no promised order."""
        return self._sender.send(wire.show_many_tickets(ids))

    def show_many_users(self, ids: Sequence[int]) -> tuple[User, ...]:
        """Return those of up to 100 users that exist and are not deleted."""
        return self._sender.send(wire.show_many_users(ids))

    def show_many_organizations(self, ids: Sequence[int]) -> tuple[Organization, ...]:
        """Return those of up to 100 organizations that exist, in no promised order."""
        return self._sender.send(wire.show_many_organizations(ids))

    def handled_tickets(self, ids: Sequence[int]) -> HandledTickets:
        """Return how up to 100 tickets were handled: group, replies, reopens."""
        return self._sender.send(wire.handled_tickets(ids))

    def ticket_audits(self, ticket_id: int, *, after: str | None = None) -> AuditPage:
        """Return a page of a ticket's history, oldest first; 404 for a deleted one."""
        return self._sender.send(wire.ticket_audits(ticket_id, after=after))

    def survey_responses(self, ticket_ids: Sequence[int], *, after: str | None = None) -> SurveyPage:
        """Return a page of the survey responses about these tickets; 403/404 on a plan without."""
        return self._sender.send(wire.survey_responses(ticket_ids, after=after))

    def surveys(self) -> tuple[SurveyVersion, ...]:
        """Return the account's CSAT surveys; 403/404 or none where it has the legacy ratings, or no CSAT."""
        return self._sender.send(wire.surveys())

    def satisfaction_ratings(self, *, score: str, start_time: int, after: str | None = None) -> RatingPage:
        """Return a page of the legacy list; whether `start_time` means given or changed is not documented."""
        return self._sender.send(wire.satisfaction_ratings(score=score, start_time=start_time, after=after))

    def custom_statuses(self) -> tuple[CustomStatus, ...]:
        """Return all statuses of the account, the built-in ones among them."""
        return self._sender.send(wire.custom_statuses())

    def me(self) -> User:
        """Return whom the credential acts as, or raise `Unauthorized` if Zendesk answers "Anonymous user"."""
        return self._sender.send(wire.me())

    def current_token(self) -> TokenDescription:
        """Return the scopes and the end of the OAuth token in use."""
        return self._sender.send(wire.current_token())
