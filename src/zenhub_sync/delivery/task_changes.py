"""Read tasks that are there, and change them a hundred at a time. Repeating a change is harmless."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from zenhub_sync.delivery.batching import BATCH, batches
from zenhub_sync.delivery.results import Results
from zenhub_sync.hubspot.inputs import UpdateInput
from zenhub_sync.hubspot.models import CrmObject
from zenhub_sync.hubspot.results import ReadResult, WriteResult
from zenhub_sync.planning.tickets import HubSpotId
from zenhub_sync.store.outbox import StoredEffect
from zenhub_sync.transport.errors import Rejected

STATUS = "hs_task_status"
BODY = "hs_task_body"
OWNER = "hubspot_owner_id"
COMPLETED = "COMPLETED"


class ChangeCalls(Protocol):
    """The part of the HubSpot client that reads tasks and changes them."""

    def read(
        self, kind: str, ids: Sequence[str], properties: Sequence[str], *, id_property: str | None = None
    ) -> ReadResult: ...

    def update(self, kind: str, inputs: Sequence[UpdateInput]) -> WriteResult: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskChange:
    """What an effect changes of a task."""

    stored: StoredEffect
    task_id: HubSpotId
    properties: Mapping[str, str]


def read_tasks(hubspot: ChangeCalls, ids: Sequence[str]) -> tuple[Mapping[str, CrmObject], set[str]]:
    """Return status, body and owner of these tasks by id, and the ids that the answers left out."""
    found: dict[str, CrmObject] = {}
    unread: set[str] = set()
    for start in range(0, len(ids), BATCH):
        answer = hubspot.read("tasks", ids[start : start + BATCH], (STATUS, BODY, OWNER))
        found.update((task.id, task) for task in answer.found)
        unread |= set(answer.unaccounted)
    return found, unread


def is_completed(task: CrmObject) -> bool:
    """Tell whether somebody completed the task."""
    return task.properties.get(STATUS) == COMPLETED


def change_tasks(hubspot: ChangeCalls, changes: Sequence[TaskChange], results: Results) -> None:
    """Send the changes and settle their effects; one that HubSpot refuses is parked alone."""
    for batch in batches(changes, lambda change: change.task_id):
        _send(hubspot, batch, results)


def _send(hubspot: ChangeCalls, batch: Sequence[TaskChange], results: Results) -> None:
    """Change the tasks; where the whole request is refused, halve it until the change at fault stands alone.

    That each refusal comes by itself is promised for creates (developers.hubspot.com, using-object-apis 2026-09) and
    was seen for upserts, never for updates.
    """
    inputs = [UpdateInput(id=each.task_id, properties=each.properties, trace=str(each.stored.id)) for each in batch]
    try:
        answer = hubspot.update("tasks", inputs)
    except Rejected as error:
        if len(batch) == 1:
            results.reject(batch[0].stored, error)
            return
        middle = len(batch) // 2
        for half in (batch[:middle], batch[middle:]):
            _send(hubspot, half, results)
        return
    for each in batch:
        trace = str(each.stored.id)
        if trace in answer.written:
            results.done(each.stored)
        elif trace in answer.refused:
            results.refuse(each.stored, answer.refused[trace])
        else:
            results.unaccounted(each.stored)
