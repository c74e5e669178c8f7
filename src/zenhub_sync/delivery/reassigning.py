"""Pass tasks on to another owner. A task that a person touched meanwhile is left as it is; repeating is harmless."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from zenhub_sync.delivery.reasons import passed_on
from zenhub_sync.delivery.results import Results
from zenhub_sync.delivery.task_changes import BODY, OWNER, STATUS, ChangeCalls, TaskChange, change_tasks, read_tasks
from zenhub_sync.delivery.texts import TaskTemplates
from zenhub_sync.hubspot.models import CrmObject
from zenhub_sync.planning.effects import ReassignTask
from zenhub_sync.planning.following import UNTOUCHED
from zenhub_sync.planning.marks import with_note
from zenhub_sync.planning.rules.owner import PortalOwner
from zenhub_sync.store.outbox import StoredEffect


def reassign_tasks(
    hubspot: ChangeCalls,
    templates: TaskTemplates,
    owners: Mapping[str, PortalOwner],
    leased: Sequence[StoredEffect],
    results: Results,
) -> None:
    """Apply `ReassignTask` effects."""
    tasks, unread = read_tasks(hubspot, sorted({_reassign(stored).task_id for stored in leased}))
    changes: list[TaskChange] = []
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
            properties = {OWNER: effect.owner_id, BODY: with_note(task.properties.get(BODY) or "", note)}
            changes.append(TaskChange(stored=stored, task_id=effect.task_id, properties=properties))
    change_tasks(hubspot, changes, results)


def _ours(task: CrmObject, effect: ReassignTask) -> bool:
    return task.properties.get(STATUS) == UNTOUCHED and task.properties.get(OWNER) == effect.given_to


def _reassign(stored: StoredEffect) -> ReassignTask:
    assert isinstance(stored.effect, ReassignTask)  # noqa: S101 - the executor hands over this kind only
    return stored.effect
