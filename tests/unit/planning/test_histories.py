"""Whatever happens to a ticket, in whatever order: at most one escalation a case, and never one too many."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.fakes.facts import NOW, delivered, plan, source_ticket

from zenhub_sync.planning.effects import NoteTask, OpenEscalation, WriteTicket
from zenhub_sync.planning.planner import Change, Plan
from zenhub_sync.planning.policy import Policy
from zenhub_sync.planning.rules.escalation import is_low
from zenhub_sync.planning.tickets import (
    EscalationState,
    HubSpotId,
    MirroredTicket,
    Rating,
    Score,
    SourceTicket,
    StageOwner,
    StageRole,
    Status,
)

_AT_REST = {Status.SOLVED, Status.CLOSED}
_IN_WORK = {Status.NEW, Status.OPEN, Status.PENDING, Status.HOLD}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What Zendesk says at one look, and what happened in HubSpot just before it."""

    status: Status
    score: Score
    points: int | None
    age_in_days: int
    merged: bool
    delivered: bool
    task_made: bool
    task_completed: bool
    moved_by_person: bool
    late: bool
    comment: str | None
    asked_survey: bool
    excluded: bool


_EVENTS = st.lists(
    st.builds(
        Event,
        status=st.sampled_from(Status),
        score=st.sampled_from([Score.BAD, Score.BAD, Score.GOOD, Score.OFFERED, Score.UNOFFERED]),
        points=st.none() | st.integers(1, 5),
        age_in_days=st.sampled_from([0, 1, 7, 8, 40]),
        merged=st.sampled_from([False, False, False, True]),
        delivered=st.booleans(),
        task_made=st.booleans(),
        task_completed=st.booleans(),
        moved_by_person=st.sampled_from([False, False, False, True]),
        late=st.sampled_from([False, False, False, True]),
        comment=st.sampled_from([None, "Ruim", "Ruim", "Ruim demais", "Obrigado"]),
        asked_survey=st.booleans(),
        excluded=st.sampled_from([False, False, False, True]),
    ),
    min_size=1,
    max_size=12,
)
_POLICIES = st.builds(Policy, low_points=st.none() | st.integers(1, 4))


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One step of a history: what was known, what was seen, what was planned."""

    before: MirroredTicket | None
    source: SourceTicket
    made: Plan


@given(_EVENTS, _POLICIES)
def test_every_fact_is_staged_once(events: list[Event], policy: Policy) -> None:
    keys = [effect.key for look in _history(events, policy) for effect in look.made.effects]
    assert len(keys) == len(set(keys))


@given(_EVENTS, _POLICIES)
def test_an_episode_is_opened_once_and_in_contato_cs(events: list[Event], policy: Policy) -> None:
    episodes = []
    for look in _history(events, policy):
        opened = [effect for effect in look.made.effects if isinstance(effect, OpenEscalation)]
        assert look.made.opens is bool(opened)
        if opened:
            episodes += [effect.episode for effect in opened]
            assert look.made.mirror.stage is StageRole.CONTATO_CS
            assert look.made.mirror.episode == opened[-1].episode
    assert episodes == list(range(1, len(episodes) + 1))


@given(_EVENTS, _POLICIES)
def test_ended_tickets_are_never_escalated(events: list[Event], policy: Policy) -> None:
    for look in _history(events, policy):
        if look.source.merged or look.source.status is Status.DELETED:
            assert not look.made.opens


@given(_EVENTS, _POLICIES)
def test_a_second_case_needs_a_good_rating_or_a_reopening_in_between(events: list[Event], policy: Policy) -> None:
    """The oracle is the history itself, not what the mirror remembers of it."""
    in_between, episodes = False, 0
    for look in _history(events, policy):
        if _is_late(look):
            continue
        was = look.before.status if look.before is not None else None
        reopened = was in _AT_REST and look.source.status in _IN_WORK
        in_between = in_between or look.source.rating.score is Score.GOOD or reopened or _nobody_was_told(look)
        if look.made.opens:
            assert episodes == 0 or in_between
            episodes, in_between = episodes + 1, False


@given(_EVENTS, _POLICIES)
def test_a_second_look_at_what_was_delivered_writes_nothing(events: list[Event], policy: Policy) -> None:
    last = _history(events, policy)[-1]
    again = plan(last.source, delivered(last.made.mirror), policy=policy)
    assert (again.change, again.effects) == (Change.UNCHANGED, ())
    assert plan(last.source, again.mirror, policy=policy) == again


@given(_EVENTS, _POLICIES)
def test_an_open_case_stays_in_contato_cs_until_the_ticket_ends(events: list[Event], policy: Policy) -> None:
    for look in _history(events, policy):
        before, source = look.before, look.source
        was_there = before is not None and before.stage is StageRole.CONTATO_CS
        is_open = look.made.mirror.escalation is EscalationState.OPEN
        if was_there and is_open and not (source.merged or source.status is Status.DELETED):
            assert look.made.mirror.stage is StageRole.CONTATO_CS


@given(_EVENTS, _POLICIES)
def test_a_persons_stage_is_left_alone_except_by_an_escalation(events: list[Event], policy: Policy) -> None:
    for look in _history(events, policy):
        if look.before is not None and look.before.stage_owner is StageOwner.PERSON and look.made.moves:
            assert look.made.opens


@given(_EVENTS, _POLICIES)
def test_a_task_is_told_each_comment_once_and_only_while_its_case_is_open(events: list[Event], policy: Policy) -> None:
    """The oracle is what the task of the case was told so far: its own story, then notes."""
    told: set[str | None] = set()
    for look in _history(events, policy):
        if look.made.opens:
            told = {look.source.rating.comment}
        for effect in look.made.effects:
            if isinstance(effect, NoteTask):
                assert look.before is not None
                assert look.before.escalation is look.made.mirror.escalation is EscalationState.OPEN
                assert effect.episode == look.made.mirror.episode
                assert effect.comment is None or effect.comment == look.source.rating.comment
        notes = [e for e in look.made.effects if isinstance(e, NoteTask) and e.comment is not None]
        told |= {note.comment for note in notes}
        is_low = look.made.mirror.low and look.made.mirror.escalation is EscalationState.OPEN
        if is_low and not _is_late(look) and not look.made.opens and look.source.rating.comment is not None:
            assert look.source.rating.comment in told, "nothing that was said is kept from the task"


@given(_EVENTS, _POLICIES)
def test_an_old_complaint_is_never_said_beside_a_good_rating(events: list[Event], policy: Policy) -> None:
    complaint: str | None = None
    for look in _history(events, policy):
        if _is_late(look):
            continue
        rating = look.source.rating
        if rating.score is Score.BAD:
            complaint = rating.comment or complaint
        for effect in look.made.effects:
            if isinstance(effect, WriteTicket) and rating.score is Score.GOOD and complaint is not None:
                assert effect.properties.get("zendesk_csat_comment") != complaint


@given(_EVENTS, _POLICIES)
def test_no_old_rating_opens_a_case_and_no_excluded_ticket_does(events: list[Event], policy: Policy) -> None:
    for look in _history(events, policy):
        if look.made.opens:
            rated_at = look.source.rating.at or look.source.updated_at
            assert NOW - rated_at <= policy.max_rating_age
            assert look.source.excluded is None


@given(_EVENTS, _POLICIES)
def test_no_bad_rating_is_lost(events: list[Event], policy: Policy) -> None:
    """A rating that is bad now and was not at the look before has a case, or a reason why not that can be read."""
    for look in _history(events, policy):
        if _is_late(look) or not is_low(look.source, policy) or (look.before is not None and look.before.low):
            continue
        mirror = look.made.mirror
        has_case = mirror.escalation in {EscalationState.OPEN, EscalationState.SUPPRESSED}
        assert has_case or look.made.notes, f"{look.source} came to nothing"


def _history(events: Iterable[Event], policy: Policy) -> list[Look]:
    looks: list[Look] = []
    known: MirroredTicket | None = None
    for number, event in enumerate(events, start=1):
        known = _meanwhile(event, known)
        source = source_ticket(
            status=event.status,
            merged=event.merged,
            updated_at=NOW - timedelta(days=event.age_in_days),
            generated_at=1 if event.late else 10 * number,
            rating=_rating(event),
            excluded="excluded" if event.excluded else None,
        )
        looks.append(Look(before=known, source=source, made=plan(source, known, policy=policy)))
        known = looks[-1].made.mirror
    return looks


def _rating(event: Event) -> Rating:
    rated = event.score in {Score.BAD, Score.GOOD}
    return Rating(
        score=event.score,
        points=event.points,
        scale=5 if event.points is not None else None,
        comment=event.comment if rated else None,
        at=NOW - timedelta(days=event.age_in_days, minutes=5) if rated and event.asked_survey else None,
    )


def _meanwhile(event: Event, known: MirroredTicket | None) -> MirroredTicket | None:
    if known is None:
        return None
    if event.delivered:
        known = delivered(known)
    if event.task_made and known.escalation is EscalationState.OPEN and not known.undelivered:
        known = replace(known, task_id=HubSpotId(f"700{known.episode}"))
    if event.task_completed and known.task_id and known.escalation is EscalationState.OPEN and not known.undelivered:
        known = replace(known, escalation=EscalationState.CLOSED)
    if event.moved_by_person and not known.undelivered:
        known = replace(known, stage_owner=StageOwner.PERSON)
    return known


def _nobody_was_told(look: Look) -> bool:
    """Tell whether a case ended here before its task was made: the next bad rating is the first one heard of."""
    before = look.before
    if before is None or before.escalation is not EscalationState.OPEN or before.task_id is not None:
        return False
    return look.made.mirror.escalation is EscalationState.CLOSED


def _is_late(look: Look) -> bool:
    return look.before is not None and look.source.generated_at < look.before.generated_at
