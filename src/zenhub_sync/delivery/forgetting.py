"""Blank in HubSpot what the worker wrote there about a person (LGPD, art. 18 VI). Records stay: nothing is deleted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from zenhub_sync.delivery.batching import BATCH
from zenhub_sync.hubspot.inputs import UpdateInput
from zenhub_sync.hubspot.results import WriteResult
from zenhub_sync.planning.effects import escalation_key
from zenhub_sync.planning.marks import with_mark
from zenhub_sync.planning.tickets import MirroredTicket

_WORDS = (
    "content",
    "zendesk_requester_email",
    "zendesk_organization",
    "zendesk_tags",
    "zendesk_csat_comment",
    "zendesk_csat_reason",
)


class UpdateCalls(Protocol):
    """The part of the HubSpot client that changes records."""

    def update(self, kind: str, inputs: Sequence[UpdateInput]) -> WriteResult: ...


def blank_in_hubspot(hubspot: UpdateCalls, forgotten: Iterable[MirroredTicket]) -> list[int]:
    """Blank the tickets and the tasks made for them; return the Zendesk ids for which HubSpot did not confirm it."""
    tickets = [ticket for ticket in forgotten if ticket.hubspot_id is not None]
    refused: set[int] = set()
    for start in range(0, len(tickets), BATCH):
        chunk = tickets[start : start + BATCH]
        refused |= _blank(hubspot, "tickets", {str(t.zendesk_id): _ticket(t) for t in chunk})
        refused |= _blank(hubspot, "tasks", {str(t.zendesk_id): _task(t) for t in chunk if t.task_id is not None})
    return sorted(refused)


def _blank(hubspot: UpdateCalls, kind: str, inputs: dict[str, UpdateInput]) -> set[int]:
    if not inputs:
        return set()
    written = hubspot.update(kind, list(inputs.values())).written
    return {int(trace) for trace in inputs if trace not in written}


def _ticket(ticket: MirroredTicket) -> UpdateInput:
    blanks = dict.fromkeys(_WORDS, "") | {"subject": f"#{ticket.zendesk_id}"}
    return UpdateInput(id=ticket.hubspot_id or "", properties=blanks, trace=str(ticket.zendesk_id))


def _task(ticket: MirroredTicket) -> UpdateInput:
    key = escalation_key(ticket.zendesk_id, ticket.episode)
    properties = {"hs_task_subject": f"#{ticket.zendesk_id}", "hs_task_body": with_mark("", key)}
    return UpdateInput(id=ticket.task_id or "", properties=properties, trace=str(ticket.zendesk_id))
