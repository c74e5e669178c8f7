"""Ask HubSpot what planning a page takes, before the page's turn has come: who is there already, and whose they are.

The answers are hints of the moment they were asked for; the plan is made from them and from what is known by then.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zenhub_sync.intake.directory import Asked, Found, People
from zenhub_sync.intake.existing import Existing, Looking
from zenhub_sync.intake.translate import generated_at, translate_rating
from zenhub_sync.jobs.worker import Worker
from zenhub_sync.planning.tickets import MirroredTicket, Score, ZendeskTicketId
from zenhub_sync.transport.asking import Asking, Coming
from zenhub_sync.zendesk.models import Ticket, TicketBatch

Known = Mapping[ZendeskTicketId, MirroredTicket]

_RATED = {Score.BAD, Score.GOOD}


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUps:
    """What is asked about a page: its `tickets`, each once; `excluded` says which are not wanted, and why."""

    tickets: Sequence[Ticket]
    excluded: Mapping[int, str]
    newcomers: Looking | None
    people: People
    asked: Asked

    def coming(self) -> list[Coming[Any]]:
        """Return the answers that are still on their way."""
        answers: list[Coming[Any]] = [self.asked.companies, self.asked.contacts]
        answers += [self.newcomers.coming] if self.newcomers is not None else []
        return [answer for answer in answers if not answer.ready()]

    def wanted(self, known: Known, *, create: bool) -> list[Ticket]:
        """Return the tickets that are mirrored or, with `create`, are to be."""
        return [t for t in self.tickets if t.id in known or (create and t.id not in self.excluded)]


def look_up_page(worker: Worker, page: TicketBatch, known: Container[int], asking: Asking, *, create: bool) -> LookUps:
    """Begin to look up a page; `known` may lack what the pages before it bring."""
    tickets = _latest(page.tickets)
    everybody = People.of(tickets, page.users, page.organizations)
    reasons = {t.id: worker.intake.exclusion.reason(t, everybody.users, everybody.organizations) for t in tickets}
    excluded = {ticket_id: reason for ticket_id, reason in reasons.items() if reason is not None}
    wanted = [t for t in tickets if t.id in known or (create and t.id not in excluded)]
    people = everybody if len(wanted) == len(tickets) else People.of(wanted, page.users, page.organizations)
    return LookUps(
        tickets=tickets,
        excluded=excluded,
        newcomers=_look_for(worker, [t for t in wanted if t.id not in known], asking),
        people=people,
        asked=worker.directory.ask(people, worker.now(), asking),
    )


def existing(worker: Worker, look_ups: LookUps, known: Known) -> Existing:
    """Return the HubSpot tickets of those that the store does not know, and those of which HubSpot did not say."""
    if look_ups.newcomers is None:
        return {}, frozenset()
    there, unread = worker.newcomers.answer(look_ups.newcomers, worker.hubspot, worker.portal())
    # Those that a page before this one brought meanwhile are known better than HubSpot tells.
    return {i: each for i, each in there.items() if i not in known}, frozenset(i for i in unread if i not in known)


def matches(worker: Worker, look_ups: LookUps, tickets: Sequence[Ticket]) -> Found:
    """Return whose the tickets are."""
    return worker.directory.found(tickets, look_ups.people, look_ups.asked)


def _look_for(worker: Worker, unknown: Sequence[Ticket], asking: Asking) -> Looking | None:
    """Look for all rated ones: whether a bad rating is a new case, now or later, the escalations before it decide."""
    if not unknown:
        return None
    rated = {ticket.id for ticket in unknown if translate_rating(ticket.satisfaction_rating).score in _RATED}
    ids = [ZendeskTicketId(ticket.id) for ticket in unknown]
    return worker.newcomers.ask(worker.hubspot, ids, worker.portal(), rated, asking)


def _latest(tickets: Iterable[Ticket]) -> list[Ticket]:
    """Return each ticket once, in its latest state: the export promises "at least once", not once."""
    latest: dict[int, Ticket] = {}
    for ticket in tickets:
        if ticket.id not in latest or generated_at(ticket) >= generated_at(latest[ticket.id]):
            latest[ticket.id] = ticket
    return list(latest.values())
