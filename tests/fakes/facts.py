"""Facts to plan and to deliver from: an ordinary ticket of an ordinary customer, and what a test changes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from zenhub_sync.planning.effects import Effect, LinkTicket, OpenEscalation, RecordTask, Story, WriteTicket
from zenhub_sync.planning.planner import Plan, plan_ticket
from zenhub_sync.planning.policy import Policy
from zenhub_sync.planning.stories import story_of
from zenhub_sync.planning.tickets import (
    EscalationState,
    HubSpotId,
    Match,
    MirroredTicket,
    Rating,
    Requester,
    Score,
    SourceTicket,
    StageOwner,
    StageRole,
    Status,
    TicketFacts,
    ZendeskTicketId,
)
from zenhub_sync.store.outbox import StoredEffect
from zenhub_sync.store.outbox_states import EffectState

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TICKET = ZendeskTicketId(48213)
HUBSPOT_TICKET = HubSpotId("9001")
COMPANY = HubSpotId("501")
CONTACT = HubSpotId("701")

BAD = Rating(score=Score.BAD)
GOOD = Rating(score=Score.GOOD)

_TICKET = SourceTicket(
    id=TICKET,
    url="https://acme.zendesk.com/agent/tickets/48213",
    subject="Nota fiscal não chega",
    description="Desde ontem nenhuma nota sai.",
    status=Status.OPEN,
    raw_status="open",
    custom_status_id=None,
    merged=False,
    priority="high",
    tags=("nfe", "vip"),
    requester=Requester(id=88, name="Ana Souza", email="ana@padaria.example"),
    organization_id=360,
    organization="Padaria Sol",
    created_at=NOW - timedelta(days=5),
    updated_at=NOW - timedelta(hours=2),
    generated_at=2_000,
    rating=Rating(score=Score.OFFERED),
)


def source_ticket(**changes: Any) -> SourceTicket:
    """Return an open ticket, updated two hours ago and not rated yet, with these fields changed."""
    if "status" in changes:
        changes = {"raw_status": str(changes["status"]), **changes}
    return replace(_TICKET, **changes)


def plan(source: SourceTicket, known: MirroredTicket | None = None, **others: Any) -> Plan:
    """Plan with nobody matched, the default policy, and at `NOW`, unless told otherwise."""
    return plan_ticket(
        source, known, others.get("match", Match()), others.get("policy", Policy()), others.get("now", NOW)
    )


def delivered(mirror: MirroredTicket) -> MirroredTicket:
    """Return the mirror as it is once HubSpot has everything that was staged."""
    return replace(
        mirror,
        hubspot_id=mirror.hubspot_id or HUBSPOT_TICKET,
        delivered_revision=mirror.revision,
        stage_id=f"stage-{mirror.stage}",
    )


def known_ticket(source: SourceTicket | None = None, **changes: Any) -> MirroredTicket:
    """Return the mirror of a ticket that was imported and delivered in this state."""
    first = source if source is not None else source_ticket(generated_at=1_000)
    return replace(delivered(plan(first).mirror), **changes)


def escalated(*, closed: bool = False, **changes: Any) -> MirroredTicket:
    """Return the mirror of a badly rated ticket whose task stands: open, or completed by its owner."""
    mirror = delivered(plan(source_ticket(rating=BAD, generated_at=1_500), known_ticket()).mirror)
    state = EscalationState.CLOSED if closed else EscalationState.OPEN
    return replace(mirror, escalation=state, task_id=HubSpotId("7001"), **changes)


def mirror_of(zendesk_id: int = TICKET, **changes: Any) -> MirroredTicket:
    """Return a small mirror row: a ticket that HubSpot has, in the stage of an open one."""
    return replace(
        MirroredTicket(
            zendesk_id=ZendeskTicketId(zendesk_id),
            hubspot_id=HubSpotId(f"9{zendesk_id}"),
            revision=1,
            delivered_revision=1,
            status=Status.OPEN,
            stage=StageRole.OPEN,
            stage_id="stage-open",
            stage_owner=StageOwner.WORKER,
        ),
        **changes,
    )


def write(zendesk_id: int = TICKET, revision: int = 1, **changes: Any) -> WriteTicket:
    fields: dict[str, Any] = {"properties": {"subject": "Nota fiscal"}, "stage": StageRole.OPEN, **changes}
    return WriteTicket(zendesk_id=ZendeskTicketId(zendesk_id), revision=revision, **fields)


def link(zendesk_id: int = TICKET, revision: int = 1, **changes: Any) -> LinkTicket:
    fields: dict[str, Any] = {"company_id": COMPANY, "contact_id": CONTACT, **changes}
    return LinkTicket(zendesk_id=ZendeskTicketId(zendesk_id), link_revision=revision, **fields)


def escalation(zendesk_id: int = TICKET, episode: int = 1, **changes: Any) -> OpenEscalation:
    fields: dict[str, Any] = {"story": story(), **changes}
    return OpenEscalation(zendesk_id=ZendeskTicketId(zendesk_id), episode=episode, **fields)


def record(zendesk_id: int = TICKET, task_id: str = "7001") -> RecordTask:
    return RecordTask(zendesk_id=ZendeskTicketId(zendesk_id), episode=1, task_id=HubSpotId(task_id))


def story(**changes: Any) -> Story:
    """Return what is told of a badly rated ticket."""
    rating = Rating(
        score=Score.BAD, comment="Demorou demais", reason="Demora", points=1, scale=5, at=NOW - timedelta(hours=3)
    )
    facts = changes.pop("facts", TicketFacts())
    return replace(story_of(source_ticket(rating=rating, facts=facts), Policy()), **changes)


def stored(effect: Effect, number: int = 1, **changes: Any) -> StoredEffect:
    """Return an effect as the outbox leases it the first time, of a ticket that HubSpot has."""
    fields: dict[str, Any] = {
        "state": EffectState.PENDING,
        "attempts": 0,
        "sent_at": None,
        "hubspot_id": None,
        "ticket_id": mirror_of(effect.zendesk_id).hubspot_id,
        **changes,
    }
    return StoredEffect(id=number, effect=effect, **fields)
