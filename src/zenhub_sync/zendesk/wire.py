"""Zendesk's endpoints as values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from zenhub_sync.transport.call import Answer, Call
from zenhub_sync.transport.errors import Unauthorized
from zenhub_sync.transport.reading import read_model
from zenhub_sync.zendesk.models import (
    AuditPage,
    CustomStatus,
    HandledTickets,
    Organization,
    RatingPage,
    Record,
    TicketBatch,
    TicketPage,
    TokenDescription,
    User,
)
from zenhub_sync.zendesk.pages import (
    read_audit_page,
    read_handled_tickets,
    read_organizations,
    read_rating_page,
    read_survey_page,
    read_ticket_batch,
    read_ticket_page,
    read_users,
)
from zenhub_sync.zendesk.surveys import SurveyPage, SurveyVersion

# https://developer.zendesk.com/api-reference/introduction/rate-limits/ : the account's limit; the
# incremental exports
# of tickets, ticket events and organizations share a second one; the guide service has a pool of its own.
ACCOUNT = "zendesk"
EXPORTS = "zendesk.exports"
GUIDE = "zendesk.guide"

T = TypeVar("T")

SIDE_LOADS = ("include", "users,organizations")


# https://developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports/
# `support_type_scope` is `agent` unless said: tickets that only AI agents handled would be left out.
def export_tickets(*, cursor: str | None, start_time: int | None, per_page: int) -> Call[TicketPage]:
    """Read changed tickets in the order of (generated_timestamp, id)."""
    if (cursor is None) == (start_time is None):
        raise ValueError("the export starts from a cursor or from a time, not from both or neither")
    begin = ("cursor", cursor) if cursor is not None else ("start_time", str(start_time))
    return Call(
        name="zendesk.export_tickets",
        method="GET",
        path="/api/v2/incremental/tickets/cursor",
        bucket=EXPORTS,
        repeatable=True,
        read=read_ticket_page,
        params=(begin, ("per_page", str(per_page)), SIDE_LOADS, ("support_type_scope", "all")),
    )


# https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#show-multiple-tickets (at most 100
# ids)
def show_many_tickets(ids: Sequence[int]) -> Call[TicketBatch]:
    """Read tickets by id; missing and deleted ones are silently left out."""
    return _show_many("tickets", ids, read_ticket_batch, SIDE_LOADS)


# https://developer.zendesk.com/api-reference/ticketing/users/users/#show-many-users (at most 100 ids)
def show_many_users(ids: Sequence[int]) -> Call[tuple[User, ...]]:
    """Read users by id; missing and deleted ones are silently left out."""
    return _show_many("users", ids, read_users)


# https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/#show-many-organizations
def show_many_organizations(ids: Sequence[int]) -> Call[tuple[Organization, ...]]:
    """Read organizations by id, in no promised order; missing ones are silently left out."""
    return _show_many("organizations", ids, read_organizations)


# https://developer.zendesk.com/documentation/ticketing/using-the-zendesk-api/side_loading/ . Not on the export: there
# these make every page larger and slower, and only the tickets of new tasks need them.
def handled_tickets(ids: Sequence[int]) -> Call[HandledTickets]:
    """Read the counters and the groups of tickets."""
    if not 1 <= len(ids) <= 100:
        raise ValueError(f"show_many takes 1 to 100 ids, not {len(ids)}")
    return Call(
        name="zendesk.handled_tickets",
        method="GET",
        path="/api/v2/tickets/show_many",
        bucket=ACCOUNT,
        repeatable=True,
        read=read_handled_tickets,
        params=(("ids", _comma_list(ids)), ("include", "groups,metric_sets")),
    )


# https://developer.zendesk.com/api-reference/ticketing/ticket-management/csat_survey_responses/ ; a page has
# at most
# 50 rows (github.com/useairfoil/typescript-sdk, connectors/producer-zendesk, recorded 2026-10-09).
def survey_responses(ticket_ids: Sequence[int], *, after: str | None) -> Call[SurveyPage]:
    """Read the answers to CSAT surveys about tickets."""
    subjects = ",".join(f"zen:ticket:{ticket_id}" for ticket_id in ticket_ids)
    return Call(
        name="zendesk.survey_responses",
        method="GET",
        path="/api/v2/guide/survey_responses",
        bucket=GUIDE,
        repeatable=True,
        read=read_survey_page,
        params=(("filter[subject_zrns]", subjects), ("page[size]", "50"), *_after(after)),
    )


# https://developer.zendesk.com/api-reference/ticketing/ticket-management/csat_surveys/ ; the locale only names the
# language of the texts.
def surveys() -> Call[tuple[SurveyVersion, ...]]:
    """Read the account's surveys, each with its state."""
    return Call(
        name="zendesk.surveys",
        method="GET",
        path="/api/v2/guide/en-us/surveys",
        bucket=GUIDE,
        repeatable=True,
        read=lambda answer: read_model(_Surveys, answer).surveys,
    )


# https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_audits/
def ticket_audits(ticket_id: int, *, after: str | None) -> Call[AuditPage]:
    """Read a ticket's history, oldest first."""
    return Call(
        name="zendesk.ticket_audits",
        method="GET",
        path=f"/api/v2/tickets/{ticket_id}/audits",
        bucket=ACCOUNT,
        repeatable=True,
        read=read_audit_page,
        params=(("page[size]", "100"), *_after(after)),
    )


# https://developer.zendesk.com/api-reference/ticketing/ticket-management/satisfaction_ratings/
def satisfaction_ratings(*, score: str, start_time: int, after: str | None) -> Call[RatingPage]:
    """Read the legacy list of ratings."""
    return Call(
        name="zendesk.satisfaction_ratings",
        method="GET",
        path="/api/v2/satisfaction_ratings",
        bucket=ACCOUNT,
        repeatable=True,
        read=read_rating_page,
        params=(("score", score), ("start_time", str(start_time)), ("page[size]", "100"), *_after(after)),
    )


# https://developer.zendesk.com/api-reference/ticketing/tickets/custom_ticket_statuses/ (not paginated)
def custom_statuses() -> Call[tuple[CustomStatus, ...]]:
    """Read all statuses."""
    return _get("custom_statuses", "/api/v2/custom_statuses", _read_custom_statuses)


# https://developer.zendesk.com/api-reference/ticketing/users/users/#show-self ; without credentials it
# answers
# 200 and a user whose id is null (live probes, github.com/CloudSecurityAlliance/csa-zendesk, 2026).
def me() -> Call[User]:
    """Read whom the credential stands for."""
    return _get("me", "/api/v2/users/me", _read_me)


# https://developer.zendesk.com/api-reference/ticketing/oauth/oauth_tokens/
def current_token() -> Call[TokenDescription]:
    """Read what the OAuth token may do, and until when."""
    return _get("current_token", "/api/v2/oauth/tokens/current", _read_current_token)


class _Statuses(Record):
    custom_statuses: tuple[CustomStatus, ...]


class _Surveys(Record):
    surveys: tuple[SurveyVersion, ...]


class _Someone(Record):
    id: int | None = None


class _Me(Record):
    user: _Someone


class _KnownMe(Record):
    user: User


class _Token(Record):
    token: TokenDescription


def _show_many(kind: str, ids: Sequence[int], read: Callable[[Answer], T], *more: tuple[str, str]) -> Call[T]:
    if not 1 <= len(ids) <= 100:
        raise ValueError(f"show_many takes 1 to 100 ids, not {len(ids)}")
    return Call(
        name=f"zendesk.show_many_{kind}",
        method="GET",
        path=f"/api/v2/{kind}/show_many",
        bucket=ACCOUNT,
        repeatable=True,
        read=read,
        params=(("ids", _comma_list(ids)), *more),
    )


def _get(name: str, path: str, read: Callable[[Answer], T]) -> Call[T]:
    return Call(name=f"zendesk.{name}", method="GET", path=path, bucket=ACCOUNT, repeatable=True, read=read)


def _read_custom_statuses(answer: Answer) -> tuple[CustomStatus, ...]:
    return read_model(_Statuses, answer).custom_statuses


def _read_me(answer: Answer) -> User:
    if read_model(_Me, answer).user.id is None:
        raise Unauthorized(
            "zendesk.me: Zendesk took the request for an anonymous one; check the credentials",
            status=answer.status,
        )
    return read_model(_KnownMe, answer).user


def _read_current_token(answer: Answer) -> TokenDescription:
    return read_model(_Token, answer).token


def _comma_list(ids: Sequence[int]) -> str:
    return ",".join(str(each) for each in ids)


def _after(cursor: str | None) -> tuple[tuple[str, str], ...]:
    return () if cursor is None else (("page[after]", cursor),)
