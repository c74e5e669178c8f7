"""What an open task must still be told: words that came late, and the end of its ticket."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from zenhub_sync.planning.effects import NoteTask
from zenhub_sync.planning.moments import moment
from zenhub_sync.planning.properties import MAX_TEXT, clip, comment_digest, comment_known
from zenhub_sync.planning.tickets import EscalationState, MirroredTicket, Score, SourceTicket, Status

# Told on the task is as much of a comment as the task itself would show.
_MOST_COMMENT = MAX_TEXT // 8


def without_the_old_complaint(source: SourceTicket, before: MirroredTicket) -> SourceTicket:
    """Leave out the comment that a rating turned good still carries from when it was bad.

    It would read as praise. Zendesk keeps the comment and drops the reason (recording of a real account, 2026-10-09).
    """
    rating = source.rating
    if rating.score is not Score.GOOD or not rating.comment or comment_digest(rating) != before.complaint:
        return source
    return replace(source, rating=replace(rating, comment=None))


def complaint_of(source: SourceTicket, before: MirroredTicket) -> bytes:
    """Return by what the last complaint is known again."""
    return (comment_digest(source.rating) if source.rating.score is Score.BAD else b"") or before.complaint


def merged_into(source: SourceTicket, before: MirroredTicket) -> int | None:
    """Return where the ticket was merged to: None if it was not, 0 if nobody said."""
    return source.survivor or before.merged_into or 0 if source.merged else None


def notes_for(source: SourceTicket, before: MirroredTicket, state: EscalationState, *, low: bool) -> Iterator[NoteTask]:
    """Yield what the task of this escalation, which was decided before, does not say yet."""
    if before.escalation is not EscalationState.OPEN or state is not EscalationState.OPEN:
        return
    adopted = not before.digests  # by an empty store: what the task says is not known, most likely this
    if low and not adopted and source.rating.comment and comment_digest(source.rating) != comment_known(before):
        fact = f"comment-r{before.revision + 1}"  # of the write that takes the comment to the HubSpot ticket as well
        yield replace(_note(source, before, fact), comment=clip(source.rating.comment, _MOST_COMMENT))
    if source.merged and before.merged_into is None:
        url = f"{source.url.rpartition('/')[0]}/{source.survivor}" if source.survivor else None
        yield replace(_note(source, before, "merged"), survivor=source.survivor, url=url)
    if source.status is Status.DELETED and before.status is not Status.DELETED:
        yield _note(source, before, "deleted")


def _note(source: SourceTicket, before: MirroredTicket, fact: str) -> NoteTask:
    at = source.rating.at if fact.startswith("comment") and source.rating.at else source.updated_at
    return NoteTask(zendesk_id=source.id, episode=before.episode, fact=fact, at=moment(at))
