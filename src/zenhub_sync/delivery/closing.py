"""Complete tasks whose reason is gone, with a note; and find those that people completed. Repeating is harmless."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from zenhub_sync.delivery.batching import BATCH
from zenhub_sync.delivery.results import Results
from zenhub_sync.delivery.texts import TaskTemplates, closing_note
from zenhub_sync.hubspot.inputs import UpdateInput
from zenhub_sync.hubspot.models import CrmObject
from zenhub_sync.hubspot.results import ReadResult, WriteResult
from zenhub_sync.planning.effects import CloseTask
from zenhub_sync.planning.following import OpenTask
from zenhub_sync.planning.marks import with_note
from zenhub_sync.planning.tickets import HubSpotId, MirroredTicket
from zenhub_sync.store.outbox import StoredEffect

STATUS = "hs_task_status"
BODY = "hs_task_body"
_OWNER = "hubspot_owner_id"
_COMPLETED = "COMPLETED"


class CloseCalls(Protocol):
    """The part of the HubSpot client that reads tasks and changes them."""

    def read(
        self, kind: str, ids: Sequence[str], properties: Sequence[str], *, id_property: str | None = None
    ) -> ReadResult: ...

    def update(self, kind: str, inputs: Sequence[UpdateInput]) -> WriteResult: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenTasks:
    """The open escalations whose task is done, and the tasks of the others; of those not read nothing is said."""

    ended: Sequence[MirroredTicket]
    open: Sequence[OpenTask]


def look_at_tasks(hubspot: CloseCalls, open_ones: Iterable[MirroredTicket]) -> SeenTasks:
    """Return how the tasks of these tickets stand; one that a person deleted counts as done."""
    by_task = {ticket.task_id: ticket for ticket in open_ones if ticket.task_id is not None}
    ids = list(by_task)
    ended: list[MirroredTicket] = []
    still_open: list[OpenTask] = []
    for start in range(0, len(ids), BATCH):
        answer = hubspot.read("tasks", ids[start : start + BATCH], (STATUS, _OWNER))
        found = {HubSpotId(task.id): task.properties for task in answer.found if task.id in by_task}
        done = [task_id for task_id, said in found.items() if said.get(STATUS) == _COMPLETED]
        ended += [by_task[HubSpotId(task_id)] for task_id in (*done, *answer.missing) if task_id in by_task]
        still_open += [
            OpenTask(ticket=by_task[task_id], status=said.get(STATUS), owner_id=said.get(_OWNER) or None)
            for task_id, said in found.items()
            if task_id not in done
        ]
    return SeenTasks(ended=ended, open=still_open)


def is_completed(task: CrmObject) -> bool:
    """Tell whether somebody completed the task."""
    return task.properties.get(STATUS) == _COMPLETED


def close_tasks(
    hubspot: CloseCalls, templates: TaskTemplates, leased: Sequence[StoredEffect], results: Results
) -> None:
    """Apply `CloseTask` effects: a task that is completed or gone already is left as it is."""
    tasks, unread = read_tasks(hubspot, sorted({_close(stored).task_id for stored in leased}))
    inputs: dict[str, UpdateInput] = {}
    waiting: dict[str, StoredEffect] = {}
    for stored in leased:
        effect = _close(stored)
        task = tasks.get(effect.task_id)
        if effect.task_id in unread:
            results.unaccounted(stored)
        elif task is None or is_completed(task):
            results.done(stored)
        else:
            trace = str(stored.id)
            waiting[trace] = stored
            note = closing_note(templates, datetime.fromisoformat(effect.at) if effect.at else None)
            properties = {BODY: with_note(task.properties.get(BODY) or "", note), STATUS: _COMPLETED}
            inputs[trace] = UpdateInput(id=effect.task_id, properties=properties, trace=trace)
    for start in range(0, len(inputs), BATCH):
        chunk = list(inputs.values())[start : start + BATCH]
        answer = hubspot.update("tasks", chunk)
        for trace in (each.trace for each in chunk):
            if trace in answer.written:
                results.done(waiting[trace])
            elif trace in answer.refused:
                results.refuse(waiting[trace], answer.refused[trace])
            else:
                results.unaccounted(waiting[trace])


def read_tasks(hubspot: CloseCalls, ids: Sequence[str]) -> tuple[Mapping[str, CrmObject], set[str]]:
    """Return status and body of these tasks by id, and the ids that the answers left out."""
    found: dict[str, CrmObject] = {}
    unread: set[str] = set()
    for start in range(0, len(ids), BATCH):
        answer = hubspot.read("tasks", ids[start : start + BATCH], (STATUS, BODY))
        found.update((task.id, task) for task in answer.found)
        unread |= set(answer.unaccounted)
    return found, unread


def _close(stored: StoredEffect) -> CloseTask:
    assert isinstance(stored.effect, CloseTask)  # noqa: S101 - the executor hands over this kind only
    return stored.effect
