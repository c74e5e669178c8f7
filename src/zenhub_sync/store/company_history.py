"""What the mirror knows of a company over the last months."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, delete, func, select

from zenhub_sync.planning.history import HISTORY_DAYS, REPEAT_DAYS, CompanyHistory
from zenhub_sync.planning.tickets import MirroredTicket, Status
from zenhub_sync.store.statements import chunks, insert_into
from zenhub_sync.store.tables import bad_ratings, tickets

_DAY = 24 * 3600
_OPEN = [status.value for status in (Status.NEW, Status.OPEN, Status.PENDING, Status.HOLD, Status.UNKNOWN)]


def note_bad_ratings(connection: Connection, rated_at: Mapping[int, datetime]) -> None:
    """Remember when these tickets were rated badly; the same rating is not counted twice."""
    rows = [{"zendesk_id": ticket, "rated_at": int(at.timestamp())} for ticket, at in rated_at.items()]
    for chunk in chunks(rows):
        connection.execute(insert_into(connection, bad_ratings).on_conflict_do_nothing(), chunk)


def forget(connection: Connection, ids: Iterable[int]) -> None:
    for chunk in chunks(ids):
        connection.execute(delete(bad_ratings).where(bad_ratings.c.zendesk_id.in_(chunk)))


def of(connection: Connection, ticket: MirroredTicket, now: float) -> CompanyHistory | None:
    """Return the history of the ticket's company, or of its organization where it has none."""
    same = _same_customer(ticket)
    if same is None:
        return None
    since, lately = int(now) - HISTORY_DAYS * _DAY, int(now) - REPEAT_DAYS * _DAY
    number = connection.execute(
        select(func.count()).select_from(tickets).where(same, tickets.c.opened_at >= since)
    ).scalar_one()
    rated = connection.execute(
        select(bad_ratings.c.rated_at)
        .join(tickets, tickets.c.zendesk_id == bad_ratings.c.zendesk_id)
        .where(same, bad_ratings.c.rated_at >= since)
    ).scalars()
    times = list(rated)
    oldest = connection.execute(
        select(tickets.c.zendesk_id, tickets.c.opened_at)
        .where(same, tickets.c.status.in_(_OPEN), tickets.c.opened_at > 0)
        .order_by(tickets.c.opened_at, tickets.c.zendesk_id)
        .limit(1)
    ).one_or_none()
    return CompanyHistory(
        tickets=number,
        bad_ratings=len(times),
        bad_lately=sum(at >= lately for at in times),
        oldest_open=oldest.zendesk_id if oldest is not None else None,
        oldest_open_at=datetime.fromtimestamp(oldest.opened_at, UTC) if oldest is not None else None,
    )


def _same_customer(ticket: MirroredTicket) -> ColumnElement[bool] | None:
    if ticket.company_id is not None:
        return tickets.c.company_id == ticket.company_id
    return tickets.c.organization_id == ticket.organization_id if ticket.organization_id is not None else None
