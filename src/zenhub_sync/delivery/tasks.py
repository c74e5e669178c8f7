"""Make the task of an escalation: the one write that HubSpot cannot make idempotent.

It is sent at most once per attempt, never retried blindly, and every answer that is not a plain yes or no leaves it
*uncertain*, for `recovery` to find out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from zenhub_sync.delivery.owners import Company, OwnerDirectory
from zenhub_sync.delivery.payloads import TaskStyle, task_links, task_properties, ticket_link
from zenhub_sync.delivery.results import Results
from zenhub_sync.delivery.texts import TaskTemplates, render_task
from zenhub_sync.hubspot.inputs import AssociationInput
from zenhub_sync.hubspot.models import Account, CrmObject
from zenhub_sync.planning.effects import OpenEscalation
from zenhub_sync.planning.rules.owner import choose_owner
from zenhub_sync.planning.tickets import HubSpotId, MirroredTicket, ZendeskTicketId
from zenhub_sync.store.mirror import Confirmation
from zenhub_sync.store.outbox import Settlement, StoredEffect
from zenhub_sync.store.outbox_states import EffectState
from zenhub_sync.transport.errors import OutcomeUnknown, Rejected

_UI = "app.hubspot.com"


class TaskCalls(Protocol):
    """The part of the HubSpot client that makes a record."""

    def create(
        self, kind: str, properties: Mapping[str, str], associations: Sequence[AssociationInput] = ()
    ) -> CrmObject: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPolicy:
    """How tasks are written, for whom, and how long an unknown outcome is left to settle (seconds)."""

    templates: TaskTemplates
    style: TaskStyle
    fallback: str | None
    settle: float


def open_tasks(
    hubspot: TaskCalls,
    directory: OwnerDirectory,
    account: Account,
    policy: TaskPolicy,
    leased: Sequence[StoredEffect],
    known: Mapping[ZendeskTicketId, MirroredTicket],
    results: Results,
    now: datetime,
) -> None:
    """Make one task for each escalation, for the owner of its company as it is right now."""
    companies = directory.companies([m.company_id for m in known.values() if m.company_id is not None])
    for stored in leased:
        before = known[stored.effect.zendesk_id]
        company = companies.get(before.company_id) if before.company_id is not None else None
        if company is not None and company.id != before.company_id:
            results.confirmations.append(Confirmation(zendesk_id=before.zendesk_id, company_id=company.id))
        _open_task(hubspot, directory, account, policy, stored, before, company, results, now)


def _open_task(
    hubspot: TaskCalls,
    directory: OwnerDirectory,
    account: Account,
    policy: TaskPolicy,
    stored: StoredEffect,
    before: MirroredTicket,
    company: Company | None,
    results: Results,
    now: datetime,
) -> None:
    effect = stored.effect
    assert isinstance(effect, OpenEscalation)  # noqa: S101 - the executor hands over this kind only
    assert before.hubspot_id is not None  # noqa: S101 - the outbox leases it only when the HubSpot ticket exists
    choice = choose_owner(
        has_company=company is not None,
        company_owner=company.owner_id if company is not None else None,
        owners=directory.owners(),
        fallback=policy.fallback,
    )
    if choice.owner is None:
        results.park(stored, f"task for ticket {effect.zendesk_id}: {choice.problem}", retry_at_once=True)
        return
    text = render_task(
        policy.templates,
        effect,
        choice,
        company=company.name if company is not None else None,
        hubspot_url=ticket_link(account.ui_domain or _UI, account.portal_id, before.hubspot_id),
    )
    links = task_links(before.hubspot_id, company.id if company is not None else None, before.contact_id)
    properties = task_properties(text, policy.style, choice.owner.id, now)
    try:
        task = hubspot.create("tasks", properties, tuple(links.values()))
    except OutcomeUnknown as error:
        _unknown(stored, error, policy, results)
    except Rejected as error:
        results.reject(stored, error)
    else:
        made(stored, task.id, results)


def made(stored: StoredEffect, task_id: str, results: Results) -> None:
    """Note that the task exists; it is done only when read back with its owner and its associations."""
    results.settlements.append(
        Settlement(id=stored.id, state=EffectState.VERIFYING, due_at=results.now, hubspot_id=task_id)
    )
    results.confirmations.append(Confirmation(zendesk_id=stored.effect.zendesk_id, task_id=HubSpotId(task_id)))


def _unknown(stored: StoredEffect, error: OutcomeUnknown, policy: TaskPolicy, results: Results) -> None:
    results.settlements.append(
        Settlement(id=stored.id, state=EffectState.UNCERTAIN, due_at=results.now + policy.settle, reason=str(error))
    )
