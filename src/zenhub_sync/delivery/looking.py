"""What HubSpot has of tickets just before they are written: whether they are there, and in whose stage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from zenhub_sync.delivery.batching import BATCH
from zenhub_sync.delivery.payloads import STAGE
from zenhub_sync.hubspot.models import CrmObject
from zenhub_sync.hubspot.results import ReadResult
from zenhub_sync.planning.effects import WriteTicket
from zenhub_sync.planning.portal import Portal
from zenhub_sync.planning.properties import TICKET_ID
from zenhub_sync.planning.rules.stage import ROLE_OF_STATUS
from zenhub_sync.planning.tickets import HubSpotId, MirroredTicket, StageRole, Status, ZendeskTicketId
from zenhub_sync.store.outbox import StoredEffect

_STATUS = "zendesk_status"


class TicketReads(Protocol):
    """The part of the HubSpot client that reads tickets in batches."""

    def read(
        self, kind: str, ids: Sequence[str], properties: Sequence[str], *, id_property: str | None = None
    ) -> ReadResult: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What HubSpot has just before the write; of the `unread` nothing is known, so they are not written now."""

    born: Mapping[ZendeskTicketId, HubSpotId]
    found: Mapping[ZendeskTicketId, CrmObject]
    unread: frozenset[ZendeskTicketId]


def look(hubspot: TicketReads, leased: Sequence[StoredEffect], known: Mapping[ZendeskTicketId, MirroredTicket]) -> Seen:
    """Read what decides: tickets that an earlier, unheard attempt may have made, and stages that we are to change."""
    born: dict[ZendeskTicketId, HubSpotId] = {}
    seen: dict[ZendeskTicketId, CrmObject] = {}
    unread: set[ZendeskTicketId] = set()
    retried = {
        str(stored.effect.zendesk_id): stored.effect.zendesk_id
        for stored in leased
        if known[stored.effect.zendesk_id].hubspot_id is None and may_have_been_sent(stored)
    }
    for record_of, lost in _read(hubspot, list(retried), by=TICKET_ID):
        born.update((retried[number], HubSpotId(record.id)) for number, record in record_of.items())
        seen.update((retried[number], record) for number, record in record_of.items())
        unread.update(retried[number] for number in lost)
    moving = {
        before.hubspot_id: before.zendesk_id
        for stored in leased
        if isinstance(stored.effect, WriteTicket) and stored.effect.stage
        if (before := known[stored.effect.zendesk_id]).hubspot_id is not None
    }
    for record_of, _ in _read(hubspot, list(moving), by=None):
        seen.update((moving[HubSpotId(i)], record) for i, record in record_of.items())
    # A known ticket that is not there under its id is left to the update, whose refusal has it looked for again.
    return Seen(born=born, found=seen, unread=frozenset(unread))


def may_have_been_sent(stored: StoredEffect) -> bool:
    """Tell whether an earlier attempt, or an earlier write that this one superseded, may have made the ticket."""
    return stored.attempts > 0 or (isinstance(stored.effect, WriteTicket) and stored.effect.revision > 1)


def _read(
    hubspot: TicketReads, ids: Sequence[str], *, by: str | None
) -> Iterator[tuple[dict[str, CrmObject], tuple[str, ...]]]:
    """Read tickets in batches: each with the records by the id asked for, and the ids that got no answer."""
    for start in range(0, len(ids), BATCH):
        chunk = ids[start : start + BATCH]
        answer = hubspot.read("tickets", chunk, (TICKET_ID, STAGE, _STATUS), id_property=by)
        named = {(record.properties.get(by) or "" if by else record.id): record for record in answer.found}
        yield {name: record for name, record in named.items() if name in chunk}, answer.unaccounted


def moved_by_a_person(effect: WriteTicket, before: MirroredTicket, portal: Portal, seen: Seen) -> bool:
    """Tell whether the HubSpot ticket stands in a stage that is not ours.

    Ours are the one that HubSpot last confirmed, those asked for since (a write may have been applied unheard), and the
    one that fits the status we wrote beside it (a store restored from a backup remembers an older one). Where a ticket
    goes after the contact, it comes from `contato CS` alone: out of another stage, a person took it.
    """
    found = seen.found.get(effect.zendesk_id)
    if effect.stage is None or found is None:
        return False
    stage_id = found.properties.get(STAGE)
    ours = {before.stage_id, *(portal.stages[role] for role in before.asked if role in portal.stages)}
    fits = effect.stage is not StageRole.AFTER_CONTACT and _fits_what_is_written(found, portal)
    return stage_id not in ours and not fits


def _fits_what_is_written(found: CrmObject, portal: Portal) -> bool:
    """Tell whether the stage goes with the status that the worker wrote beside it."""
    status = found.properties.get(_STATUS) or ""
    return status in set(Status) and ROLE_OF_STATUS[Status(status)] in portal.roles_of(found.properties.get(STAGE))
