"""Why a ticket stands where it stands: the rules of the mirror, told of one ticket."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from zenhub_sync.planning.policy import Policy
from zenhub_sync.planning.rules.escalation import is_low
from zenhub_sync.planning.rules.owner import Why
from zenhub_sync.planning.rules.stage import ended, role_for
from zenhub_sync.planning.tickets import EscalationState, MirroredTicket, Rating, Score, SourceTicket, StageOwner


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one rule of the mirror says of a ticket; `rule` is its number in the contract."""

    rule: int
    applies: bool
    because: str


def verdicts(
    source: SourceTicket | None, known: MirroredTicket | None, policy: Policy, now: datetime
) -> tuple[Verdict, ...]:
    """Return what each rule says of the ticket as Zendesk tells it now (None: not told) and as it was last staged."""
    found: list[Verdict] = []
    if known is not None:
        found += _of_the_stage(source, known, policy)
    if source is not None:
        found += _of_the_rating(source, known, policy, now)
    if known is not None:
        found += _of_the_escalation(known, policy)
    return tuple(sorted(found, key=lambda verdict: verdict.rule))


def _of_the_stage(source: SourceTicket | None, known: MirroredTicket, policy: Policy) -> Iterator[Verdict]:
    if known.stage_owner is StageOwner.PERSON:
        yield Verdict(rule=3, applies=True, because="a person moved the HubSpot ticket: the stage is theirs")
    elif source is not None and known.escalation is not EscalationState.OPEN:
        role = role_for(source, policy).value
        yield Verdict(
            rule=3, applies=False, because=f"nobody else moved it: the stage is the one of its status, {role}"
        )
    if source is not None and ended(source):
        what = "merged into another" if source.merged else "deleted"
        yield Verdict(rule=9, applies=True, because=f"it was {what}: closed in HubSpot, and no task")


def _of_the_rating(
    source: SourceTicket, known: MirroredTicket | None, policy: Policy, now: datetime
) -> Iterator[Verdict]:
    low = is_low(source, policy)
    yield Verdict(rule=4, applies=low, because=f"{_said(source.rating)}{_threshold(source, policy)}")
    if low and (known is None or not known.low):
        age = now - (source.rating.at or source.updated_at)
        limit = policy.max_rating_age.days
        yield Verdict(rule=8, applies=age > policy.max_rating_age, because=f"rated {age.days} days ago; limit {limit}")


def _of_the_escalation(known: MirroredTicket, policy: Policy) -> Iterator[Verdict]:
    match known.escalation:
        case EscalationState.OPEN:
            task = f"task {known.task_id} is open" if known.task_id else "its task is being made"
            yield Verdict(rule=5, applies=True, because=f"escalation {known.episode}: in contato CS while {task}")
        case EscalationState.CLOSED:
            ways = "its task was completed or deleted, or the rating turned good"
            yield Verdict(rule=5, applies=False, because=f"escalation {known.episode} is closed: {ways}")
        case EscalationState.SUPPRESSED:
            age = policy.max_rating_age.days
            yield Verdict(rule=8, applies=True, because=f"its bad rating was over {age} days old at first sight")
        case EscalationState.NONE:
            pass
    if known.episode and known.escalation is not EscalationState.OPEN:
        since = "rated good or reopened since" if known.rearmed else "neither rated good nor reopened since"
        yield Verdict(rule=6, applies=not known.rearmed, because=f"{since} its last task")
    if known.company_id is None:
        yield Verdict(rule=7, applies=True, because="no company was found: a task would go down the chain of owners")
    elif known.ownerless and known.escalation is EscalationState.OPEN:
        yield Verdict(rule=7, applies=True, because=f"the company has no valid owner: {_OWNERLESS[known.ownerless]}")
    if known.taken_from is not None:
        yield Verdict(rule=3, applies=True, because="its escalation took it out of a stage that a person had chosen")


_OWNERLESS: Mapping[str, str] = {
    Why.COMPANY_WITHOUT_OWNER.value: "nobody owns it",
    Why.OWNER_ARCHIVED.value: "its owner is deactivated",
    Why.OWNER_UNKNOWN.value: "its owner is not among the portal's owners",
}


def _said(rating: Rating) -> str:
    if rating.score not in {Score.BAD, Score.GOOD}:
        return "the customer has not rated it"
    points = f", {rating.points} of {rating.scale or 'an unknown scale'}" if rating.points is not None else ""
    return f"the customer rated it {rating.score.value}{points}"


def _threshold(source: SourceTicket, policy: Policy) -> str:
    points = policy.threshold(source)
    if points is None or source.rating.points is None:
        return ""
    return f"; at most {points} points are low"
