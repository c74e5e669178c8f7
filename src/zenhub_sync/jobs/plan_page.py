"""One page of tickets becomes one page of plans: look up, translate, decide. Reads only, so a dry run does it too."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from zenhub_sync.intake.csat import Enrichment, enrich, scores_to_ask, to_ask
from zenhub_sync.intake.directory import Found
from zenhub_sync.intake.handled import facts_of
from zenhub_sync.intake.merges import survivors
from zenhub_sync.intake.translate import Learned, is_merged, translate_ticket
from zenhub_sync.jobs.look_up_page import Known, LookUps, existing, look_up_page, matches
from zenhub_sync.jobs.worker import Worker
from zenhub_sync.planning.adoption import adopt, plan_adoption
from zenhub_sync.planning.effects import Effect
from zenhub_sync.planning.planner import Plan, plan_ticket
from zenhub_sync.planning.tickets import (
    EscalationState,
    MirroredTicket,
    SourceTicket,
    TicketFacts,
    ZendeskTicketId,
)
from zenhub_sync.store.unreadable import UnreadableTicket
from zenhub_sync.transport.asking import OneByOne
from zenhub_sync.zendesk.models import BrokenTicket, Organization, Ticket, TicketBatch, TicketPage, User

_NOT_SAID = "HubSpot did not say whether it has this ticket"


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


def plan_page(
    worker: Worker, page: TicketBatch, known: Known, *, create: bool, look_ups: LookUps | None = None
) -> PlannedPage:
    """Plan every ticket of the page, or, without `create`, those that are known already."""
    worker.learn_statuses()
    look_ups = look_ups or look_up_page(worker, page, known, OneByOne(), create=create)
    there, unread = existing(worker, look_ups, known)
    tickets = [ticket for ticket in look_ups.wanted(known, create=create) if ticket.id not in unread]
    before = {**known, **{zendesk_id: adopt(found, worker.policy) for zendesk_id, found in there.items()}}
    beside = _beside(worker, look_ups, tickets, before)
    found = matches(worker, look_ups, tickets)
    decided, strange = _decide(worker, tickets, beside, before, found)
    unreadable = [_unreadable(broken, f"{_place(page)} {position}") for position, broken in enumerate(page.broken)]
    unreadable += [UnreadableTicket(zendesk_id=number, reason=_NOT_SAID) for number in sorted(unread)]
    adoptions = [
        effect
        for source, _ in decided
        if source.id in there
        for effect in plan_adoption(source, there[source.id], worker.policy)
    ]
    return PlannedPage(
        sources=[source for source, _ in decided],
        plans=[plan for _, plan in decided],
        mirrored=[plan.mirror for _, plan in decided if plan.mirror != known.get(plan.mirror.zendesk_id)],
        effects=[*(effect for _, plan in decided for effect in plan.effects), *adoptions],
        found=found,
        unreadable=[*unreadable, *strange],
        enrichment=beside.enrichment,
        excluded={i: reason for i, reason in look_ups.excluded.items() if create or i in known},
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


def _beside(worker: Worker, look_ups: LookUps, tickets: Sequence[Ticket], before: Known) -> _Beside:
    """Ask what a task will tell, of the tickets alone that may get one or have one."""
    enrichment = _enrich(worker, tickets, before, worker.clock.now())
    asked = enrichment.ratings if enrichment is not None else {}
    told_before = {
        ticket_id for ticket_id, ticket in before.items() if ticket.low and ticket.escalation is EscalationState.OPEN
    }
    return _Beside(
        users=look_ups.people.users,
        organizations=look_ups.people.organizations,
        enrichment=enrichment,
        facts=facts_of(worker.zendesk, sorted(asked.keys() - told_before)),
        survivors=survivors(worker.zendesk, _newly_merged(tickets, before)),
        excluded=look_ups.excluded,
    )


def _newly_merged(tickets: Sequence[Ticket], known: Known) -> list[int]:
    """Return the known tickets that were merged since; those that come merged already were closed long ago for us."""
    return [
        ticket.id
        for ticket in tickets
        if is_merged(ticket)
        and (before := known.get(ZendeskTicketId(ticket.id))) is not None
        and before.merged_into is None
    ]


def _enrich(worker: Worker, tickets: Sequence[Ticket], before: Known, now: datetime) -> Enrichment | None:
    asked = to_ask(tickets, before, now - worker.policy.max_rating_age, scores_to_ask(worker.policy))
    return enrich(worker.zendesk, asked, now, scale=worker.intake.survey_scale) if asked else None


def _place(page: TicketBatch) -> str:
    """Name the page by where it leads, so that two tickets without an id are not taken for one."""
    return page.after_cursor or "" if isinstance(page, TicketPage) else ""


def _unreadable(broken: BrokenTicket, place: str) -> UnreadableTicket:
    """Name a ticket that cannot be read; one without a readable id gets a negative stand-in."""
    stand_in = -1 - zlib.crc32(f"{place} {broken.reason}".encode())
    return UnreadableTicket(zendesk_id=broken.id if broken.id is not None else stand_in, reason=broken.reason)
