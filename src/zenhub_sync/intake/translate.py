"""Where Zendesk's words end: a ticket of the export becomes a `SourceTicket`. Pure; an unknown word is a named case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from zenhub_sync.planning.tickets import Rating, Requester, Score, SourceTicket, Status, TicketFacts, ZendeskTicketId
from zenhub_sync.zendesk.models import Organization, SatisfactionRating, Ticket, User

# The tag that Zendesk puts on the loser of a merge; no field says it (support.zendesk.com, merging tickets).
_MERGED = "closed_by_merge"
_LATEST = 2**32  # the year 2106, in Unix seconds
_STATUSES = {status.value: status for status in Status}
_SCORES = {score.value: score for score in Score}
_WORDLESS = {score: Rating(score=score) for score in Score}


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What was found out about a ticket beside the export.

    `rating` is what the survey adds, `facts` how it was handled, `survivor` where it was merged to, `excluded` why the
    configuration wants no escalation of it.
    """

    rating: Rating | None = None
    facts: TicketFacts = field(default_factory=TicketFacts)
    survivor: int | None = None
    excluded: str | None = None


NOTHING_MORE = Learned()


def translate_ticket(
    ticket: Ticket,
    users: Mapping[int, User],
    organizations: Mapping[int, Organization],
    *,
    base_url: str,
    learned: Learned = NOTHING_MORE,
) -> SourceTicket:
    """Say in our words what Zendesk says of a ticket."""
    organization = organizations.get(ticket.organization_id or 0)
    return SourceTicket(
        id=ZendeskTicketId(ticket.id),
        url=f"{base_url}/agent/tickets/{ticket.id}",
        subject=_one_line(ticket.subject),
        description=ticket.description or "",
        status=_STATUSES.get(ticket.status, Status.UNKNOWN),
        raw_status=ticket.status,
        custom_status_id=ticket.custom_status_id,
        merged=is_merged(ticket),
        priority=ticket.priority,
        tags=ticket.tags,
        requester=_requester(ticket, users),
        organization_id=ticket.organization_id,
        organization=organization.name if organization is not None else None,
        created_at=ticket.created_at,
        updated_at=ticket.updated_at,
        generated_at=generated_at(ticket),
        rating=learned.rating or translate_rating(ticket.satisfaction_rating),
        facts=learned.facts,
        brand_id=ticket.brand_id,
        form_id=ticket.ticket_form_id,
        survivor=learned.survivor,
        follow_up_of=_parent(ticket),
        excluded=learned.excluded,
    )


def translate_rating(rating: SatisfactionRating | None) -> Rating:
    """Read the ticket's own rating: null where CSAT is off, an unknown word counts as not rated."""
    if rating is None:
        return _WORDLESS[Score.UNOFFERED]
    score = _SCORES.get(rating.score or "", Score.UNOFFERED)
    if not rating.comment and not rating.reason:
        return _WORDLESS[score]
    return Rating(
        score=score,
        comment=(rating.comment or "").strip() or None,
        reason=(rating.reason or "").strip() or None,
    )


def generated_at(ticket: Ticket) -> int:
    """Return the export's own order; it moves on system updates too, which `updated_at` does not show.

    https://developer.zendesk.com/documentation/ticketing/managing-tickets/using-the-incremental-export-api
    What lies beyond `_LATEST` is no time of an update: believed, it would outdate every later state of the ticket.
    """
    if ticket.generated_timestamp is not None and 0 <= ticket.generated_timestamp < _LATEST:
        return ticket.generated_timestamp
    updated_at = int(ticket.updated_at.timestamp())
    return updated_at if 0 <= updated_at < _LATEST else 0


def is_merged(ticket: Ticket) -> bool:
    """Tell whether the ticket was merged into another."""
    return _MERGED in ticket.tags


def _parent(ticket: Ticket) -> int | None:
    """Return the closed ticket that this one continues: a reply to a closed one makes a follow-up.

    https://developer.zendesk.com/documentation/ticketing/reference-guides/via-object-reference/
    """
    return ticket.via_ticket_id if ticket.via_rel == "follow_up" else None


def _requester(ticket: Ticket, users: Mapping[int, User]) -> Requester | None:
    if ticket.requester_id is None:
        return None
    user = users.get(ticket.requester_id)
    if user is None:
        return Requester(id=ticket.requester_id, name=None, email=None, shown=False)
    return Requester(id=user.id, name=user.name, email=user.email)


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())
