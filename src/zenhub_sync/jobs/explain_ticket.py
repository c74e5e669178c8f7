"""All that is known of one ticket: what Zendesk says, what HubSpot has, what the store remembers. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from zenhub_sync.delivery.payloads import ticket_link
from zenhub_sync.delivery.portal import WrongPortal
from zenhub_sync.delivery.tasks import UI_DOMAIN
from zenhub_sync.errors import ZenhubError
from zenhub_sync.hubspot.models import CrmObject
from zenhub_sync.intake.csat import enrich
from zenhub_sync.jobs.plan_page import plan_page
from zenhub_sync.jobs.worker import Worker
from zenhub_sync.planning.marks import mark_of
from zenhub_sync.planning.planner import Plan
from zenhub_sync.planning.properties import TASK_ID, TASK_KEY, TICKET_ID
from zenhub_sync.planning.tickets import MirroredTicket, Score, SourceTicket, ZendeskTicketId
from zenhub_sync.store.history import TicketRecord
from zenhub_sync.zendesk.models import TicketBatch

T = TypeVar("T")

_STAGE = "hs_pipeline_stage"
_TICKET = (_STAGE, TICKET_ID, TASK_KEY, TASK_ID, "zendesk_status", "zendesk_csat")
_TASK = ("hs_task_status", "hs_task_body", "hs_timestamp", "hubspot_owner_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFacts:
    """A task of the HubSpot ticket; `key` is the mark in its body, None for a task that is not the worker's."""

    id: str
    status: str | None
    owner_id: str | None
    due: str | None
    key: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSpotFacts:
    """The HubSpot ticket as it is now."""

    id: str
    url: str
    stage_id: str | None
    roles: Sequence[str]
    task_key: str | None
    task_id: str | None
    companies: Sequence[str]
    contacts: Sequence[str]
    tasks: Sequence[TaskFacts]


@dataclass(slots=True, kw_only=True)
class Explanation:
    """What was found; `troubles` say what could not be asked, and why. `plan` is what a refresh would do now.

    `hidden`: Zendesk answered, and shows no such ticket. `exit_code` is that of the first trouble with a vendor.
    """

    zendesk_id: int
    record: TicketRecord
    source: SourceTicket | None = None
    plan: Plan | None = None
    hubspot: HubSpotFacts | None = None
    hidden: bool = False
    troubles: list[str] = field(default_factory=list)
    exit_code: int = 0

    @property
    def known_anywhere(self) -> bool:
        """Tell whether the store, Zendesk or HubSpot has heard of the ticket."""
        record = self.record
        there = (record.mirrored, record.unreadable, self.source, self.hubspot)
        return bool(record.effects or self.troubles) or any(each is not None for each in there)


def explain_ticket(worker: Worker, zendesk_id: int) -> Explanation:
    """Ask both vendors and the store; what one of them refuses is said, and the others are told all the same.

    Of another portal than the configured one nothing is told: `WrongPortal`.
    """
    _refuse_another_portal(worker)
    known = worker.store.record_of(zendesk_id)
    told = Explanation(zendesk_id=zendesk_id, record=known)
    batch = _try(told, lambda: worker.zendesk.show_many_tickets([zendesk_id]))
    if batch is not None and batch.tickets:
        _try(told, lambda: _plan(worker, batch, told))
    elif batch is not None:
        told.hidden = True
    told.hubspot = _try(told, lambda: _hubspot(worker, zendesk_id, known.mirrored))
    return told


def _refuse_another_portal(worker: Worker) -> None:
    try:
        worker.check_portal()
    except WrongPortal:
        raise
    except ZenhubError:
        return  # what else is asked of HubSpot ends in the same way, and is told


def _try(told: Explanation, ask: Callable[[], T]) -> T | None:
    try:
        return ask()
    except ZenhubError as error:
        told.troubles.append(str(error))
        told.exit_code = told.exit_code or error.exit_code
        return None


def _plan(worker: Worker, batch: TicketBatch, told: Explanation) -> None:
    mirrored = told.record.mirrored
    known = {mirrored.zendesk_id: mirrored} if mirrored is not None else {}
    planned = plan_page(worker, batch, known, create=True)
    told.troubles += [f"it cannot be read: {ticket.reason}" for ticket in planned.unreadable]
    for source, plan in zip(planned.sources, planned.plans, strict=True):
        told.source, told.plan = source, plan
        if source.rating.at is None and source.rating.score in {Score.BAD, Score.GOOD}:
            ratings = enrich(
                worker.zendesk, batch.tickets, worker.clock.now(), scale=worker.intake.survey_scale
            ).ratings
            told.source = replace(source, rating=ratings.get(source.id, source.rating))


def _hubspot(worker: Worker, zendesk_id: int, mirrored: MirroredTicket | None) -> HubSpotFacts | None:
    ticket = _ticket(worker, ZendeskTicketId(zendesk_id), mirrored)
    if ticket is None:
        return None
    links = {
        kind: [link.to_id for link in worker.hubspot.associations("tickets", kind, [ticket.id]).links[ticket.id]]
        for kind in ("companies", "contacts", "tasks")
    }
    tasks = worker.hubspot.read("tasks", sorted(links["tasks"])[:100], _TASK).found if links["tasks"] else ()
    stage = ticket.properties.get(_STAGE)
    account = worker.hubspot.account()
    return HubSpotFacts(
        id=ticket.id,
        url=ticket_link(account.ui_domain or UI_DOMAIN, account.portal_id, ticket.id),
        stage_id=stage,
        roles=sorted(role.value for role in worker.portal().roles_of(stage)),
        task_key=ticket.properties.get(TASK_KEY) or None,
        task_id=ticket.properties.get(TASK_ID) or None,
        companies=sorted(links["companies"]),
        contacts=sorted(links["contacts"]),
        tasks=[_task(task) for task in sorted(tasks, key=lambda task: task.id)],
    )


def _ticket(worker: Worker, zendesk_id: ZendeskTicketId, mirrored: MirroredTicket | None) -> CrmObject | None:
    """Find the HubSpot ticket by its unique property: a merged or archived one is not what the store remembers."""
    found = worker.hubspot.read("tickets", [str(zendesk_id)], _TICKET, id_property=TICKET_ID).found
    if found or mirrored is None or mirrored.hubspot_id is None:
        return found[0] if found else None
    return next(iter(worker.hubspot.read("tickets", [mirrored.hubspot_id], _TICKET).found), None)


def _task(task: CrmObject) -> TaskFacts:
    said = task.properties
    return TaskFacts(
        id=task.id,
        status=said.get("hs_task_status"),
        owner_id=said.get("hubspot_owner_id"),
        due=said.get("hs_timestamp"),
        key=mark_of(said.get("hs_task_body")),
    )
