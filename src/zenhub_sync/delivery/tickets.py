"""Create and update HubSpot tickets, a hundred at a time, without taking one out of a person's hands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from zenhub_sync.delivery.batching import batches
from zenhub_sync.delivery.looking import Seen, TicketReads, look, may_have_been_sent, moved_by_a_person
from zenhub_sync.delivery.parts import do_parts
from zenhub_sync.delivery.payloads import STAGE, ticket_properties
from zenhub_sync.delivery.results import Results
from zenhub_sync.hubspot.inputs import UpdateInput
from zenhub_sync.hubspot.results import WriteResult
from zenhub_sync.planning.effects import RecordTask, WriteTicket
from zenhub_sync.planning.portal import Portal
from zenhub_sync.planning.properties import TASK_ID, TICKET_ID
from zenhub_sync.planning.tickets import HubSpotId, MirroredTicket, StageOwner, ZendeskTicketId
from zenhub_sync.store.mirror import Confirmation
from zenhub_sync.store.outbox import StoredEffect
from zenhub_sync.transport.asking import Asking
from zenhub_sync.transport.errors import Rejected


class TicketCalls(TicketReads, Protocol):
    """The part of the HubSpot client that reads and writes tickets in batches."""

    def update(self, kind: str, inputs: Sequence[UpdateInput]) -> WriteResult: ...

    def upsert(self, kind: str, id_property: str, inputs: Sequence[UpdateInput]) -> WriteResult: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Write:
    """One ticket to write: `hubspot_id` None makes it, `confirmation` is what its success says."""

    stored: StoredEffect
    hubspot_id: str | None
    properties: Mapping[str, str]
    confirmation: Confirmation

    @property
    def identity(self) -> str:
        return self.hubspot_id or str(self.stored.effect.zendesk_id)


def write_tickets(
    hubspot: TicketCalls,
    portal: Portal,
    leased: Sequence[StoredEffect],
    known: Mapping[ZendeskTicketId, MirroredTicket],
    results: Results,
    asking: Asking,
    *,
    recreate: bool = False,
) -> None:
    """Apply `WriteTicket` and `RecordTask` effects: new tickets by upsert, known ones by what changed.

    One that a person archived is parked, or, with `recreate`, given up for a new one to be planned from the beginning.
    """
    seen = look(hubspot, leased, known)
    writes: list[_Write] = []
    for stored in leased:
        if stored.effect.zendesk_id in seen.unread:
            results.unaccounted(stored)
            continue
        write = _prepare(stored, known[stored.effect.zendesk_id], portal, seen)
        if write.properties:
            writes.append(write)
        else:
            # A move that a person forestalled leaves nothing to say, and HubSpot refuses an update that says nothing.
            results.done(stored, write.confirmation)
    do_parts(
        asking,
        [
            partial(_send, hubspot, batch, making=making, recreate=recreate)
            for making in (True, False)
            for batch in batches([w for w in writes if (w.hubspot_id is None) is making], lambda w: w.identity)
        ],
        results,
    )


def _prepare(stored: StoredEffect, before: MirroredTicket, portal: Portal, seen: Seen) -> _Write:
    effect = stored.effect
    hubspot_id = before.hubspot_id or seen.born.get(effect.zendesk_id)
    if isinstance(effect, RecordTask):
        return _Write(
            stored=stored,
            hubspot_id=hubspot_id,
            properties={TASK_ID: effect.task_id},
            confirmation=Confirmation(zendesk_id=effect.zendesk_id),
        )
    assert isinstance(effect, WriteTicket)  # noqa: S101 - the executor hands over these two kinds only
    elsewhere = moved_by_a_person(effect, before, portal, seen)
    moved = elsewhere and not effect.force
    stage = None if moved else effect.stage
    return _Write(
        stored=stored,
        hubspot_id=hubspot_id,
        properties=ticket_properties(effect, portal, stage),
        confirmation=Confirmation(
            zendesk_id=effect.zendesk_id,
            delivered_revision=effect.revision,
            stage_id=portal.stages[stage] if stage is not None else None,
            stage_owner=StageOwner.PERSON if moved else StageOwner.WORKER if stage is not None else None,
            taken_from=seen.found[effect.zendesk_id].properties.get(STAGE) if elsewhere and effect.force else None,
        ),
    )


def _send(hubspot: TicketCalls, batch: Sequence[_Write], results: Results, *, making: bool, recreate: bool) -> None:
    inputs = [
        UpdateInput(id=write.identity, properties=write.properties, trace=str(write.stored.id)) for write in batch
    ]
    try:
        answer = hubspot.upsert("tickets", TICKET_ID, inputs) if making else hubspot.update("tickets", inputs)
    except Rejected as error:
        _bisect(hubspot, batch, results, error, making=making, recreate=recreate)
        return
    lost: list[_Write] = []
    for write in batch:
        trace = str(write.stored.id)
        if trace in answer.written:
            results.done(write.stored, _confirmed(write, answer.written[trace].object.id))
            results.surprised |= making and answer.written[trace].new is False and not may_have_been_sent(write.stored)
        elif trace not in answer.refused:
            results.unaccounted(write.stored)
        elif answer.refused[trace].property_name is None and not making:
            lost.append(write)  # not about a value: the ticket may have another id now
        else:
            results.refuse(write.stored, answer.refused[trace])
    if lost:
        _resolve_again(hubspot, lost, answer, results, recreate=recreate)


def _bisect(
    hubspot: TicketCalls, batch: Sequence[_Write], results: Results, error: Rejected, *, making: bool, recreate: bool
) -> None:
    """Find the record for which a whole batch was refused, so that the others are written."""
    if len(batch) == 1:
        results.reject(batch[0].stored, error)
        return
    middle = len(batch) // 2
    for half in (batch[:middle], batch[middle:]):
        _send(hubspot, half, results, making=making, recreate=recreate)


def _resolve_again(
    hubspot: TicketCalls, lost: Sequence[_Write], answer: WriteResult, results: Results, *, recreate: bool
) -> None:
    """Follow tickets that are no longer under their id: merged ones live on, archived ones are not made again unasked.

    In which words an update says that its record is gone is not established, so it is read.
    """
    ids = [str(write.stored.effect.zendesk_id) for write in lost]
    found = hubspot.read("tickets", ids, (TICKET_ID,), id_property=TICKET_ID).found
    by_zendesk_id = {record.properties.get(TICKET_ID): record.id for record in found}
    unfound = [w.hubspot_id for w in lost if str(w.stored.effect.zendesk_id) not in by_zendesk_id and w.hubspot_id]
    gone = set(hubspot.read("tickets", unfound, (TICKET_ID,)).missing) if unfound else set()
    for write in lost:
        zendesk_id, refusal = write.stored.effect.zendesk_id, answer.refused[str(write.stored.id)]
        now_id = by_zendesk_id.get(str(zendesk_id))
        if now_id is not None and now_id != write.hubspot_id:
            results.again(write.stored, "the HubSpot ticket has another id now")
            results.confirmations.append(Confirmation(zendesk_id=zendesk_id, hubspot_id=HubSpotId(now_id)))
        elif write.hubspot_id in gone and recreate:
            results.drop(write.stored, "archived or deleted in HubSpot: it is made again")
            results.lost.add(zendesk_id)
        elif write.hubspot_id in gone:
            advice = "is archived or deleted there; restore it and it follows again"
            results.park(write.stored, f"hubspot: ticket {zendesk_id} {advice}")
        else:
            results.refuse(write.stored, refusal)


def _confirmed(write: _Write, hubspot_id: str) -> Confirmation:
    said = write.confirmation
    return Confirmation(
        zendesk_id=said.zendesk_id,
        hubspot_id=HubSpotId(hubspot_id),
        delivered_revision=said.delivered_revision,
        stage_id=said.stage_id,
        stage_owner=said.stage_owner,
        taken_from=said.taken_from,
    )
