"""Create and update HubSpot tickets, a hundred at a time, without taking one out of a person's hands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from zenhub_sync.delivery.batching import BATCH, batches
from zenhub_sync.delivery.payloads import STAGE, ticket_properties
from zenhub_sync.delivery.results import Results
from zenhub_sync.hubspot.inputs import UpdateInput
from zenhub_sync.hubspot.results import ReadResult, WriteResult
from zenhub_sync.planning.effects import RecordTask, WriteTicket
from zenhub_sync.planning.portal import Portal
from zenhub_sync.planning.properties import TASK_ID, TICKET_ID
from zenhub_sync.planning.tickets import HubSpotId, MirroredTicket, StageOwner, StageRole, ZendeskTicketId
from zenhub_sync.store.mirror import Confirmation
from zenhub_sync.store.outbox import StoredEffect
from zenhub_sync.transport.errors import Rejected

_NOT_FOUND = "OBJECT_NOT_FOUND"


class TicketCalls(Protocol):
    """The part of the HubSpot client that reads and writes tickets in batches."""

    def read(
        self, kind: str, ids: Sequence[str], properties: Sequence[str], *, id_property: str | None = None
    ) -> ReadResult: ...

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
) -> None:
    """Apply `WriteTicket` and `RecordTask` effects: new tickets by upsert, known ones by what changed."""
    born = _born_meanwhile(hubspot, leased, known)
    moved = _moved_by_people(hubspot, leased, known)
    writes = [_prepare(stored, known[stored.effect.zendesk_id], portal, born, moved) for stored in leased]
    for write in writes:
        if not write.properties:
            # A move that a person forestalled leaves nothing to say, and HubSpot refuses an update that says nothing.
            results.done(write.stored, write.confirmation)
    for making in (True, False):
        group = [write for write in writes if write.properties and (write.hubspot_id is None) is making]
        for batch in batches(group, lambda write: write.identity):
            _send(hubspot, batch, results, making=making)


def _prepare(
    stored: StoredEffect,
    before: MirroredTicket,
    portal: Portal,
    born: Mapping[ZendeskTicketId, HubSpotId],
    moved: frozenset[ZendeskTicketId],
) -> _Write:
    effect = stored.effect
    hubspot_id = before.hubspot_id or born.get(effect.zendesk_id)
    if isinstance(effect, RecordTask):
        return _Write(
            stored=stored,
            hubspot_id=hubspot_id,
            properties={TASK_ID: effect.task_id},
            confirmation=Confirmation(zendesk_id=effect.zendesk_id),
        )
    assert isinstance(effect, WriteTicket)  # noqa: S101 - the executor hands over these two kinds only
    stage = None if effect.zendesk_id in moved else effect.stage
    return _Write(
        stored=stored,
        hubspot_id=hubspot_id,
        properties=ticket_properties(effect, portal, stage),
        confirmation=Confirmation(
            zendesk_id=effect.zendesk_id,
            delivered_revision=effect.revision,
            stage_id=portal.stages[stage] if stage is not None else None,
            stage_owner=_owner_after(effect.zendesk_id in moved, stage),
        ),
    )


def _owner_after(moved_by_person: bool, stage: StageRole | None) -> StageOwner | None:  # noqa: FBT001 - private
    if moved_by_person:
        return StageOwner.PERSON
    return StageOwner.WORKER if stage is not None else None


def _born_meanwhile(
    hubspot: TicketCalls, leased: Sequence[StoredEffect], known: Mapping[ZendeskTicketId, MirroredTicket]
) -> dict[ZendeskTicketId, HubSpotId]:
    """Find tickets that an earlier attempt made without our hearing of it: an upsert would reset their stage."""
    retried = [
        str(stored.effect.zendesk_id)
        for stored in leased
        if stored.attempts and known[stored.effect.zendesk_id].hubspot_id is None
    ]
    born: dict[ZendeskTicketId, HubSpotId] = {}
    for start in range(0, len(retried), BATCH):
        chunk = retried[start : start + BATCH]
        for record in hubspot.read("tickets", chunk, (TICKET_ID,), id_property=TICKET_ID).found:
            number = record.properties.get(TICKET_ID) or ""
            if number in chunk:
                born[ZendeskTicketId(int(number))] = HubSpotId(record.id)
    return born


def _moved_by_people(
    hubspot: TicketCalls, leased: Sequence[StoredEffect], known: Mapping[ZendeskTicketId, MirroredTicket]
) -> frozenset[ZendeskTicketId]:
    """Return the tickets whose stage is not the one HubSpot last confirmed from us, read just before the move."""
    asked: dict[str, MirroredTicket] = {}
    for stored in leased:
        effect, before = stored.effect, known[stored.effect.zendesk_id]
        if isinstance(effect, WriteTicket) and effect.stage and not effect.force and before.hubspot_id:
            asked[before.hubspot_id] = before
    moved: set[ZendeskTicketId] = set()
    ids = list(asked)
    for start in range(0, len(ids), BATCH):
        for record in hubspot.read("tickets", ids[start : start + BATCH], (STAGE,)).found:
            before_move = asked.get(record.id)
            if before_move is not None and record.properties.get(STAGE) != before_move.stage_id:
                moved.add(before_move.zendesk_id)
    return frozenset(moved)


def _send(hubspot: TicketCalls, batch: Sequence[_Write], results: Results, *, making: bool) -> None:
    inputs = [
        UpdateInput(id=write.identity, properties=write.properties, trace=str(write.stored.id)) for write in batch
    ]
    try:
        answer = hubspot.upsert("tickets", TICKET_ID, inputs) if making else hubspot.update("tickets", inputs)
    except Rejected as error:
        _bisect(hubspot, batch, results, error, making=making)
        return
    lost: list[_Write] = []
    for write in batch:
        trace = str(write.stored.id)
        if trace in answer.written:
            results.done(write.stored, _confirmed(write, answer.written[trace].object.id))
        elif trace not in answer.refused:
            results.unaccounted(write.stored)
        elif answer.refused[trace].category == _NOT_FOUND and not making:
            lost.append(write)
        else:
            results.refuse(write.stored, answer.refused[trace])
    if lost:
        _resolve_again(hubspot, lost, results)


def _bisect(hubspot: TicketCalls, batch: Sequence[_Write], results: Results, error: Rejected, *, making: bool) -> None:
    """Find the record for which a whole batch was refused, so that the others are written."""
    if len(batch) == 1:
        results.reject(batch[0].stored, error)
        return
    middle = len(batch) // 2
    for half in (batch[:middle], batch[middle:]):
        _send(hubspot, half, results, making=making)


def _resolve_again(hubspot: TicketCalls, lost: Sequence[_Write], results: Results) -> None:
    """Follow tickets that are no longer under their id: merged ones live on, archived ones are not made again."""
    ids = [str(write.stored.effect.zendesk_id) for write in lost]
    found = hubspot.read("tickets", ids, (TICKET_ID,), id_property=TICKET_ID).found
    by_zendesk_id = {record.properties.get(TICKET_ID): record.id for record in found}
    for write in lost:
        zendesk_id = write.stored.effect.zendesk_id
        new_id = by_zendesk_id.get(str(zendesk_id))
        if new_id is None or new_id == write.hubspot_id:
            results.park(
                write.stored,
                f"hubspot: ticket {zendesk_id} is archived or deleted there; restore it and it follows again",
            )
        else:
            results.again(write.stored, "the HubSpot ticket has another id now")
            results.confirmations.append(Confirmation(zendesk_id=zendesk_id, hubspot_id=HubSpotId(new_id)))


def _confirmed(write: _Write, hubspot_id: str) -> Confirmation:
    said = write.confirmation
    return Confirmation(
        zendesk_id=said.zendesk_id,
        hubspot_id=HubSpotId(hubspot_id),
        delivered_revision=said.delivered_revision,
        stage_id=said.stage_id,
        stage_owner=said.stage_owner,
    )
