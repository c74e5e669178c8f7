"""Let open tasks follow when the owner of a company changes. Batch reads of open escalations only.

Who owns a company is read with every refresh; who can still log in, parents and contacts only where the company's word
is another than the task's owner, and once in the age of the directory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from zenhub_sync.delivery.owners import OwnerDirectory, Surroundings
from zenhub_sync.jobs.sync_pages import Sweep
from zenhub_sync.jobs.worker import Worker
from zenhub_sync.planning.following import OpenTask, plan_owner
from zenhub_sync.planning.tickets import EscalationState

_LOOKED_AT = "owners_looked_at"


def follow_owners(worker: Worker, sweep: Sweep, seen: Sequence[OpenTask]) -> None:
    """Plan, stage and deliver what the present owners mean for these tasks."""
    tasks = _still_open(worker, seen)
    if not tasks:
        return
    directory = OwnerDirectory(hubspot=worker.hubspot, policy=worker.tasks.owners)
    looked_at = worker.store.fact_noted_at(_LOOKED_AT)
    thorough = looked_at is None or worker.now() - looked_at >= worker.intake.directory_age.total_seconds()
    if not thorough:
        tasks = _in_question(directory, tasks)
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
