"""Which tickets, organizations and requesters have no company or contact yet, and which have another one now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    Select,
    and_,
    case,
    func,
    literal_column,
    or_,
    select,
    union,
    update,
)

from zenhub_sync.planning.tickets import HubSpotId, Match, MirroredTicket
from zenhub_sync.store import directory, parking
from zenhub_sync.store.engine import reading
from zenhub_sync.store.mirror import read_row
from zenhub_sync.store.statements import chunks
from zenhub_sync.store.tables import LED_NOWHERE, organizations, requesters, tickets


@dataclass(frozen=True, slots=True, kw_only=True)
class Survivor:
    """A record that was merged into another, which lives on under its own id."""

    kind: Literal["companies", "contacts"]
    merged: str
    into: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """Organizations of tickets without a company, and requesters of tickets without a company or a contact.

    `asked_at` is when the one that was asked for longest ago was; 0 if one never was.
    """

    organizations: Sequence[int]
    requesters: Sequence[int]
    asked_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmatchedOrganization:
    """An organization without a company, with how many tickets it has, and how many of them are rated badly."""

    organization_id: int
    tickets: int
    bad: int


class Matching:
    """Answer questions about who belongs to whom, from the store alone."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def index_note(self) -> str | None:
        """Return the note of the stored company index."""
        with reading(self._engine) as connection:
            return directory.index_note(connection)

    def unmatched(self, most: int) -> Unmatched:
        """Return at most so many organizations and requesters, those asked for longest ago first."""
        with reading(self._engine) as connection:
            nameless = connection.execute(_unmatched_organizations().limit(most)).all()
            people = connection.execute(_unmatched_requesters().limit(most)).all()
        return Unmatched(
            organizations=[row[0] for row in nameless],
            requesters=[row[0] for row in people],
            asked_at=min((row[1] for row in (*nameless, *people)), default=0.0),
        )

    def unmatched_organizations(self) -> list[UnmatchedOrganization]:
        """Return all of them, those with most tickets first."""
        bad = func.sum(case((tickets.c.low, 1), else_=0))
        number = func.count()
        question = (
            select(tickets.c.organization_id, number, bad)
            .where(tickets.c.company_id.is_(None), tickets.c.organization_id.is_not(None), ~tickets.c.forgotten)
            .group_by(tickets.c.organization_id)
            .order_by(number.desc(), tickets.c.organization_id)
        )
        with reading(self._engine) as connection:
            return [
                UnmatchedOrganization(organization_id=row[0], tickets=row[1], bad=row[2] or 0)
                for row in connection.execute(question)
            ]

    def waiting_unmatched(self) -> list[int]:
        """Return the tickets without a company whose escalation waits for somebody to give its task to."""
        with reading(self._engine) as connection:
            return parking.waiting_unmatched(connection)

    def moved(self, most: int, since: float) -> list[tuple[MirroredTicket, Match]]:
        """Return tickets whose organization or requester leads to another company or contact than they have.

        Only what was learned of organizations and requesters since that moment is looked at; 0: all of it.
        """
        with reading(self._engine) as connection:
            return [_moved(row) for row in connection.execute(_moved_tickets(since).limit(most))]

    def tickets_of_organization(self, organization_id: int) -> list[MirroredTicket]:
        """Return the known tickets of an organization, forgotten ones left out."""
        question = select(tickets).where(tickets.c.organization_id == organization_id, ~tickets.c.forgotten)
        with reading(self._engine) as connection:
            return [read_row(row) for row in connection.execute(question.order_by(tickets.c.zendesk_id))]


def follow(connection: Connection, survivors: Collection[Survivor]) -> None:
    """Let everything that led to a merged record lead to the one it was merged into."""
    for kind, column, led in _LED:
        into = {survivor.merged: survivor.into for survivor in survivors if survivor.kind == kind}
        for chunk in chunks(into):
            follows = case(*((led.c[column] == merged, into[merged]) for merged in chunk))
            connection.execute(update(led).where(led.c[column].in_(chunk)).values({column: follows}))


_LED = (
    ("companies", "company_id", organizations),
    ("companies", "company_id", requesters),
    ("companies", "company_id", tickets),
    ("contacts", "contact_id", tickets),
    ("contacts", "contact_id", requesters),
)


def _unmatched_organizations() -> Select[Any]:
    of_it = (tickets.c.organization_id == organizations.c.organization_id, tickets.c.company_id.is_(None))
    return (
        select(organizations.c.organization_id, organizations.c.checked_at)
        .where(organizations.c.company_id.is_(None), _has_ticket(*of_it))
        .order_by(organizations.c.checked_at, organizations.c.organization_id)
    )


def _unmatched_requesters() -> Select[Any]:
    theirs = tickets.c.requester_id == requesters.c.requester_id
    nobody = or_(
        _has_ticket(theirs, tickets.c.company_id.is_(None)),
        and_(requesters.c.contact_id.is_(None), _has_ticket(theirs, tickets.c.contact_id.is_(None))),
    )
    return (
        select(requesters.c.requester_id, requesters.c.checked_at)
        .where(literal_column(f"({LED_NOWHERE})"), nobody)
        .order_by(requesters.c.checked_at, requesters.c.requester_id)
    )


def _has_ticket(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Ask for one ticket, row by row: EXISTS lets PostgreSQL collect all tickets first, for the few that are wanted."""
    one = select(tickets.c.zendesk_id).where(*conditions, ~tickets.c.forgotten).limit(1)
    return one.scalar_subquery().is_not(None)


def _company() -> ColumnElement[str | None]:
    """Return the company that a ticket's organization leads to, else its requester's: the order of matching."""
    return func.coalesce(organizations.c.company_id, requesters.c.company_id)


def _moved_tickets(since: float) -> Select[Any]:
    """Compare the tickets of those of whom something was learned; an organization's 0 says that its link was taken."""
    learned = or_(organizations.c.checked_at >= since, organizations.c.checked_at == 0.0)
    theirs = select(organizations.c.organization_id).where(learned)
    hers = select(requesters.c.requester_id).where(requesters.c.checked_at >= since)
    moved = union(
        _led_elsewhere().where(tickets.c.organization_id.in_(theirs)),
        _led_elsewhere().where(tickets.c.requester_id.in_(hers)),
    ).subquery()
    return select(moved).order_by(moved.c.zendesk_id)


def _led_elsewhere() -> Select[Any]:
    company = _company()
    return (
        select(tickets, company.label("found_company"), requesters.c.contact_id.label("found_contact"))
        .join(organizations, organizations.c.organization_id == tickets.c.organization_id, isouter=True)
        .join(requesters, requesters.c.requester_id == tickets.c.requester_id, isouter=True)
        .where(
            ~tickets.c.forgotten,
            or_(_differs(company, tickets.c.company_id), _differs(requesters.c.contact_id, tickets.c.contact_id)),
        )
    )


def _differs(found: ColumnElement[str | None], known: ColumnElement[str | None]) -> ColumnElement[bool]:
    """Tell whether somebody was found, and it is not who is known; that nobody was found changes nothing."""
    return and_(found.is_not(None), or_(known.is_(None), known != found))


def _moved(row: Row[Any]) -> tuple[MirroredTicket, Match]:
    values = dict(row._mapping)
    company, contact = values.pop("found_company"), values.pop("found_contact")
    match = Match(
        company_id=HubSpotId(str(company)) if company is not None else None,
        contact_id=HubSpotId(str(contact)) if contact is not None else None,
    )
    return read_row(values), match
