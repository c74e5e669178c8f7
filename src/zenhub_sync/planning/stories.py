"""What a task will tell of a ticket, in words that fit."""

from __future__ import annotations

from zenhub_sync.planning.effects import Story
from zenhub_sync.planning.moments import moment
from zenhub_sync.planning.policy import Policy
from zenhub_sync.planning.properties import MAX_LINE, MAX_TEXT, clip
from zenhub_sync.planning.rules.escalation import looks_automatic
from zenhub_sync.planning.tickets import SourceTicket


def story_of(source: SourceTicket, policy: Policy) -> Story:
    """Keep what the task will tell, for as long as delivery needs it, and no more of it than a task holds."""
    requester, rating, facts = source.requester, source.rating, source.facts
    return Story(
        subject=clip(source.subject, MAX_LINE),
        status=source.status.value,
        priority=_line(source.priority),
        url=source.url,
        created_at=moment(source.created_at),
        updated_at=moment(source.updated_at),
        comment=clip(rating.comment, MAX_TEXT) if rating.comment is not None else None,
        reason=_line(rating.reason),
        points=rating.points,
        scale=rating.scale,
        rated_at=moment(rating.at) if rating.at else None,
        requester_name=_line(requester.name) if requester else None,
        requester_email=_line(requester.email) if requester else None,
        organization=_line(source.organization),
        group=_line(facts.group),
        solved_at=moment(facts.solved_at) if facts.solved_at else None,
        replies=facts.replies,
        reopens=facts.reopens,
        category=rating.category,
        follow_up_of=source.follow_up_of,
        confirm=looks_automatic(rating, policy),
    )


def _line(text: str | None) -> str | None:
    return clip(text, MAX_LINE) if text is not None else None
