"""What HubSpot should be told, as data. Effects are inert: delivery reads them, nothing here acts.

One-shot effects are keyed by the fact (`escalation:48213:1`, the last number the episode), state effects by the
mirror's revision (`ticket:48213:r7`): a hash of the content as key would lose good -> bad -> good.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from zenhub_sync.planning.rules.owner import Step
from zenhub_sync.planning.tickets import HubSpotId, StageRole, ZendeskTicketId


def write_key(zendesk_id: int, revision: int) -> str:
    """Return the key of the write that brings the ticket to this revision."""
    return f"ticket:{zendesk_id}:r{revision}"


def escalation_key(zendesk_id: int, episode: int) -> str:
    """Name the escalation of one ticket and episode; the same words stand in HubSpot."""
    return f"escalation:{zendesk_id}:{episode}"


def episode_of(key: str | None, zendesk_id: int) -> int:
    """Read the episode back from an escalation's key; 0 for anything that is not a key of this ticket."""
    prefix = f"escalation:{zendesk_id}:"
    tail = key.removeprefix(prefix) if key and key.startswith(prefix) else ""
    return int(tail) if tail.isascii() and tail.isdigit() and len(tail) < 10 else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteTicket:
    """Create or update the HubSpot ticket. `stage` None leaves it where it is.

    `force` moves the ticket even out of a person's hands: only an escalation does that.
    """

    zendesk_id: ZendeskTicketId
    revision: int
    properties: Mapping[str, str] = field(repr=False)
    stage: StageRole | None = None
    force: bool = False
    kind: Literal["write_ticket"] = "write_ticket"

    @property
    def key(self) -> str:
        return write_key(self.zendesk_id, self.revision)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTicket:
    """Associate the HubSpot ticket with its company and its contact; None leaves that side alone."""

    zendesk_id: ZendeskTicketId
    link_revision: int
    company_id: HubSpotId | None = None
    contact_id: HubSpotId | None = None
    kind: Literal["link_ticket"] = "link_ticket"

    @property
    def key(self) -> str:
        return f"link:{self.zendesk_id}:l{self.link_revision}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What the task tells the CSM; moments are ISO 8601 in UTC. Forgotten as soon as the task stands."""

    subject: str = field(repr=False)
    status: str
    priority: str | None
    url: str
    created_at: str
    updated_at: str
    comment: str | None = field(repr=False)
    reason: str | None = field(repr=False)
    points: int | None
    scale: int | None
    rated_at: str | None
    requester_name: str | None = field(repr=False)
    requester_email: str | None = field(repr=False)
    organization: str | None = field(repr=False)
    group: str | None = field(default=None, repr=False)
    solved_at: str | None = None
    replies: int | None = None
    reopens: int | None = None
    category: str | None = None
    follow_up_of: int | None = None
    confirm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenEscalation:
    """Give the company's owner one task. HubSpot cannot make this idempotent: the outbox and recovery do."""

    zendesk_id: ZendeskTicketId
    episode: int
    story: Story
    kind: Literal["open_escalation"] = "open_escalation"

    @property
    def key(self) -> str:
        return escalation_key(self.zendesk_id, self.episode)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordTask:
    """Write on the HubSpot ticket which task was made for it, so that even a lost store makes no second one."""

    zendesk_id: ZendeskTicketId
    episode: int
    task_id: HubSpotId
    kind: Literal["record_task"] = "record_task"

    @property
    def key(self) -> str:
        return f"task-id:{self.zendesk_id}:{self.episode}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseTask:
    """Complete the task of an escalation whose reason is gone, with a note that says so."""

    zendesk_id: ZendeskTicketId
    episode: int
    task_id: HubSpotId
    at: str
    kind: Literal["close_task"] = "close_task"

    @property
    def key(self) -> str:
        return f"close:{self.zendesk_id}:{self.episode}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReassignTask:
    """Pass a task that nobody has touched on to another owner; `given_to` is whom the worker gave it to before.

    A state effect: `number` counts how often the ticket's task was passed on, for A -> B -> A is two of them.
    """

    zendesk_id: ZendeskTicketId
    episode: int
    number: int
    task_id: HubSpotId
    given_to: str
    owner_id: str
    step: Step
    kind: Literal["reassign_task"] = "reassign_task"

    @property
    def key(self) -> str:
        return f"owner:{self.zendesk_id}:{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteTask:
    """Add to an open task what was learned after it was decided: a late comment, the ticket's end.

    `fact` names what was learned, so that it is staged once. Which task it is, delivery knows: it may not be made yet.
    Repeating is harmless, because what a task says already is not said again.
    """

    zendesk_id: ZendeskTicketId
    episode: int
    fact: str
    at: str
    comment: str | None = field(default=None, repr=False)
    survivor: int | None = None
    url: str | None = None
    kind: Literal["note_task"] = "note_task"

    @property
    def key(self) -> str:
        return f"note:{self.zendesk_id}:{self.episode}:{self.fact}"


Effect = WriteTicket | LinkTicket | OpenEscalation | RecordTask | CloseTask | ReassignTask | NoteTask
