"""Read pages of tickets and ratings so that one bad row costs one row.

A good row is validated from its bytes. Any other is parsed again with what no store could hold replaced, as is a whole
answer whose rows cannot be told apart or whose cursor holds such a thing. An unreadable user or organization is as one
that was not sent along.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError

from zenhub_sync.transport.call import Answer
from zenhub_sync.transport.errors import Malformed
from zenhub_sync.transport.reading import NUL_ESCAPE, faults, read_json
from zenhub_sync.zendesk.models import (
    Audit,
    AuditPage,
    BrokenTicket,
    Group,
    HandledTickets,
    LegacyRating,
    Organization,
    RatingPage,
    Record,
    Ticket,
    TicketBatch,
    TicketMetrics,
    TicketPage,
    User,
)
from zenhub_sync.zendesk.surveys import SurveyPage, SurveyResponse

if TYPE_CHECKING:
    from msgspec import Raw

    from zenhub_sync.zendesk.rows import Rows

R = TypeVar("R", bound=Record)


class _Meta(Record):
    has_more: bool = False
    after_cursor: str | None = None


def read_ticket_page(answer: Answer) -> TicketPage:
    """Make a page of an answer of the export."""
    from zenhub_sync.zendesk.rows import PageRows, cut  # msgspec is loaded with the first page

    rows = cut(answer.body, PageRows)
    if rows is not None and "\0" not in (rows.after_cursor or ""):
        return _page(_batch_of(rows), rows.after_cursor, end_of_stream=rows.end_of_stream)
    body = _mapping(answer)
    end, cursor = body.get("end_of_stream"), body.get("after_cursor")
    if not isinstance(end, bool) or not isinstance(cursor, str | None):
        raise Malformed("the export's answer has no end_of_stream or a strange after_cursor", status=answer.status)
    return _page(_batch(body, answer), cursor, end_of_stream=end)


def read_ticket_batch(answer: Answer) -> TicketBatch:
    """Make a batch of an answer of show_many."""
    from zenhub_sync.zendesk.rows import Rows, cut

    rows = cut(answer.body, Rows)
    return _batch_of(rows) if rows is not None else _batch(_mapping(answer), answer)


def read_users(answer: Answer) -> tuple[User, ...]:
    """Read users of show_many; one that is unreadable is left out, as one that is not there."""
    return _sift(User, _rows(_mapping(answer), "users", answer))[0]


def read_organizations(answer: Answer) -> tuple[Organization, ...]:
    """Read organizations of show_many; one that is unreadable is left out, as one that is not there."""
    return _sift(Organization, _rows(_mapping(answer), "organizations", answer))[0]


def read_handled_tickets(answer: Answer) -> HandledTickets:
    """Make counters and group names of an answer of show_many; what is not there is not known."""
    body = _mapping(answer)
    tickets, _ = _sift(Ticket, _rows(body, "tickets", answer))
    metrics, _ = _sift(TicketMetrics, _side_load(body, "metric_sets"))
    groups, _ = _sift(Group, _side_load(body, "groups"))
    names = {group.id: group.name for group in groups if group.name}
    return HandledTickets(
        groups={ticket.id: names[ticket.group_id] for ticket in tickets if ticket.group_id in names},
        metrics={each.ticket_id: each for each in metrics},
    )


def read_survey_page(answer: Answer) -> SurveyPage:
    """Make a page of an answer of the survey responses."""
    body = _mapping(answer)
    good, bad = _sift(SurveyResponse, _rows(body, "survey_responses", answer))
    return SurveyPage(responses=good, broken=tuple(each.reason for each in bad), after=_next(body))


def read_audit_page(answer: Answer) -> AuditPage:
    """Make a page of an answer of a ticket's audits."""
    body = _mapping(answer)
    return AuditPage(audits=_sift(Audit, _rows(body, "audits", answer))[0], after=_next(body))


def read_rating_page(answer: Answer) -> RatingPage:
    """Make a page of an answer of the legacy ratings."""
    body = _mapping(answer)
    good, bad = _sift(LegacyRating, _rows(body, "satisfaction_ratings", answer))
    return RatingPage(ratings=good, broken=tuple(each.reason for each in bad), after=_next(body))


def _mapping(answer: Answer) -> dict[str, object]:
    body = read_json(answer.body)
    if not isinstance(body, dict):
        raise Malformed("the answer is not a JSON object", status=answer.status)
    return body


def _batch(body: dict[str, object], answer: Answer) -> TicketBatch:
    tickets, broken = _sift(Ticket, _rows(body, "tickets", answer))
    users, _ = _sift(User, _side_load(body, "users"))
    organizations, _ = _sift(Organization, _side_load(body, "organizations"))
    return TicketBatch(tickets=tickets, users=users, organizations=organizations, broken=broken)


def _page(batch: TicketBatch, after_cursor: str | None, *, end_of_stream: bool) -> TicketPage:
    return TicketPage(
        tickets=batch.tickets,
        users=batch.users,
        organizations=batch.organizations,
        broken=batch.broken,
        after_cursor=after_cursor,
        end_of_stream=end_of_stream,
    )


def _batch_of(rows: Rows) -> TicketBatch:
    tickets, broken = _sift_raw(Ticket, rows.tickets)
    users, _ = _sift_raw(User, rows.users)
    organizations, _ = _sift_raw(Organization, rows.organizations)
    return TicketBatch(tickets=tickets, users=users, organizations=organizations, broken=broken)


def _rows(body: dict[str, object], key: str, answer: Answer) -> Sequence[object]:
    rows = body.get(key)
    if not isinstance(rows, list):
        raise Malformed(f"the answer has no list of {key}", status=answer.status)
    return rows


def _side_load(body: dict[str, object], key: str) -> Sequence[object]:
    rows = body.get(key)
    return rows if isinstance(rows, list) else ()


def _sift_raw(model: type[R], rows: Sequence[Raw]) -> tuple[tuple[R, ...], tuple[BrokenTicket, ...]]:
    good: list[R] = []
    bad: list[BrokenTicket] = []
    for raw in rows:
        row = _at_once(model, bytes(raw))
        if row is not None:
            good.append(row)
        else:
            mended, broken = _sift(model, (read_json(bytes(raw)),))
            good += mended
            bad += broken
    return tuple(good), tuple(bad)


def _at_once(model: type[R], row: bytes) -> R | None:
    if NUL_ESCAPE in row:
        return None
    try:
        return model.model_validate_json(row)
    except ValidationError:
        return None


def _sift(model: type[R], rows: Sequence[object]) -> tuple[tuple[R, ...], tuple[BrokenTicket, ...]]:
    good: list[R] = []
    bad: list[BrokenTicket] = []
    for row in rows:
        try:
            good.append(model.model_validate(row))
        except ValidationError as problem:
            bad.append(BrokenTicket(id=_readable_id(row), reason=faults(problem)))
    return tuple(good), tuple(bad)


def _readable_id(row: object) -> int | None:
    claimed = row.get("id") if isinstance(row, dict) else None
    return claimed if type(claimed) is int and 0 < claimed < 2**63 else None


# Stop on `meta.has_more`: the links and cursors are there on the last page too.
# https://developer.zendesk.com/api-reference/introduction/pagination/
def _next(body: dict[str, object]) -> str | None:
    try:
        meta = _Meta.model_validate(body.get("meta"))
    except ValidationError as problem:
        raise Malformed(f"unexpected meta: {faults(problem)}") from None
    return meta.after_cursor if meta.has_more else None
