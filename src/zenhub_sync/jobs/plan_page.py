"""One page of tickets becomes one page of plans: look up, translate, decide. Reads only, so a dry run does it too."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from zenhub_sync.intake.csat import Enrichment, enrich, scores_to_ask, to_ask
from zenhub_sync.intake.directory import Found
from zenhub_sync.intake.handled import facts_of
from zenhub_sync.intake.merges import survivors
from zenhub_sync.intake.translate import Learned, generated_at, is_merged, translate_rating, translate_ticket
from zenhub_sync.jobs.worker import Worker
from zenhub_sync.planning.adoption import adopt, plan_adoption
from zenhub_sync.planning.effects import Effect
from zenhub_sync.planning.planner import Plan, plan_ticket
from zenhub_sync.planning.tickets import (
    EscalationState,
    ExistingTicket,
    MirroredTicket,
    Score,
    SourceTicket,
    TicketFacts,
    ZendeskTicketId,
)
from zenhub_sync.store.unreadable import UnreadableTicket
from zenhub_sync.zendesk.models import BrokenTicket, Organization, Ticket, TicketBatch, TicketPage, User

_NOT_SAID = "HubSpot did not say whether it has this ticket"

Known = Mapping[ZendeskTicketId, MirroredTicket]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPage:
    """Everything that a page comes to; nothing of it is stored yet. `sources` are the tickets of `plans`, in order."""

    sources: Sequence[SourceTicket]
    plans: Sequence[Plan]
    mirrored: Sequence[MirroredTicket]
    effects: Sequence[Effect]
    found: Found
    unreadable: Sequence[UnreadableTicket]
    enrichment: Enrichment | None
    excluded: Mapping[int, str]


def plan_page(worker: Worker, page: TicketBatch, known: Known, *, create: bool) -> PlannedPage:
    """Plan every ticket of the page, or, without `create`, those that are known already."""
    now = worker.clock.now()
    worker.learn_statuses()
    tickets = [ticket for ticket in _latest(page.tickets) if create or ticket.id in known]
    excluded = _excluded(worker, page, tickets)
    tickets = [ticket for ticket in tickets if ticket.id not in excluded or ticket.id in known]
    existing, unread = _existing(worker, tickets, known)
    tickets = [ticket for ticket in tickets if ticket.id not in unread]
    before = {**known, **{zendesk_id: adopt(found, worker.policy) for zendesk_id, found in existing.items()}}
    beside = _beside(worker, page, tickets, before, excluded)
    found = worker.directory.find(tickets, beside.users, beside.organizations, now.timestamp())
    decided, strange = _decide(worker, tickets, beside, before, found)
    unreadable = [_unreadable(broken, f"{_place(page)} {position}") for position, broken in enumerate(page.broken)]
    unreadable += [UnreadableTicket(zendesk_id=number, reason=_NOT_SAID) for number in sorted(unread)]
    adoptions = [
        effect
        for source, _ in decided
        if source.id in existing
        for effect in plan_adoption(source, existing[source.id], worker.policy)
    ]
    return PlannedPage(
        sources=[source for source, _ in decided],
        plans=[plan for _, plan in decided],
        mirrored=[plan.mirror for _, plan in decided if plan.mirror != known.get(plan.mirror.zendesk_id)],
        effects=[*(effect for _, plan in decided for effect in plan.effects), *adoptions],
        found=found,
        unreadable=[*unreadable, *strange],
        enrichment=beside.enrichment,
        excluded=excluded,
    )


def _decide(
    worker: Worker, tickets: Sequence[Ticket], beside: _Beside, before: Known, found: Found
) -> tuple[list[tuple[SourceTicket, Plan]], list[UnreadableTicket]]:
    """Plan ticket by ticket; one that cannot be planned costs itself alone."""
    now = worker.clock.now()
    decided: list[tuple[SourceTicket, Plan]] = []
    strange: list[UnreadableTicket] = []
    for ticket in tickets:
        try:
            source = beside.translate(ticket, worker.intake.agent_url)
            plan = plan_ticket(source, before.get(source.id), found.matches[ticket.id], worker.policy, now)
        except (ArithmeticError, ValueError) as problem:
            reason = f"cannot be planned: {type(problem).__name__}"
            strange.append(UnreadableTicket(zendesk_id=ticket.id, reason=reason))
        else:
            decided.append((source, plan))
    return decided, strange


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beside:
    """What Zendesk tells of the tickets of a page beside the tickets themselves."""

    users: Mapping[int, User]
    organizations: Mapping[int, Organization]
    enrichment: Enrichment | None
    facts: Mapping[int, TicketFacts]
    survivors: Mapping[int, int]
    excluded: Mapping[int, str]

    def translate(self, ticket: Ticket, base_url: str) -> SourceTicket:
        return translate_ticket(
            ticket,
            self.users,
            self.organizations,
            base_url=base_url,
            learned=Learned(
                rating=self.enrichment.ratings.get(ticket.id) if self.enrichment is not None else None,
                facts=self.facts.get(ticket.id, TicketFacts()),
                survivor=self.survivors.get(ticket.id),
                excluded=self.excluded.get(ticket.id),
            ),
        )


def _beside(
    worker: Worker, page: TicketBatch, tickets: Sequence[Ticket], before: Known, excluded: Mapping[int, str]
) -> _Beside:
    """Ask what a task will tell, of the tickets alone that may get one or have one."""
    enrichment = _enrich(worker, tickets, before, worker.clock.now())
    asked = enrichment.ratings if enrichment is not None else {}
    told_before = {
        ticket_id for ticket_id, ticket in before.items() if ticket.low and ticket.escalation is EscalationState.OPEN
    }
    return _Beside(
        users={user.id: user for user in page.users},
        organizations={organization.id: organization for organization in page.organizations},
        enrichment=enrichment,
        facts=facts_of(worker.zendesk, sorted(asked.keys() - told_before)),
        survivors=survivors(worker.zendesk, _newly_merged(tickets, before)),
        excluded=excluded,
    )


def _excluded(worker: Worker, page: TicketBatch, tickets: Sequence[Ticket]) -> dict[int, str]:
    users = {user.id: user for user in page.users}
    organizations = {organization.id: organization for organization in page.organizations}
    reasons = {ticket.id: worker.intake.exclusion.reason(ticket, users, organizations) for ticket in tickets}
    return {ticket_id: reason for ticket_id, reason in reasons.items() if reason is not None}


def _newly_merged(tickets: Sequence[Ticket], known: Known) -> list[int]:
    """Return the known tickets that were merged since; those that come merged already were closed long ago for us."""
    return [
        ticket.id
        for ticket in tickets
        if is_merged(ticket)
        and (before := known.get(ZendeskTicketId(ticket.id))) is not None
        and before.merged_into is None
    ]


def _existing(
    worker: Worker, tickets: Sequence[Ticket], known: Known
) -> tuple[dict[ZendeskTicketId, ExistingTicket], frozenset[int]]:
    unknown = [ZendeskTicketId(ticket.id) for ticket in tickets if ticket.id not in known]
    if not unknown:
        return {}, frozenset()
    rated = {
        ticket.id for ticket in tickets if translate_rating(ticket.satisfaction_rating).score in {Score.BAD, Score.GOOD}
    }
    return worker.newcomers.look(worker.hubspot, unknown, worker.portal(), rated)


def _enrich(worker: Worker, tickets: Sequence[Ticket], before: Known, now: datetime) -> Enrichment | None:
    asked = to_ask(tickets, before, now - worker.policy.max_rating_age, scores_to_ask(worker.policy))
    return enrich(worker.zendesk, asked, now, scale=worker.intake.survey_scale) if asked else None


def _latest(tickets: Iterable[Ticket]) -> list[Ticket]:
    """Return each ticket once, in its latest state: the export promises "at least once", not once."""
    latest: dict[int, Ticket] = {}
    for ticket in tickets:
        if ticket.id not in latest or generated_at(ticket) >= generated_at(latest[ticket.id]):
            latest[ticket.id] = ticket
    return list(latest.values())


def _place(page: TicketBatch) -> str:
    """Name the page by where it leads, so that two tickets without an id are not taken for one."""
    return page.after_cursor or "" if isinstance(page, TicketPage) else ""


def _unreadable(broken: BrokenTicket, place: str) -> UnreadableTicket:
    """Name a ticket that cannot be read; one without a readable id gets a negative stand-in."""
    stand_in = -1 - zlib.crc32(f"{place} {broken.reason}".encode())
    return UnreadableTicket(zendesk_id=broken.id if broken.id is not None else stand_in, reason=broken.reason)
