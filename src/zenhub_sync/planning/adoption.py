"""Know again what an earlier store made in HubSpot, so that a lost one makes nothing twice."""

from __future__ import annotations

from zenhub_sync.planning.effects import Effect, OpenEscalation, episode_of
from zenhub_sync.planning.policy import Policy
from zenhub_sync.planning.rules.stage import ROLE_OF_STATUS, ended
from zenhub_sync.planning.stories import story_of
from zenhub_sync.planning.tickets import (
    EscalationState,
    ExistingTicket,
    MirroredTicket,
    Score,
    SourceTicket,
    StageOwner,
    StageRole,
    Status,
)


def adopt(existing: ExistingTicket, policy: Policy) -> MirroredTicket:
    """Know again a HubSpot ticket that an earlier store made.

    Its stage is the worker's if it fits the Zendesk status written beside it, or if it stands with an escalation's key
    in `contato CS`, or where its ticket goes after the contact; otherwise a person put it there. Rated well since its
    escalation, a later bad rating is a new case.
    """
    episode = episode_of(existing.task_key, existing.zendesk_id)
    status = _status(existing.zendesk_status)
    escalated = bool(episode) and StageRole.CONTATO_CS in existing.roles
    by_status = ROLE_OF_STATUS[status] in existing.roles
    after_contact = bool(episode) and StageRole.AFTER_CONTACT in existing.roles and not by_status
    score = _score(existing.csat)
    # Where points decide, a rating that the ticket calls good may be the low one.
    rated_well = bool(episode) and score is Score.GOOD and not policy.counts_points
    return MirroredTicket(
        zendesk_id=existing.zendesk_id,
        hubspot_id=existing.hubspot_id,
        status=status,
        score=score,
        low=bool(episode) and not rated_well,
        rearmed=rated_well,
        stage=_stage(status, escalated=escalated, after_contact=after_contact, by_status=by_status),
        status_stage=ROLE_OF_STATUS[status] if after_contact else None,
        stage_id=existing.stage_id,
        stage_owner=StageOwner.WORKER if escalated or by_status or after_contact else StageOwner.PERSON,
        escalation=_state(existing, episode, escalated=escalated),
        episode=episode,
        task_id=existing.task_id,
    )


def plan_adoption(source: SourceTicket, existing: ExistingTicket, policy: Policy) -> tuple[Effect, ...]:
    """Bring back an escalation whose key stands on the HubSpot ticket, but no task: it may be there or not."""
    episode = episode_of(existing.task_key, existing.zendesk_id)
    if not episode or existing.task_id or ended(source):
        return ()
    return (OpenEscalation(zendesk_id=source.id, episode=episode, story=story_of(source, policy)),)


def _state(existing: ExistingTicket, episode: int, *, escalated: bool) -> EscalationState:
    """Return open while the ticket stands in `contato CS`, or while it is not known whether its task was made."""
    if escalated or (episode and existing.task_id is None):
        return EscalationState.OPEN
    return EscalationState.CLOSED if episode else EscalationState.NONE


def _stage(status: Status, *, escalated: bool, after_contact: bool, by_status: bool) -> StageRole | None:
    if escalated:
        return StageRole.CONTATO_CS
    if after_contact:
        return StageRole.AFTER_CONTACT
    return ROLE_OF_STATUS[status] if by_status else None


def _score(raw: str | None) -> Score:
    return Score(raw) if raw in set(Score) else Score.UNOFFERED


def _status(raw: str | None) -> Status:
    return Status(raw) if raw in set(Status) else Status.UNKNOWN
