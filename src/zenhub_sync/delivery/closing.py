"""Complete tasks whose reason is gone, with a note; and find those that people completed. Repeating is harmless."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from zenhub_sync.delivery.batching import BATCH
from zenhub_sync.delivery.results import Results
from zenhub_sync.delivery.task_changes import (
    BODY,
    COMPLETED,
    OWNER,
    STATUS,
    ChangeCalls,
    TaskChange,
    change_tasks,
    is_completed,
    read_tasks,
)
from zenhub_sync.delivery.texts import TaskTemplates, closing_note
from zenhub_sync.planning.effects import CloseTask
from zenhub_sync.planning.following import OpenTask
from zenhub_sync.planning.marks import with_note
from zenhub_sync.planning.tickets import HubSpotId, MirroredTicket
from zenhub_sync.store.outbox import StoredEffect


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenTasks:
    """The open escalations whose task is done, and the tasks of the others; of those not read nothing is said."""

    ended: Sequence[MirroredTicket]
    open: Sequence[OpenTask]


def look_at_tasks(hubspot: ChangeCalls, open_ones: Iterable[MirroredTicket]) -> SeenTasks:
    """Return how the tasks of these tickets stand; one that a person deleted counts as done."""
    by_task = {ticket.task_id: ticket for ticket in open_ones if ticket.task_id is not None}
    ids = list(by_task)
    ended: list[MirroredTicket] = []
    still_open: list[OpenTask] = []
    for start in range(0, len(ids), BATCH):
        answer = hubspot.read("tasks", ids[start : start + BATCH], (STATUS, OWNER))
        found = {HubSpotId(task.id): task.properties for task in answer.found if task.id in by_task}
        done = [task_id for task_id, said in found.items() if said.get(STATUS) == COMPLETED]
        ended += [by_task[HubSpotId(task_id)] for task_id in (*done, *answer.missing) if task_id in by_task]
        still_open += [
            OpenTask(ticket=by_task[task_id], status=said.get(STATUS), owner_id=said.get(OWNER) or None)
            for task_id, said in found.items()
            if task_id not in done
        ]
    return SeenTasks(ended=ended, open=still_open)


def close_tasks(
    hubspot: ChangeCalls, templates: TaskTemplates, leased: Sequence[StoredEffect], results: Results
) -> None:
    """Apply `CloseTask` effects: a task that is completed or gone already is left as it is."""
    tasks, unread = read_tasks(hubspot, sorted({_close(stored).task_id for stored in leased}))
    changes: list[TaskChange] = []
    for stored in leased:
        effect = _close(stored)
        task = tasks.get(effect.task_id)
        if effect.task_id in unread:
            results.unaccounted(stored)
        elif task is None or is_completed(task):
            results.done(stored)
        else:
            note = closing_note(templates, datetime.fromisoformat(effect.at) if effect.at else None)
            properties = {BODY: with_note(task.properties.get(BODY) or "", note), STATUS: COMPLETED}
            changes.append(TaskChange(stored=stored, task_id=effect.task_id, properties=properties))
    change_tasks(hubspot, changes, results)


def _close(stored: StoredEffect) -> CloseTask:
    assert isinstance(stored.effect, CloseTask)  # noqa: S101 - the executor hands over this kind only
    return stored.effect
