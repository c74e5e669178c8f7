"""One ticket in, one plan out: the decision at the heart of the mirror."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from zenhub_sync.planning.arrivals import Arrival, arrivals_of
from zenhub_sync.planning.effects import (
    CloseTask,
    Effect,
    LinkTicket,
    OpenEscalation,
    WriteTicket,
    escalation_key,
)
from zenhub_sync.planning.moments import moment
from zenhub_sync.planning.notes import complaint_of, merged_into, notes_for, without_the_old_complaint
from zenhub_sync.planning.policy import Policy
from zenhub_sync.planning.properties import TASK_ID, TASK_KEY, diff, values_of
from zenhub_sync.planning.rules.escalation import EscalationDecision, decide_escalation
from zenhub_sync.planning.rules.stage import StageDecision, decide_stage, role_for
from zenhub_sync.planning.stories import story_of
from zenhub_sync.planning.tickets import (
    EscalationState,
    HubSpotId,
    Match,
    MirroredTicket,
    SourceTicket,
    StageRole,
)


class Change(StrEnum):
    """What a plan does to the mirror, as the run's report counts it."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The ticket as it will be known, what HubSpot should be told, and why (or why not).

    `rated_badly_at` is the time of a bad rating that is news, whether it opens an escalation or not.
    """

    mirror: MirroredTicket
    change: Change
    effects: tuple[Effect, ...] = ()
    notes: tuple[str, ...] = ()
    opens: bool = False
    closes: bool = False
    suppresses: bool = False
    moves: bool = False
    arrivals: tuple[tuple[int, Arrival], ...] = ()
    rated_badly_at: datetime | None = None


def plan_ticket(
    source: SourceTicket, known: MirroredTicket | None, match: Match, policy: Policy, now: datetime
) -> Plan:
    """Decide what HubSpot should be told of this ticket, given what was staged before."""
    if known is not None and source.generated_at < known.generated_at:
        return Plan(mirror=known, change=Change.UNCHANGED, notes=("older than what is known",))
    if known is not None and known.forgotten:
        return Plan(mirror=known, change=Change.UNCHANGED, notes=("forgotten on request",))
    before = known or MirroredTicket(zendesk_id=source.id)
    source = without_the_old_complaint(source, before)
    escalation = decide_escalation(source, before, policy, now)
    stage = decide_stage(source, before, policy, opens=escalation.opens, state=escalation.state)
    decided = _Decided(source=source, before=before, match=match, policy=policy, escalation=escalation, stage=stage)
    mirror, effects = _stage_effects(decided)
    return Plan(
        mirror=mirror,
        change=_change(known, effects),
        effects=effects,
        notes=tuple(note for note in (escalation.note, stage.note) if note),
        opens=escalation.opens,
        closes=_closes(before, escalation),
        suppresses=escalation.state is EscalationState.SUPPRESSED and not before.low and escalation.low,
        moves=known is not None and stage.move_to is not None and stage.move_to is not before.stage,
        arrivals=arrivals_of(source, known, now, opens=escalation.opens),
        rated_badly_at=_rated_badly_at(source, before, escalation),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decided:
    """What was decided of one ticket, and from what."""

    source: SourceTicket
    before: MirroredTicket
    match: Match
    policy: Policy
    escalation: EscalationDecision
    stage: StageDecision


def _stage_effects(decided: _Decided) -> tuple[MirroredTicket, tuple[Effect, ...]]:
    """Return the ticket as it will be known, and the effects that make HubSpot agree with it."""
    source, before, policy = decided.source, decided.before, decided.policy
    escalation, stage = decided.escalation, decided.stage
    changed, digests = diff(values_of(source, before, policy), before)
    episode = before.episode + escalation.opens
    changed |= _marks(before, escalation, episode, writes=bool(changed))
    links = new_links(before, decided.match)
    writes = bool(changed) or stage.move_to is not None
    mirror = _remember(decided, digests, writes=writes, links=links is not None)
    effects: list[Effect] = []
    if writes:
        effects.append(write_effect(mirror, changed, stage))
    if links:
        effects.append(link_effect(mirror, links))
    if escalation.opens:
        effects.append(OpenEscalation(zendesk_id=source.id, episode=episode, story=story_of(source, policy)))
    effects += notes_for(source, before, escalation.state, low=escalation.low)
    if _closes(before, escalation) and before.task_id is not None:
        effects.append(close_task(mirror, before.task_id, source.rating.at or source.updated_at))
    return mirror, tuple(effects)


def _marks(before: MirroredTicket, escalation: EscalationDecision, episode: int, *, writes: bool) -> dict[str, str]:
    """Return the marks of the escalation that go with a write, so that even a lost store makes no second task.

    They go with a new case, with every write while it is not known whether they arrived, and with a HubSpot ticket that
    is made again.
    """
    key = {TASK_KEY: escalation_key(before.zendesk_id, episode)}
    if escalation.opens:
        # The task of the episode before must not pass for this one's.
        return key | ({TASK_ID: ""} if before.episode else {})
    if not writes or not episode:
        return {}
    if before.hubspot_id is None:
        return key | {TASK_ID: before.task_id or ""}
    return key if before.undelivered and escalation.state is EscalationState.OPEN else {}


def _closes(before: MirroredTicket, escalation: EscalationDecision) -> bool:
    return before.escalation is EscalationState.OPEN and escalation.state is EscalationState.CLOSED


def close_task(mirror: MirroredTicket, task_id: HubSpotId, at: datetime) -> CloseTask:
    """Complete a task whose reason is gone since `at`."""
    return CloseTask(zendesk_id=mirror.zendesk_id, episode=mirror.episode, task_id=task_id, at=moment(at))


def _remember(decided: _Decided, digests: bytes, *, writes: bool, links: bool) -> MirroredTicket:
    """Take over the facts; what was matched once stays matched until it is matched otherwise.

    Every field is named here: copying with changes would take three times as long, and this is done for each ticket.
    """
    source, before, escalation = decided.source, decided.before, decided.escalation
    return MirroredTicket(
        zendesk_id=before.zendesk_id,
        hubspot_id=before.hubspot_id,
        generated_at=source.generated_at,
        revision=before.revision + writes,
        delivered_revision=before.delivered_revision,
        link_revision=before.link_revision + links,
        digests=digests,
        status=source.status,
        score=source.rating.score,
        low=escalation.low,
        stage=decided.stage.move_to or before.stage,
        stage_id=before.stage_id,
        asked=asked_by_then(before, decided.stage),
        stage_owner=before.stage_owner,
        escalation=escalation.state,
        episode=before.episode + escalation.opens,
        rearmed=escalation.rearmed,
        task_id=None if escalation.opens else before.task_id,
        company_id=decided.match.company_id or before.company_id,
        contact_id=decided.match.contact_id or before.contact_id,
        organization_id=source.organization_id,
        requester_id=source.requester.id if source.requester else before.requester_id,
        opened_at=max(0, int(source.created_at.timestamp())),
        rated_at=_rated_at(source, before, low=escalation.low),
        merged_into=merged_into(source, before),
        complaint=complaint_of(source, before),
        forgotten=before.forgotten,
        task_owner=None if escalation.opens else before.task_owner,
        owner_revision=before.owner_revision,
        ownerless=before.ownerless,
        status_stage=role_for(source, decided.policy),
        taken_from=None if escalation.opens else before.taken_from,
    )


def _rated_at(source: SourceTicket, before: MirroredTicket, *, low: bool) -> int:
    """Return when the ticket was last rated badly: the survey's time, else that of the update which brought it."""
    if not low:
        return before.rated_at
    if source.rating.at is not None:
        return max(before.rated_at, int(source.rating.at.timestamp()))
    return before.rated_at if before.low and before.rated_at else max(0, int(source.updated_at.timestamp()))


def _rated_badly_at(source: SourceTicket, before: MirroredTicket, escalation: EscalationDecision) -> datetime | None:
    news = escalation.opens or (escalation.low and not before.low)
    return (source.rating.at or source.updated_at) if news else None


def write_effect(mirror: MirroredTicket, properties: Mapping[str, str], stage: StageDecision) -> WriteTicket:
    """Write these properties to the HubSpot ticket, and move it if the decision says so."""
    return WriteTicket(
        zendesk_id=mirror.zendesk_id,
        revision=mirror.revision,
        properties=properties,
        stage=stage.move_to,
        force=stage.force,
    )


def link_effect(mirror: MirroredTicket, links: Match) -> LinkTicket:
    """Associate the HubSpot ticket with all of these."""
    return LinkTicket(
        zendesk_id=mirror.zendesk_id,
        link_revision=mirror.link_revision,
        company_id=links.company_id,
        contact_id=links.contact_id,
    )


def asked_by_then(before: MirroredTicket, stage: StageDecision) -> tuple[StageRole, ...]:
    """Return the roles that may have been applied without our hearing of it, this move among them."""
    unheard = before.asked if before.undelivered else ()
    return tuple(dict.fromkeys((*unheard, stage.move_to))) if stage.move_to is not None else unheard


def new_links(before: MirroredTicket, match: Match) -> Match | None:
    """Return all links of the ticket if one of them is new: a newer set takes the place of an older, unsent one."""
    after = Match(company_id=match.company_id or before.company_id, contact_id=match.contact_id or before.contact_id)
    return after if after != Match(company_id=before.company_id, contact_id=before.contact_id) else None


def _change(known: MirroredTicket | None, effects: Sequence[Effect]) -> Change:
    if known is None:
        return Change.CREATED
    return Change.UPDATED if effects else Change.UNCHANGED
