"""Pass tasks on to another owner. A task that a person touched meanwhile is left as it is; repeating is harmless."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from zenhub_sync.delivery.batching import BATCH, batches
from zenhub_sync.delivery.closing import CloseCalls
from zenhub_sync.delivery.reasons import passed_on
from zenhub_sync.delivery.results import Results
from zenhub_sync.delivery.texts import TaskTemplates
from zenhub_sync.hubspot.inputs import UpdateInput
from zenhub_sync.hubspot.models import CrmObject
from zenhub_sync.planning.effects import ReassignTask
from zenhub_sync.planning.following import UNTOUCHED
from zenhub_sync.planning.marks import with_note
from zenhub_sync.planning.rules.owner import PortalOwner
from zenhub_sync.store.outbox import StoredEffect

_STATUS = "hs_task_status"
_BODY = "hs_task_body"
_OWNER = "hubspot_owner_id"


def reassign_tasks(
    hubspot: CloseCalls,
    templates: TaskTemplates,
    owners: Mapping[str, PortalOwner],
    leased: Sequence[StoredEffect],
    results: Results,
) -> None:
    """Apply `ReassignTask` effects."""
    tasks, unread = _tasks(hubspot, sorted({_reassign(stored).task_id for stored in leased}))
    inputs: dict[str, UpdateInput] = {}
    waiting: dict[str, StoredEffect] = {}
    for stored in leased:
        effect = _reassign(stored)
        task = tasks.get(effect.task_id)
        if effect.task_id in unread:
            results.unaccounted(stored)
        elif task is None or not _ours(task, effect):
            results.done(stored)  # completed, begun, deleted, passed on by a person, or passed on already
        else:
            owner = owners.get(effect.owner_id)
            name = (owner.name or owner.email) if owner is not None else effect.owner_id
            note = passed_on(effect.step, name, templates.locale)
            properties = {_OWNER: effect.owner_id, _BODY: with_note(task.properties.get(_BODY) or "", note)}
            waiting[str(stored.id)] = stored
            inputs[str(stored.id)] = UpdateInput(id=effect.task_id, properties=properties, trace=str(stored.id))
    for batch in batches(list(inputs.values()), lambda each: each.id):
        answer = hubspot.update("tasks", batch)
        for trace in (each.trace for each in batch):
            if trace in answer.written:
                results.done(waiting[trace])
            elif trace in answer.refused:
                results.refuse(waiting[trace], answer.refused[trace])
            else:
                results.unaccounted(waiting[trace])


def _ours(task: CrmObject, effect: ReassignTask) -> bool:
    return task.properties.get(_STATUS) == UNTOUCHED and task.properties.get(_OWNER) == effect.given_to


def _tasks(hubspot: CloseCalls, ids: Sequence[str]) -> tuple[Mapping[str, CrmObject], set[str]]:
    found: dict[str, CrmObject] = {}
    unread: set[str] = set()
    for start in range(0, len(ids), BATCH):
        answer = hubspot.read("tasks", ids[start : start + BATCH], (_STATUS, _BODY, _OWNER))
        found.update((task.id, task) for task in answer.found)
        unread |= set(answer.unaccounted)
    return found, unread


def _reassign(stored: StoredEffect) -> ReassignTask:
    assert isinstance(stored.effect, ReassignTask)  # noqa: S101 - the executor hands over this kind only
    return stored.effect
