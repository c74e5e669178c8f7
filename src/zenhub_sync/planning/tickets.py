"""A ticket, as Zendesk tells it, as HubSpot has it, and as we last staged it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

ZendeskTicketId = NewType("ZendeskTicketId", int)
HubSpotId = NewType("HubSpotId", str)
"""Ids of HubSpot look like integers and are strings on the wire."""


class Status(StrEnum):
    """Zendesk's status categories, plus the states that only the export shows."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    HOLD = "hold"
    SOLVED = "solved"
    CLOSED = "closed"
    DELETED = "deleted"
    UNKNOWN = "unknown"


class StageRole(StrEnum):
    """What a stage of the HubSpot pipeline is for; its id and label are the configuration's."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    HOLD = "hold"
    CONTATO_CS = "contato_cs"
    AFTER_CONTACT = "after_contact"
    SOLVED = "solved"
    CLOSED = "closed"


class Score(StrEnum):
    """The customer's verdict on a ticket, the same four words in both CSAT systems of Zendesk."""

    UNOFFERED = "unoffered"
    OFFERED = "offered"
    BAD = "bad"
    GOOD = "good"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """A customer's CSAT answer; `points` of `scale` and the times only where the account told them.

    `category` is the survey's own word for the points, which knows `neutral` where the ticket says bad. `asked_at` is
    when the survey went out, `first_at` when it was first answered, `at` when the answer was last changed.
    """

    score: Score = Score.UNOFFERED
    comment: str | None = field(default=None, repr=False)
    reason: str | None = field(default=None, repr=False)
    points: int | None = None
    scale: int | None = None
    category: str | None = None
    asked_at: datetime | None = None
    first_at: datetime | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Requester:
    """The customer's person who opened the ticket; of one who was not `shown` no more is known than the number."""

    id: int
    name: str | None = field(repr=False)
    email: str | None = field(repr=False)
    shown: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketFacts:
    """How a ticket was handled, for those who are told of it; None is what Zendesk did not say."""

    group: str | None = field(default=None, repr=False)
    solved_at: datetime | None = None
    replies: int | None = None
    reopens: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTicket:
    """A Zendesk ticket in our words. `generated_at` is the export's own order, in Unix seconds.

    `survivor` is the ticket that a merged one went into, where Zendesk told it; `follow_up_of` the closed one that this
    one continues. `excluded` says why the configuration wants no escalation of it. `organization` is None also where
    Zendesk names one and does not show it.
    """

    id: ZendeskTicketId
    url: str
    subject: str = field(repr=False)
    description: str = field(repr=False)
    status: Status
    raw_status: str
    custom_status_id: int | None
    merged: bool
    priority: str | None
    tags: tuple[str, ...] = field(repr=False)
    requester: Requester | None
    organization_id: int | None
    organization: str | None = field(repr=False)
    created_at: datetime
    updated_at: datetime
    generated_at: int
    rating: Rating
    facts: TicketFacts = TicketFacts()
    brand_id: int | None = None
    form_id: int | None = None
    survivor: int | None = None
    follow_up_of: int | None = None
    excluded: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Who the ticket belongs to in HubSpot, as far as the directory knows."""

    company_id: HubSpotId | None = None
    contact_id: HubSpotId | None = None


class StageOwner(StrEnum):
    """Whose hand moved the HubSpot ticket last."""

    WORKER = "worker"
    PERSON = "person"


class EscalationState(StrEnum):
    """Where the low-CSAT case of a ticket stands."""

    NONE = "none"
    OPEN = "open"
    CLOSED = "closed"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True, kw_only=True)
class MirroredTicket:
    """What was last staged for HubSpot, beside what HubSpot last confirmed.

    `revision` counts staged writes, `delivered_revision` the last one that HubSpot has. `digests` are hashes of the
    staged property values, so that only what differs is sent and no text is kept. `stage` is the role last asked for,
    `stage_id` the stage HubSpot last confirmed from us, `asked` the roles asked for in writes that are not delivered:
    any of them may have been applied without our hearing of it. `episode` counts escalations. `rearmed` says that the
    ticket was rated well or reopened since the last one, so that a new bad rating is a new case. `opened_at` is when
    Zendesk's ticket was made, `rated_at` when it was last rated badly (Unix seconds, 0: not known), `merged_into` the
    ticket it was merged into (0: into one that is not known), `complaint` a hash of the last comment that came with a
    bad rating. A `forgotten` ticket was erased on request: it is known so that nothing of it is written again.
    `task_owner` is whom the worker gave the task to (None: not known to be its choice), `owner_revision` counts how
    often it was passed on, `ownerless` says why the company has no valid owner. `status_stage` is the role of the
    status last seen, by the configuration of that time; `taken_from` is the stage in which a person had the ticket when
    its escalation took it.
    """

    zendesk_id: ZendeskTicketId
    hubspot_id: HubSpotId | None = None
    generated_at: int = 0
    revision: int = 0
    delivered_revision: int = 0
    link_revision: int = 0
    digests: bytes = b""
    status: Status = Status.UNKNOWN
    score: Score = Score.UNOFFERED
    low: bool = False
    stage: StageRole | None = None
    stage_id: str | None = None
    asked: tuple[StageRole, ...] = ()
    stage_owner: StageOwner = StageOwner.WORKER
    escalation: EscalationState = EscalationState.NONE
    episode: int = 0
    rearmed: bool = False
    task_id: HubSpotId | None = None
    company_id: HubSpotId | None = None
    contact_id: HubSpotId | None = None
    organization_id: int | None = None
    requester_id: int | None = None
    opened_at: int = 0
    rated_at: int = 0
    merged_into: int | None = None
    complaint: bytes = b""
    forgotten: bool = False
    task_owner: str | None = None
    owner_revision: int = 0
    ownerless: str | None = None
    status_stage: StageRole | None = None
    taken_from: str | None = None

    @property
    def undelivered(self) -> bool:
        """Tell whether HubSpot lacks a write that was staged."""
        return self.delivered_revision < self.revision


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingTicket:
    """A HubSpot ticket that carries a `zendesk_ticket_id` which our store does not know (a lost or restored store).

    `roles` are those of the stage it stands in: several where the configuration lets roles share a stage, none where
    the stage is not ours.
    """

    zendesk_id: ZendeskTicketId
    hubspot_id: HubSpotId
    stage_id: str | None
    roles: frozenset[StageRole]
    zendesk_status: str | None
    task_key: str | None
    task_id: HubSpotId | None
    csat: str | None = None
