"""Let open tasks follow when the owner of a company changes. Batch reads of open escalations only.

Once a day all of them are looked at, and who can still log in. A refresh in between asks only for those whose company
has no valid owner, and goes on to owners, parents and contacts where it names another than has the task.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from zenhub_sync.delivery.owners import OwnerDirectory, Surroundings
from zenhub_sync.jobs.sync_pages import Sweep
from zenhub_sync.jobs.worker import DAILY, Worker
from zenhub_sync.planning.following import OpenTask, plan_owner
from zenhub_sync.planning.tickets import EscalationState

_LOOKED_AT = "owners_looked_at"


def follow_owners(worker: Worker, sweep: Sweep, seen: Sequence[OpenTask]) -> None:
    """Plan, stage and deliver what the present owners mean for these tasks."""
    tasks = _still_open(worker, seen)
    if not tasks:
        return
    directory = OwnerDirectory(hubspot=worker.hubspot, policy=worker.tasks.owners)
    thorough = worker.is_due(_LOOKED_AT, min(DAILY, worker.intake.directory_age))
    if not thorough:
        tasks = _in_question(directory, [task for task in tasks if task.ticket.ownerless])
    surroundings = directory.look([task.ticket for task in tasks])
    plans = [
        plan
        for task in tasks
        for choice in (directory.choose(surroundings[task.ticket.zendesk_id]),)
        if (plan := plan_owner(task, choice, follow=worker.tasks.owners.follow)) is not None
    ]
    if plans:
        sweep.apply(plans)
    if thorough and sweep.held is not None:
        worker.store.note_fact(_LOOKED_AT, "", sweep.held, worker.now())


def _still_open(worker: Worker, seen: Sequence[OpenTask]) -> list[OpenTask]:
    """Return the tasks with their tickets as they are known now: the run has gone on since they were read."""
    known = worker.store.known(task.ticket.zendesk_id for task in seen)
    fresh = [(task, known[task.ticket.zendesk_id]) for task in seen if task.ticket.zendesk_id in known]
    return [
        replace(task, ticket=ticket)
        for task, ticket in fresh
        if ticket.escalation is EscalationState.OPEN
        and ticket.task_id == task.ticket.task_id
        and ticket.task_owner is not None
        and not ticket.forgotten
    ]


def _in_question(directory: OwnerDirectory, tasks: Sequence[OpenTask]) -> list[OpenTask]:
    """Return the tasks whose owner is not the one that their company names first."""
    companies = directory.companies(t.ticket.company_id for t in tasks if t.ticket.company_id is not None)
    found = []
    for task in tasks:
        company = companies.get(task.ticket.company_id) if task.ticket.company_id is not None else None
        named = Surroundings(company=company).named
        first = next((named[step] for step in directory.policy.chain if named[step]), None)
        if company is not None and first != task.ticket.task_owner:
            found.append(task)
    return found
