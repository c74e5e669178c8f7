"""Make the task of an escalation: the one write that HubSpot cannot make idempotent.

It is sent at most once per attempt, never retried blindly, and every answer that is not a plain yes or no leaves it
*uncertain*, for `recovery` to find out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from zenhub_sync.clock import Clock
from zenhub_sync.delivery.due_dates import DueDates
from zenhub_sync.delivery.owners import OwnerDirectory, Surroundings
from zenhub_sync.delivery.payloads import TaskStyle, task_links, task_properties, ticket_link
from zenhub_sync.delivery.results import Results
from zenhub_sync.delivery.texts import TaskTemplates, render_task
from zenhub_sync.errors import ConfigProblem
from zenhub_sync.hubspot.inputs import AssociationInput
from zenhub_sync.hubspot.models import Account, CrmObject
from zenhub_sync.hubspot.results import ReadResult
from zenhub_sync.planning.effects import OpenEscalation
from zenhub_sync.planning.history import CompanyHistory
from zenhub_sync.planning.rules.owner import OwnerChoice, OwnerPolicy, ownerless_of
from zenhub_sync.planning.tickets import EscalationState, HubSpotId, MirroredTicket, ZendeskTicketId
from zenhub_sync.store.mirror import Confirmation
from zenhub_sync.store.outbox import Settlement, StoredEffect
from zenhub_sync.store.outbox_states import EffectState
from zenhub_sync.transport.errors import OutcomeUnknown, Rejected

UI_DOMAIN = "app.hubspot.com"
_SETTLE_KEYED = 5.0

# Custom properties on tasks exist in some paid portals; whether a unique one may is not established (live portal
# reports, 2026-05 to 2026-10). Where `setup` finds it accepted, it is used; where not, recovery carries the promise.
TASK_KEY_PROPERTY = "zenhub_key"


Histories = Callable[[MirroredTicket, float], CompanyHistory | None]
"""What is known of the company of a ticket, now."""


def no_history(_ticket: MirroredTicket, _now: float) -> CompanyHistory | None:
    """Know nothing of any company."""
    return None


class TaskCalls(Protocol):
    """The part of the HubSpot client that makes a record, and finds one by a unique property."""

    def create(
        self, kind: str, properties: Mapping[str, str], associations: Sequence[AssociationInput] = ()
    ) -> CrmObject: ...

    def read(
        self, kind: str, ids: Sequence[str], properties: Sequence[str], *, id_property: str | None = None
    ) -> ReadResult: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPolicy:
    """How tasks are written, for whom, and how long an unknown outcome is left to settle (seconds)."""

    templates: TaskTemplates
    style: TaskStyle
    due_dates: DueDates
    owners: OwnerPolicy
    settle: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskMaker:
    """Makes the tasks of one run.

    `keyed` says that the portal has a unique property for the key: then HubSpot itself refuses a second task. `stages`
    are the labels of our pipeline's stages.
    """

    hubspot: TaskCalls
    directory: OwnerDirectory
    account: Account
    policy: TaskPolicy
    clock: Clock
    history: Histories = no_history
    keyed: bool = False
    stages: Mapping[str, str] = field(default_factory=dict)

    def open(
        self, leased: Sequence[StoredEffect], known: Mapping[ZendeskTicketId, MirroredTicket], results: Results
    ) -> None:
        """Make one task for each escalation, for the owner of its company as it is right now."""
        mirrors = [known[stored.effect.zendesk_id] for stored in leased]
        surroundings = self.directory.look(mirrors)
        for stored, before in zip(leased, mirrors, strict=True):
            if before.escalation is not EscalationState.OPEN or before.episode != _escalation(stored).episode:
                results.drop(stored, "its reason was gone before the task was made")
            else:
                self._open_one(stored, before, surroundings[before.zendesk_id], results)

    def _open_one(self, stored: StoredEffect, before: MirroredTicket, around: Surroundings, results: Results) -> None:
        effect = _escalation(stored)
        assert before.hubspot_id is not None  # noqa: S101 - the outbox leases it only when the HubSpot ticket exists
        choice = self.directory.choose(around)
        company_id = around.company.id if around.company is not None else None
        contact_id = around.contact.id if around.contact is not None else None
        results.confirmations.append(_as_found(before, company_id, contact_id, choice))
        results.survive("companies", before.company_id, company_id)
        results.survive("contacts", before.contact_id, contact_id)
        if choice.owner is None:
            results.park(stored, f"task for ticket {effect.zendesk_id}: {choice.problem}", retry_at_once=True)
            return
        url = ticket_link(self.account.ui_domain or UI_DOMAIN, self.account.portal_id, before.hubspot_id)
        now = self.clock.now()
        try:
            due = self.policy.due_dates.due(choice.owner, now)
            text = render_task(
                self.policy.templates,
                effect,
                choice,
                company=around.company.name if around.company is not None else None,
                hubspot_url=url,
                history=self.history(before, now.timestamp()),
                taken_from=self._taken_from(before),
            )
        except ConfigProblem as problem:
            results.park(stored, f"task for ticket {effect.zendesk_id}: {problem}", retry_at_once=True)
            return
        links = task_links(before.hubspot_id, company_id, contact_id)
        properties = task_properties(text, self.policy.style, choice.owner.id, now, due)
        if self.keyed:
            properties[TASK_KEY_PROPERTY] = effect.key
        self._send(stored, properties, tuple(links.values()), results)

    def _taken_from(self, before: MirroredTicket) -> str | None:
        """Return the stage that a person chose and the escalation overrode, by its label if it is one of ours."""
        return self.stages.get(before.taken_from, "") if before.taken_from is not None else None

    def _send(
        self,
        stored: StoredEffect,
        properties: Mapping[str, str],
        links: Sequence[AssociationInput],
        results: Results,
    ) -> None:
        try:
            task = self.hubspot.create("tasks", properties, links)
        except OutcomeUnknown as error:
            self._unknown(stored, error, results)
        except Rejected as error:
            there = self._already_there(stored.effect.key) if self.keyed else None
            if there is not None:
                made(stored, there, results)
            else:
                results.reject(stored, error)
        else:
            made(stored, task.id, results, owner_id=properties["hubspot_owner_id"])

    def _already_there(self, key: str) -> str | None:
        """Return the task that holds the key: a refusal may mean that an earlier, lost attempt made it."""
        found = self.hubspot.read("tasks", [key], (TASK_KEY_PROPERTY,), id_property=TASK_KEY_PROPERTY).found
        return found[0].id if found else None

    def _unknown(self, stored: StoredEffect, error: OutcomeUnknown, results: Results) -> None:
        """Leave it uncertain until a late write has had time to land; where HubSpot refuses a second, not for long."""
        settle = min(self.policy.settle, _SETTLE_KEYED) if self.keyed else self.policy.settle
        due_at = self.clock.now().timestamp() + settle
        results.settlements.append(
            Settlement(id=stored.id, state=EffectState.UNCERTAIN, due_at=due_at, reason=str(error))
        )


def _escalation(stored: StoredEffect) -> OpenEscalation:
    assert isinstance(stored.effect, OpenEscalation)  # noqa: S101 - the executor hands over this kind only
    return stored.effect


def _as_found(
    before: MirroredTicket, company_id: HubSpotId | None, contact_id: HubSpotId | None, choice: OwnerChoice
) -> Confirmation:
    """Follow a merged company or contact to the one it was merged into, and note what is wrong with the owner."""
    return Confirmation(
        zendesk_id=before.zendesk_id, company_id=company_id, contact_id=contact_id, ownerless=ownerless_of(choice)
    )


def made(stored: StoredEffect, task_id: str, results: Results, *, owner_id: str | None = None) -> None:
    """Note that the task exists; it is done only when read back with its owner and its associations.

    `owner_id` is whom the worker gave it to; None where a person may have had a hand in that.
    """
    results.settlements.append(
        Settlement(id=stored.id, state=EffectState.VERIFYING, due_at=results.now, hubspot_id=task_id)
    )
    results.confirmations.append(
        Confirmation(zendesk_id=stored.effect.zendesk_id, task_id=HubSpotId(task_id), task_owner=owner_id)
    )
