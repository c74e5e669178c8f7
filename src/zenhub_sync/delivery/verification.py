"""Read a new task back: it is done when its owner and all its associations stand, and completed until then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Protocol

from zenhub_sync.delivery.batching import BATCH
from zenhub_sync.delivery.owners import Company, Contact, OwnerDirectory
from zenhub_sync.delivery.payloads import task_links
from zenhub_sync.delivery.results import Results
from zenhub_sync.hubspot.results import AssociationResult, Pair, PairResult, ReadResult
from zenhub_sync.planning.effects import Effect, OpenEscalation, RecordTask
from zenhub_sync.planning.planner import close_task
from zenhub_sync.planning.tickets import EscalationState, HubSpotId, MirroredTicket, ZendeskTicketId
from zenhub_sync.store.outbox import Settlement, StoredEffect
from zenhub_sync.store.outbox_states import EffectState
from zenhub_sync.transport.errors import Rejected

_OWNER = "hubspot_owner_id"
_MOST_READS = 6
_READ_AGAIN = 5.0


class VerificationCalls(Protocol):
    """The part of the HubSpot client that reads tasks back and adds what they lack."""

    def read(
        self, kind: str, ids: Sequence[str], properties: Sequence[str], *, id_property: str | None = None
    ) -> ReadResult: ...

    def associations(
        self, from_kind: str, to_kind: str, ids: Sequence[str], *, after: Mapping[str, str] | None = None
    ) -> AssociationResult: ...

    def associate(self, from_kind: str, to_kind: str, type_id: int, pairs: Sequence[Pair]) -> PairResult: ...


def verify(
    hubspot: VerificationCalls,
    directory: OwnerDirectory,
    leased: Sequence[StoredEffect],
    known: Mapping[ZendeskTicketId, MirroredTicket],
    results: Results,
) -> None:
    """Settle each escalation whose task is complete; add missing associations to the others.

    A company or contact that is gone is not missed; one that was merged is looked for under its new id.
    """
    mirrors = [known[stored.effect.zendesk_id] for stored in leased]
    companies = directory.companies(m.company_id for m in mirrors if m.company_id is not None)
    contacts = directory.contacts(m.contact_id for m in mirrors if m.contact_id is not None)
    task_ids = sorted({stored.hubspot_id for stored in leased if stored.hubspot_id is not None})
    owners, gone = _owners(hubspot, task_ids)
    linked = {
        kind: hubspot.associations("tasks", kind, task_ids).links for kind in ("tickets", "companies", "contacts")
    }
    for stored, before in zip(leased, mirrors, strict=True):
        task_id = stored.hubspot_id or ""
        assert before.hubspot_id is not None  # noqa: S101 - a task is made only for a HubSpot ticket that exists
        if task_id in gone:
            _settle(stored, before, task_id, results)  # a person deleted it at once: that counts as done
            continue
        wanted = task_links(before.hubspot_id, *_now(before, companies, contacts))
        lacking = {
            kind: link
            for kind, link in wanted.items()
            if link.to_id not in {found.to_id for found in linked[kind].get(task_id, ())}
        }
        for kind, link in lacking.items():
            _associate(hubspot, kind, link.type_id, (task_id, link.to_id))
        if not lacking and owners.get(task_id):
            _settle(stored, before, task_id, results)
        else:
            _read_again(stored, task_id, list(lacking) or ["its owner"], results)


def _now(
    before: MirroredTicket, companies: Mapping[HubSpotId, Company], contacts: Mapping[HubSpotId, Contact]
) -> tuple[str | None, str | None]:
    """Return company and contact of the ticket under the ids they have now."""
    company = companies.get(before.company_id) if before.company_id is not None else None
    contact = contacts.get(before.contact_id) if before.contact_id is not None else None
    return company.id if company is not None else None, contact.id if contact is not None else None


def _read_again(stored: StoredEffect, task_id: str, lacking: Sequence[str], results: Results) -> None:
    zendesk_id = stored.effect.zendesk_id
    if stored.attempts >= _MOST_READS:
        results.park(stored, f"hubspot: task {task_id} for ticket {zendesk_id} still lacks {', '.join(lacking)}")
    else:
        results.settlements.append(
            Settlement(id=stored.id, state=EffectState.VERIFYING, due_at=results.now + _READ_AGAIN)
        )


def _owners(hubspot: VerificationCalls, task_ids: Sequence[str]) -> tuple[dict[str, str | None], set[str]]:
    """Return the owner of each task, and the tasks that HubSpot says are gone; of the others nothing is known."""
    owners: dict[str, str | None] = {}
    gone: set[str] = set()
    for start in range(0, len(task_ids), BATCH):
        answer = hubspot.read("tasks", task_ids[start : start + BATCH], (_OWNER,))
        owners.update((task.id, task.properties.get(_OWNER)) for task in answer.found)
        gone |= set(answer.missing)
    return owners, gone


def _associate(hubspot: VerificationCalls, kind: str, type_id: int, pair: Pair) -> None:
    """Add one link; one that is refused is found lacking at the next read, and holds up no other task."""
    with suppress(Rejected):
        hubspot.associate("tasks", kind, type_id, [pair])


def _settle(stored: StoredEffect, before: MirroredTicket, task_id: str, results: Results) -> None:
    effect = stored.effect
    assert isinstance(effect, OpenEscalation)  # noqa: S101 - the executor hands over this kind only
    record = RecordTask(zendesk_id=effect.zendesk_id, episode=effect.episode, task_id=HubSpotId(task_id))
    follow_ups: list[Effect] = [record]
    if before.escalation is EscalationState.CLOSED and not before.low:
        # The rating turned good while it was unknown whether the task had been made.
        follow_ups.append(close_task(before, HubSpotId(task_id), datetime.fromtimestamp(results.now, UTC)))
    results.done(stored, None, *follow_ups)
