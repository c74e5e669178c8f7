"""Rules 4, 6, 8 and 9: when a rating becomes an escalation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from zenhub_sync.planning.policy import Policy
from zenhub_sync.planning.rules.stage import ended
from zenhub_sync.planning.tickets import EscalationState, MirroredTicket, Rating, Score, SourceTicket, Status

_AT_REST = frozenset({Status.SOLVED, Status.CLOSED})
# The same answer has a time in the survey and another, a second or so apart, in the legacy list and on the ticket.
_SAME_ANSWER = 60
_IN_WORK = frozenset({Status.NEW, Status.OPEN, Status.PENDING, Status.HOLD})


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationDecision:
    """`opens` a new episode, or not; `state`, `low` and `rearmed` are what the mirror remembers of it."""

    opens: bool
    state: EscalationState
    low: bool
    rearmed: bool
    note: str | None = None


def is_low(source: SourceTicket, policy: Policy) -> bool:
    """Tell whether the rating is one that CS must hear of.

    The ticket folds a 5-point scale to bad for 1, 2 and 3; a configured threshold looks at the points instead
    and falls back to the ticket's word where the account has none.
    """
    rating, threshold = source.rating, policy.threshold(source)
    if threshold is not None and rating.points is not None and rating.score in {Score.BAD, Score.GOOD}:
        return rating.points <= threshold
    return rating.score is Score.BAD


def looks_automatic(rating: Rating, policy: Policy) -> bool:
    """Tell whether a mail scanner that follows links may have rated: no words, and within seconds.

    Seconds after the survey went out, or seconds after the same person had rated otherwise.
    """
    if policy.scanner_window is None or rating.at is None or rating.comment or rating.reason:
        return False
    since = [before for before in (rating.asked_at, rating.first_at) if before is not None and before < rating.at]
    return any(rating.at - before <= policy.scanner_window for before in since)


def decide_escalation(
    source: SourceTicket, before: MirroredTicket, policy: Policy, now: datetime
) -> EscalationDecision:
    """Decide from the change between what was known and what is, never from the state alone."""
    low = is_low(source, policy)
    rearmed = before.rearmed or _rearms(source, before)

    def stay(note: str | None = None, *, low: bool = low, state: EscalationState | None = None) -> EscalationDecision:
        return EscalationDecision(opens=False, state=state or before.escalation, low=low, rearmed=rearmed, note=note)

    is_open = before.escalation is EscalationState.OPEN
    if is_open and before.task_id is None and (not low or ended(source)):
        # Nobody was told of this case, so a later bad rating, or the same one of a restored ticket, is a new one.
        told = stay("its reason is gone before a task was made", low=False, state=EscalationState.CLOSED)
        return replace(told, rearmed=True)
    if not low and is_open and source.rating.score is Score.GOOD:
        return stay("rated well before its task was completed", state=EscalationState.CLOSED)
    if not low:
        return stay()
    barred = "deleted and merged tickets open no task" if ended(source) else source.excluded
    if barred is not None:
        # Not remembered as low: a ticket that is restored still badly rated is looked at again.
        return stay(barred, low=before.low)
    if before.low and not _is_another(source.rating, before, rearmed=rearmed):
        # The points may come late (survey not readable before): what was bad stays bad, no second look.
        return stay()
    held_back = _held_back(before, rearmed=rearmed)
    if held_back is not None:
        return stay(held_back)
    age = now - (source.rating.at or source.updated_at)
    if age > policy.max_rating_age:
        return stay(f"the rating is {age.days} days old at first sight", state=EscalationState.SUPPRESSED)
    return EscalationDecision(opens=True, state=EscalationState.OPEN, low=True, rearmed=False)


def _held_back(before: MirroredTicket, *, rearmed: bool) -> str | None:
    """Say why a bad rating that is news opens no new case (rule 6)."""
    if before.escalation is EscalationState.OPEN:
        return "rated badly again while its task is open"
    if before.episode and not rearmed:
        return "rated badly again, but neither rated good nor reopened since its last task"
    return None


def _is_another(rating: Rating, before: MirroredTicket, *, rearmed: bool) -> bool:
    """Tell whether a ticket has been rated anew, though it was bad at the last look too; only the survey's time tells.

    Between two looks it may have been solved, offered and rated again. One rating that was too old for a task, or whose
    ticket was reopened since its task, must not hide the next.
    """
    may_be = before.escalation is EscalationState.SUPPRESSED or (
        rearmed and before.escalation is EscalationState.CLOSED
    )
    known = before.rated_at if may_be else 0
    return bool(known) and rating.at is not None and int(rating.at.timestamp()) > known + _SAME_ANSWER


def _rearms(source: SourceTicket, before: MirroredTicket) -> bool:
    """Tell whether this change makes a later bad rating a new case (rule 6)."""
    reopened = before.status in _AT_REST and (source.status in _IN_WORK or _solved_again(source, before))
    return bool(before.episode) and (source.rating.score is Score.GOOD or reopened)


def _solved_again(source: SourceTicket, before: MirroredTicket) -> bool:
    """Tell whether a ticket that was solved at the last look has been solved since: it was reopened in between."""
    solved_at = source.facts.solved_at
    return solved_at is not None and 0 < before.generated_at < int(solved_at.timestamp())
