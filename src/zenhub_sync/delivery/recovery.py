"""Find out whether a task exists: by the ticket's associations and the mark in the body. Never by search or list.

Associations and batch reads were consistent in every live report, search and lists lag behind (developers.hubspot.com,
search the CRM 2026-09; live portal report, 2026-10-06). An effect comes here only after the settle time, longer than
the slowest late write: then absent means absent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from zenhub_sync.delivery.batching import BATCH
from zenhub_sync.delivery.results import Results
from zenhub_sync.delivery.tasks import TASK_KEY_PROPERTY, made
from zenhub_sync.hubspot.models import CrmObject
from zenhub_sync.hubspot.results import AssociationResult, ReadResult
from zenhub_sync.planning.marks import mark_of
from zenhub_sync.planning.properties import TASK_ID, TASK_KEY, TICKET_ID
from zenhub_sync.planning.tickets import MirroredTicket, ZendeskTicketId
from zenhub_sync.store.outbox import Settlement, StoredEffect
from zenhub_sync.store.outbox_states import EffectState

# How long to wait before asking again when HubSpot could not read all of a ticket's tasks.
_ASK_AGAIN = 30.0
_MOST_LOOKS = 6


class TaskReads(Protocol):
    """The part of the HubSpot client that reads associations and tasks."""

    def associations(
        self, from_kind: str, to_kind: str, ids: Sequence[str], *, after: Mapping[str, str] | None = None
    ) -> AssociationResult: ...

    def read(
        self, kind: str, ids: Sequence[str], properties: Sequence[str], *, id_property: str | None = None
    ) -> ReadResult: ...


def recover(
    hubspot: TaskReads,
    leased: Sequence[StoredEffect],
    known: Mapping[ZendeskTicketId, MirroredTicket],
    results: Results,
    *,
    keyed: bool = False,
) -> None:
    """Adopt the task of each escalation if it is there, else let it be made again.

    The HubSpot ticket may say which task was made for it; that one counts even if a person has deleted it since. Where
    the portal has a unique property for the key (`keyed`), that is asked next; else the mark in the body tells.
    """
    held, ids = _recorded(hubspot, leased, known)
    if keyed:
        held = _by_key(hubspot, [stored.effect.key for stored in leased]) | held
    for stored in leased:
        if stored.effect.key in held:
            made(stored, held[stored.effect.key], results)  # whose it is by now, only HubSpot knows
    leased = [stored for stored in leased if stored.effect.key not in held]
    if leased:
        _recover_by_mark(hubspot, leased, ids, results)


def _recover_by_mark(
    hubspot: TaskReads,
    leased: Sequence[StoredEffect],
    ids: Mapping[ZendeskTicketId, str],
    results: Results,
) -> None:
    ticket_ids = {stored.id: ids[stored.effect.zendesk_id] for stored in leased}
    tasks, unread = _tasks_of(hubspot, sorted(set(ticket_ids.values())))
    marked, owners, unread_tasks = _marks(hubspot, sorted({task for found in tasks.values() for task in found}))
    unread |= {ticket_id for ticket_id, found in tasks.items() if found & unread_tasks}
    for stored in leased:
        ticket_id = ticket_ids[stored.id]
        # The oldest of several: ids grow. Any other is a duplicate that a person should look at.
        candidates = sorted(
            (task for task in tasks.get(ticket_id, ()) if marked.get(task) == stored.effect.key),
            key=lambda task: (len(task), task),
        )
        if candidates:
            # Ours of a moment ago, if this store sent it; else somebody may have passed it on since.
            owner_id = owners.get(candidates[0]) if stored.sent_at is not None else None
            made(stored, candidates[0], results, owner_id=owner_id)
        elif ticket_id in unread and stored.attempts >= _MOST_LOOKS:
            results.park(stored, f"hubspot: the tasks of ticket {stored.effect.zendesk_id} cannot all be read")
        elif ticket_id in unread:
            results.settlements.append(
                Settlement(
                    id=stored.id,
                    state=EffectState.UNCERTAIN,
                    due_at=results.now + _ASK_AGAIN,
                    reason="HubSpot could not read all of the ticket's tasks",
                )
            )
        else:
            results.again(stored, "looked for after an unknown outcome, and not there")


def _recorded(
    hubspot: TaskReads, leased: Sequence[StoredEffect], known: Mapping[ZendeskTicketId, MirroredTicket]
) -> tuple[dict[str, str], dict[ZendeskTicketId, str]]:
    """Return the tasks that the HubSpot tickets name for these keys, and the ids that those tickets have now.

    A store restored from a backup knows less than the tickets do. A ticket that a person merged has another id, and its
    tasks moved there: under the old one nothing is found, which must not be taken for "never made".
    """
    held: dict[str, str] = {}
    keys = {stored.effect.key for stored in leased}
    ids = {stored.effect.zendesk_id: known[stored.effect.zendesk_id].hubspot_id or "" for stored in leased}
    found, missing = _tickets(hubspot, sorted(set(ids.values()) - {""}), None)
    lost = {str(zendesk_id): zendesk_id for zendesk_id, hubspot_id in ids.items() if hubspot_id in missing}
    again, _ = _tickets(hubspot, list(lost), TICKET_ID)
    for ticket in again:
        number = ticket.properties.get(TICKET_ID) or ""
        if number in lost:
            ids[lost[number]] = ticket.id
    for ticket in (*found, *again):
        key, task_id = ticket.properties.get(TASK_KEY), ticket.properties.get(TASK_ID)
        if key in keys and task_id:
            held[key] = task_id
    return held, ids


def _tickets(hubspot: TaskReads, ids: Sequence[str], by: str | None) -> tuple[list[CrmObject], set[str]]:
    """Return the tickets, and the ids under which there is none."""
    found: list[CrmObject] = []
    missing: set[str] = set()
    for start in range(0, len(ids), BATCH):
        answer = hubspot.read("tickets", ids[start : start + BATCH], (TICKET_ID, TASK_KEY, TASK_ID), id_property=by)
        found += answer.found
        missing |= set(answer.missing)
    return found, missing


def _by_key(hubspot: TaskReads, keys: Sequence[str]) -> dict[str, str]:
    held: dict[str, str] = {}
    for start in range(0, len(keys), BATCH):
        chunk = keys[start : start + BATCH]
        for task in hubspot.read("tasks", chunk, (TASK_KEY_PROPERTY,), id_property=TASK_KEY_PROPERTY).found:
            held[task.properties.get(TASK_KEY_PROPERTY) or ""] = task.id
    return held


def _tasks_of(hubspot: TaskReads, ticket_ids: Sequence[str]) -> tuple[dict[str, set[str]], set[str]]:
    """Return all tasks of each ticket, page by page, and the tickets for which they could not all be read."""
    tasks: dict[str, set[str]] = {}
    unread: set[str] = set()
    after: Mapping[str, str] = {}
    asked = list(ticket_ids)
    while asked:
        answer = hubspot.associations("tickets", "tasks", asked, after=after)
        for ticket_id, links in answer.links.items():
            tasks.setdefault(ticket_id, set()).update(link.to_id for link in links)
        unread |= set(answer.unread)
        unread |= {ticket_id for ticket_id, cursor in answer.more.items() if after.get(ticket_id) == cursor}
        asked = [ticket_id for ticket_id, cursor in answer.more.items() if after.get(ticket_id) != cursor]
        after = {ticket_id: answer.more[ticket_id] for ticket_id in asked}
    return tasks, unread


def _marks(
    hubspot: TaskReads, task_ids: Sequence[str]
) -> tuple[dict[str, str | None], dict[str, str | None], set[str]]:
    """Return mark and owner of each task, and the tasks that the answers left out: any of them may be the one."""
    marks: dict[str, str | None] = {}
    owners: dict[str, str | None] = {}
    unread: set[str] = set()
    for start in range(0, len(task_ids), BATCH):
        answer = hubspot.read("tasks", task_ids[start : start + BATCH], ("hs_task_body", "hubspot_owner_id"))
        owners.update((task.id, task.properties.get("hubspot_owner_id") or None) for task in answer.found)
        marks.update((task.id, mark_of(task.properties.get("hs_task_body"))) for task in answer.found)
        unread |= set(answer.unaccounted)
    return marks, owners, unread
