"""Zendesk's records as its JSON gives them; unknown keys are ignored, unknown words stay words.

Field facts: https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/ ,
https://developer.zendesk.com/api-reference/ticketing/users/users/ ,
https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import AliasPath, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

# Ids are JSON numbers. A string, a fraction or `true` is not one, and what no database column holds is
# refused here.
Id = Annotated[int, Field(strict=True, gt=0, lt=2**63)]
Reference = Annotated[int, Field(strict=True, ge=-(2**63), lt=2**63)]

# What people wrote, and who they are: not for a log, so not in the repr.
Words = Annotated[str | None, Field(repr=False)]


class Record(BaseModel):
    """A part of an answer of Zendesk."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class SatisfactionRating(Record):
    """The customer's word on a ticket.

    `score` is `unoffered`, `offered`, `good` or `bad` in both CSAT systems. The comment of a bad rating
    stays when
    the customer turns it good; the reason does not (recording of a real account, 2026-10-09).
    """

    id: Reference | None = None
    score: str | None = None
    comment: Words = None
    reason: Words = None


def _ticket_id(value: object) -> object:
    """Take what is no ticket's id for none: these parts of an answer have no fixed form, and decide nothing."""
    return value if type(value) is int and 0 < value < 2**63 else None


def _or_nothing(value: object) -> object:
    return value if isinstance(value, dict) else {}


class ViaEnd(Record):
    """One end of the way by which something came to be."""

    ticket_id: Annotated[int | None, BeforeValidator(_ticket_id)] = None


class ViaSource(Record):
    """Where a comment came from; `rel` is `merge`, ... or nothing."""

    rel: str | None = None
    from_: Annotated[ViaEnd, BeforeValidator(_or_nothing)] = Field(default=ViaEnd(), alias="from")
    to: Annotated[ViaEnd, BeforeValidator(_or_nothing)] = ViaEnd()


class Via(Record):
    """How a comment was made."""

    source: ViaSource | None = None


class Ticket(Record):
    """A ticket, as far as it is used; `status` may also be `deleted` (only in the export).

    `via_rel` is `follow_up` or nothing, `via_ticket_id` the ticket that it came from. Read by their path: a model for
    each level on the way would take a third of the time of the whole ticket.
    """

    id: Id
    subject: Words = None
    description: Words = None
    status: str
    custom_status_id: Reference | None = None
    priority: str | None = None
    tags: tuple[str, ...] = ()
    requester_id: Reference | None = None
    organization_id: Reference | None = None
    group_id: Reference | None = None
    brand_id: Reference | None = None
    ticket_form_id: Reference | None = None
    created_at: AwareDatetime
    updated_at: AwareDatetime
    generated_timestamp: Reference | None = None
    satisfaction_rating: SatisfactionRating | None = None
    via_rel: str | None = Field(default=None, validation_alias=AliasPath("via", "source", "rel"))
    via_ticket_id: Annotated[int | None, BeforeValidator(_ticket_id)] = Field(
        default=None, validation_alias=AliasPath("via", "source", "from", "ticket_id")
    )


class AuditEvent(Record):
    """One thing that happened to a ticket; `body` only of a comment."""

    type: str | None = None
    body: Words = None
    via: Via | None = None


class Audit(Record):
    """What happened to a ticket at one moment."""

    via: Via | None = None
    events: tuple[AuditEvent, ...] = ()


class TicketMetrics(Record):
    """The counters of a ticket; `replies` are those of agents."""

    ticket_id: Id
    replies: int | None = None
    reopens: int | None = None
    solved_at: AwareDatetime | None = None


class Group(Record):
    """A team of agents."""

    id: Id
    name: Words = None


class User(Record):
    """A person; without e-mail if known by phone only, or deleted (`active` false)."""

    id: Id
    name: Words = None
    email: Words = None
    organization_id: Reference | None = None
    active: bool | None = None
    role: str | None = None


class Organization(Record):
    """A customer's organization; `external_id` is the customer's own word for it."""

    id: Id
    name: Words = None
    domain_names: tuple[str, ...] = ()
    external_id: str | None = None


class CustomStatus(Record):
    """A status of the account's own; `status_category` is the built-in status it stands for."""

    id: Id
    status_category: str
    agent_label: str | None = None
    end_user_label: str | None = None
    active: bool | None = None
    default: bool | None = None


class LegacyRating(Record):
    """A row of the legacy list of satisfaction ratings."""

    id: Id
    ticket_id: Id
    score: str | None = None
    comment: Words = None
    reason: str | None = None
    requester_id: Reference | None = None
    created_at: AwareDatetime | None = None
    updated_at: AwareDatetime | None = None


class TokenDescription(Record):
    """What Zendesk says of the token in use; `expires_at` is None for a token that never ends."""

    scopes: tuple[str, ...] = ()
    expires_at: AwareDatetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenTicket:
    """A ticket that cannot be read: its id if that can be, and the names of the fields at fault."""

    id: int | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketBatch:
    """Tickets with the users and organizations they name.

    Those asked for and not there are left out by Zendesk without a word.
    """

    tickets: tuple[Ticket, ...]
    users: tuple[User, ...]
    organizations: tuple[Organization, ...]
    broken: tuple[BrokenTicket, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HandledTickets:
    """How tickets were handled: the group of each by ticket id, and their counters."""

    groups: Mapping[int, str]
    metrics: Mapping[int, TicketMetrics]


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketPage(TicketBatch):
    """A page of the export. `after_cursor` is there on the last page too: it is the next run's bookmark.

    It may be None when nothing is new: then the cursor that was sent stays good.
    """

    after_cursor: str | None
    end_of_stream: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    """A page of a ticket's history; `after` is None on the last one."""

    audits: tuple[Audit, ...]
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingPage:
    """A page of legacy ratings; `after` is None on the last one."""

    ratings: tuple[LegacyRating, ...]
    broken: tuple[str, ...] = ()
    after: str | None
