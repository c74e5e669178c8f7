"""Rules 3, 5 and 9: which stage a HubSpot ticket belongs in, and who may move it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zenhub_sync.planning.policy import Policy
from zenhub_sync.planning.tickets import (
    EscalationState,
    MirroredTicket,
    SourceTicket,
    StageOwner,
    StageRole,
    Status,
)

ROLE_OF_STATUS: Mapping[Status, StageRole] = {
    Status.NEW: StageRole.NEW,
    Status.OPEN: StageRole.OPEN,
    Status.PENDING: StageRole.PENDING,
    Status.HOLD: StageRole.HOLD,
    Status.SOLVED: StageRole.SOLVED,
    Status.CLOSED: StageRole.CLOSED,
    Status.DELETED: StageRole.CLOSED,
    # A status nobody has heard of must not hide a ticket: it shows among the open ones.
    Status.UNKNOWN: StageRole.OPEN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StageDecision:
    """`move_to` None: leave the HubSpot ticket where it is, for the reason in `note`."""

    move_to: StageRole | None
    force: bool = False
    note: str | None = None


def ended(source: SourceTicket) -> bool:
    """Tell whether the ticket was deleted or merged away: closed in HubSpot, never escalated."""
    return source.merged or source.status is Status.DELETED


def role_for(source: SourceTicket, policy: Policy) -> StageRole:
    """Return the stage of the ticket's status: a named custom status first, else its category."""
    if ended(source):
        return StageRole.CLOSED
    named = policy.custom_roles.get(source.custom_status_id or 0)
    # A closed ticket keeps the id of a solved-category status (developer.zendesk.com, custom ticket statuses).
    return named if named is not None and source.status is not Status.CLOSED else ROLE_OF_STATUS[source.status]


def decide_stage(
    source: SourceTicket, before: MirroredTicket, policy: Policy, *, opens: bool, state: EscalationState
) -> StageDecision:
    """Choose the move, comparing with the stage that was last asked for.

    `opens` and `state` say what becomes of the ticket's escalation at the same time. Only its own move is forced, and
    only until HubSpot confirmed it once: a person may take the ticket out of `contato CS`, and it stays there.
    """
    if opens:
        return StageDecision(move_to=StageRole.CONTATO_CS, force=True)
    if state is EscalationState.OPEN and not ended(source):
        unheard = before.undelivered and StageRole.CONTATO_CS in before.asked
        restored = before.stage is StageRole.CLOSED and source.status is not Status.CLOSED
        unborn = before.hubspot_id is None
        keep = StageRole.CONTATO_CS if unheard or restored or unborn else None
        return StageDecision(move_to=keep, force=unheard, note="in contato CS while its task is open")
    role = role_for(source, policy)
    if before.stage_owner is StageOwner.PERSON:
        return StageDecision(move_to=None, note="a person moved this HubSpot ticket; its stage is theirs")
    if before.stage is StageRole.AFTER_CONTACT and policy.after_contact and role is before.status_stage:
        waits = StageRole.AFTER_CONTACT if before.undelivered else None
        return StageDecision(move_to=waits, note="stays after contact until its status changes")
    if role is before.stage and not before.undelivered:
        return StageDecision(move_to=None)
    return StageDecision(move_to=role)
