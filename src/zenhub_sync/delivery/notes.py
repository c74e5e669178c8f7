"""Add to open tasks what was learned after they were made. Repeating is harmless: nothing is said twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import escape

from zenhub_sync.delivery.results import Results
from zenhub_sync.delivery.task_changes import BODY, ChangeCalls, TaskChange, change_tasks, is_completed, read_tasks
from zenhub_sync.delivery.texts import TaskTemplates
from zenhub_sync.delivery.words import comment_lines, local
from zenhub_sync.planning.effects import NoteTask
from zenhub_sync.planning.marks import says, with_note
from zenhub_sync.planning.properties import MAX_TEXT, clip
from zenhub_sync.planning.tickets import EscalationState, HubSpotId, MirroredTicket, ZendeskTicketId
from zenhub_sync.store.outbox import StoredEffect

_NOTES: Mapping[str, Mapping[str, str]] = {
    "pt_BR": {
        "comment": "Comentário do cliente ({when}): {comment}",
        "long": "O cliente comentou de novo ({when}); não cabe nesta tarefa e está no ticket do HubSpot.",
        "survivor": 'O ticket foi mesclado em <a href="{url}">#{id}</a> ({when}): continue por lá.',
        "merged": "O ticket foi mesclado em outro no Zendesk ({when}).",
        "deleted": "O ticket foi apagado no Zendesk ({when}).",
    },
    "en": {
        "comment": "The customer's comment ({when}): {comment}",
        "long": "The customer commented again ({when}); it does not fit here and stands on the HubSpot ticket.",
        "survivor": 'The ticket was merged into <a href="{url}">#{id}</a> ({when}): go on there.',
        "merged": "The ticket was merged into another one in Zendesk ({when}).",
        "deleted": "The ticket was deleted in Zendesk ({when}).",
    },
}


def add_notes(
    hubspot: ChangeCalls,
    templates: TaskTemplates,
    leased: Sequence[StoredEffect],
    known: Mapping[ZendeskTicketId, MirroredTicket],
    results: Results,
) -> None:
    """Apply `NoteTask` effects: a completed task, or one that is gone, needs no note; one to be made is waited for."""
    waiting = {stored.id: _task_of(stored, known[stored.effect.zendesk_id], results) for stored in leased}
    tasks, unread = read_tasks(hubspot, sorted({task_id for task_id in waiting.values() if task_id is not None}))
    changes: list[TaskChange] = []
    for stored in leased:
        task_id = waiting[stored.id]
        if task_id is None:
            continue
        task, effect = tasks.get(task_id), _note(stored)
        body = (task.properties.get(BODY) or "") if task is not None else ""
        if task_id in unread:
            results.unaccounted(stored)
        elif task is None or is_completed(task) or (effect.comment is not None and says(body, _quoted(effect.comment))):
            results.done(stored)
        else:
            properties = {BODY: _noted(templates, body, effect)}
            changes.append(TaskChange(stored=stored, task_id=task_id, properties=properties))
    change_tasks(hubspot, changes, results)


def _task_of(stored: StoredEffect, before: MirroredTicket, results: Results) -> HubSpotId | None:
    """Return the task to write on; without one, say what becomes of the note."""
    effect = _note(stored)
    if before.escalation is not EscalationState.OPEN or before.episode != effect.episode:
        results.drop(stored, "its case is over")
    elif before.task_id is None:
        what = f"note for ticket {effect.zendesk_id}: its task is not made yet; it follows when it is"
        results.park(stored, what, retry_at_once=True)
    else:
        return before.task_id
    return None


def _note(stored: StoredEffect) -> NoteTask:
    assert isinstance(stored.effect, NoteTask)  # noqa: S101 - the executor hands over this kind only
    return stored.effect


def _noted(templates: TaskTemplates, body: str, effect: NoteTask) -> str:
    """Put the note into the body; of a comment that HubSpot would not take any more, say where it is."""
    noted = with_note(body, _text(templates, effect))
    if effect.comment is None or clip(noted, MAX_TEXT) == noted:
        return noted
    when = local(effect.at, templates.locale, templates.zone) or ""
    return with_note(body, _NOTES[templates.locale]["long"].format(when=when))


def _text(templates: TaskTemplates, effect: NoteTask) -> str:
    """Say what was learned, as HTML."""
    when = local(effect.at, templates.locale, templates.zone) or ""
    words = _NOTES[templates.locale]
    if effect.comment is not None:
        return words["comment"].format(when=when, comment=_quoted(effect.comment))
    if effect.fact == "merged" and effect.survivor is not None:
        return words["survivor"].format(when=when, id=effect.survivor, url=escape(effect.url))
    return words[effect.fact].format(when=when)


def _quoted(comment: str) -> str:
    """Write a customer's comment as HTML, in the quotes that the default template puts around it too."""
    return f"“{escape(comment_lines(comment))}”"
