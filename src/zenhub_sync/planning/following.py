"""Rule 4, later: the task of an open escalation follows when another person is responsible for the company."""

from __future__ import annotations

from dataclasses import dataclass, replace

from zenhub_sync.planning.effects import ReassignTask
from zenhub_sync.planning.planner import Change, Plan
from zenhub_sync.planning.rules.owner import OwnerChoice, ownerless_of
from zenhub_sync.planning.tickets import MirroredTicket

UNTOUCHED = "NOT_STARTED"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTask:
    """The task of an open escalation as HubSpot has it now."""

    ticket: MirroredTicket
    status: str | None
    owner_id: str | None

    @property
    def untouched(self) -> bool:
        """Tell whether nobody began it, and it is still with whom the worker gave it to."""
        given_to = self.ticket.task_owner
        return self.status == UNTOUCHED and given_to is not None and self.owner_id == given_to


def plan_owner(task: OpenTask, choice: OwnerChoice, *, follow: bool) -> Plan | None:
    """Pass the task on if it is untouched and another is responsible now; remember what is wrong with the owner.

    Where nobody is left, it stays where it is: somebody has it. None: nothing changed.
    """
    before = task.ticket
    mirror = replace(before, ownerless=ownerless_of(choice))
    goes = follow and task.untouched and choice.owner is not None and choice.owner.id != before.task_owner
    if not goes or choice.owner is None or choice.step is None or before.task_id is None or before.task_owner is None:
        return Plan(mirror=mirror, change=Change.UNCHANGED) if _differs(before, mirror) else None
    mirror = replace(mirror, task_owner=choice.owner.id, owner_revision=before.owner_revision + 1)
    effect = ReassignTask(
        zendesk_id=before.zendesk_id,
        episode=before.episode,
        number=mirror.owner_revision,
        task_id=before.task_id,
        given_to=before.task_owner,
        owner_id=choice.owner.id,
        step=choice.step,
    )
    return Plan(mirror=mirror, change=Change.UPDATED, effects=(effect,), notes=("its task goes to another owner",))


def _differs(before: MirroredTicket, after: MirroredTicket) -> bool:
    return (before.ownerless or "") != (after.ownerless or "")
