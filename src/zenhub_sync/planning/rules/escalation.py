"""Rules 4, 6, 8 and 9: when a rating becomes an escalation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from zenhub_sync.planning.policy import Policy
from zenhub_sync.planning.rules.stage import ended
from zenhub_sync.planning.tickets import EscalationState, MirroredTicket, Rating, Score, SourceTicket, Status

_AT_REST = frozenset({Status.SOLVED, Status.CLOSED})
_IN_WORK = frozenset({Status.NEW, Status.OPEN, Status.PENDING, Status.HOLD})


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationDecision:
    """`opens` a new episode, or not; `state`, `low` and `rearmed` are what the mirror remembers of it."""

    opens: bool
    state: EscalationState
    low: bool
    rearmed: bool
    note: str | None = None


def is_low(rating: Rating, policy: Policy) -> bool:
    """Tell whether the rating is one that CS must hear of.

    The ticket folds a 5-point scale to bad for 1, 2 and 3; a configured threshold looks at the points instead
    and falls back to the ticket's word where the account has none.
    """
    if policy.low_points is not None and rating.points is not None and rating.score in {Score.BAD, Score.GOOD}:
        return rating.points <= policy.low_points
    return rating.score is Score.BAD


def decide_escalation(
    source: SourceTicket, before: MirroredTicket, policy: Policy, now: datetime
) -> EscalationDecision:
    """Decide from the change between what was known and what is, never from the state alone."""
    low = is_low(source.rating, policy)
    rearmed = before.rearmed or _rearms(source, before)

    def stay(note: str | None = None, *, low: bool = low, state: EscalationState | None = None) -> EscalationDecision:
        return EscalationDecision(opens=False, state=state or before.escalation, low=low, rearmed=rearmed, note=note)

    no_task_yet = before.escalation is EscalationState.OPEN and before.task_id is None
    if no_task_yet and (not low or ended(source)):
        # Nobody was told of this case, so a later bad rating, or the same one of a restored ticket, is a new one.
        return EscalationDecision(
            opens=False,
            state=EscalationState.CLOSED,
            low=False,
            rearmed=True,
            note="its reason is gone before a task was made",
        )
    turned_good = source.rating.score is Score.GOOD and before.escalation is EscalationState.OPEN
    if not low and turned_good:
        return stay("rated well before its task was completed", state=EscalationState.CLOSED)
    if not low:
        return stay()
    if ended(source):
        # Not remembered as low: a ticket that is restored still badly rated is looked at again.
        return stay("deleted and merged tickets open no task", low=before.low)
    if before.low:
        # The points may come late (survey not readable before): what was bad stays bad, no second look.
        return stay()
    if before.escalation is EscalationState.OPEN:
        return stay("rated badly again while its task is open")
    if before.episode and not rearmed:
        return stay("rated badly again, but neither rated good nor reopened since its last task")
    age = now - (source.rating.at or source.updated_at)
    if age > policy.max_rating_age:
        return stay(f"the rating is {age.days} days old at first sight", state=EscalationState.SUPPRESSED)
    return EscalationDecision(opens=True, state=EscalationState.OPEN, low=True, rearmed=False)


def _rearms(source: SourceTicket, before: MirroredTicket) -> bool:
    """Tell whether this change makes a later bad rating a new case (rule 6)."""
    reopened = before.status in _AT_REST and source.status in _IN_WORK
    return bool(before.episode) and (source.rating.score is Score.GOOD or reopened)
