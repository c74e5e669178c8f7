"""Rule 5: a person completed or deleted the task of an escalation."""

from __future__ import annotations

from dataclasses import replace

from zenhub_sync.planning.planner import Change, Plan, asked_by_then, write_effect
from zenhub_sync.planning.policy import Policy
from zenhub_sync.planning.rules.stage import ROLE_OF_STATUS, StageDecision
from zenhub_sync.planning.tickets import EscalationState, MirroredTicket, StageOwner, StageRole, Status


def plan_completion(before: MirroredTicket, policy: Policy) -> Plan:
    """Close the escalation whose task a person completed or deleted: the stage returns to that of the status.

    A configured stage for the time after the contact takes its place while Zendesk's ticket is not closed. Where a
    person moved the HubSpot ticket meanwhile, delivery finds it elsewhere and leaves it there.
    """
    role = before.status_stage or ROLE_OF_STATUS[before.status]
    if policy.after_contact and before.status not in {Status.CLOSED, Status.DELETED}:
        role = StageRole.AFTER_CONTACT
    moves = before.stage_owner is StageOwner.WORKER and role is not before.stage
    mirror = replace(before, escalation=EscalationState.CLOSED)
    if not moves:
        return Plan(mirror=mirror, change=Change.UPDATED, closes=True)
    stage = StageDecision(move_to=role)
    mirror = replace(mirror, revision=before.revision + 1, stage=role, asked=asked_by_then(before, stage))
    return Plan(
        mirror=mirror,
        change=Change.UPDATED,
        effects=(write_effect(mirror, {}, stage),),
        notes=("its task is completed",),
        closes=True,
        moves=True,
    )
