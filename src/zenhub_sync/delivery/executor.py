"""Apply a leased batch: group by what is to be done, send, and say what became of every effect."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Protocol

from zenhub_sync.clock import Clock
from zenhub_sync.delivery.closing import close_tasks
from zenhub_sync.delivery.links import link_tickets
from zenhub_sync.delivery.notes import add_notes
from zenhub_sync.delivery.owners import OwnerDirectory
from zenhub_sync.delivery.portal import has_task_key
from zenhub_sync.delivery.reassigning import reassign_tasks
from zenhub_sync.delivery.recovery import TaskReads, recover
from zenhub_sync.delivery.results import Results
from zenhub_sync.delivery.tasks import Histories, TaskMaker, TaskPolicy, no_history
from zenhub_sync.delivery.tickets import write_tickets
from zenhub_sync.delivery.verification import verify
from zenhub_sync.errors import ZenhubError
from zenhub_sync.hubspot.client import HubSpot
from zenhub_sync.hubspot.models import Account
from zenhub_sync.planning.effects import CloseTask, LinkTicket, NoteTask, OpenEscalation, ReassignTask
from zenhub_sync.planning.portal import Portal
from zenhub_sync.planning.tickets import MirroredTicket, ZendeskTicketId
from zenhub_sync.store.outbox import StoredEffect
from zenhub_sync.store.outbox_states import EffectState
from zenhub_sync.transport.asking import Asking, OneByOne

Known = Mapping[ZendeskTicketId, MirroredTicket]
Step = Callable[[Sequence[StoredEffect], Known, Results], None]


class Recovery(Protocol):
    """Find out what became of tasks whose outcome is unknown."""

    def __call__(
        self, hubspot: TaskReads, leased: Sequence[StoredEffect], known: Known, results: Results, *, keyed: bool
    ) -> None: ...


@dataclass(slots=True, kw_only=True)
class Executor:
    """Write to HubSpot for one run; with `recreate`, tickets that people archived are made again.

    Several batches may be applied at the same time, of which one at a time does more than write and link tickets.
    """

    hubspot: HubSpot
    portal: Portal
    tasks: TaskPolicy
    clock: Clock
    recovery: Recovery = recover
    history: Histories = no_history
    asking: Asking = field(default_factory=OneByOne)
    recreate: bool = False
    directory: OwnerDirectory = field(init=False)
    _account: Account | None = field(default=None, init=False)
    _keyed: bool | None = field(default=None, init=False)
    _alone: threading.Lock = field(default_factory=threading.Lock, init=False)

    def __post_init__(self) -> None:
        self.directory = OwnerDirectory(hubspot=self.hubspot, policy=self.tasks.owners)

    def apply(self, leased: Sequence[StoredEffect], known: Known) -> Results:
        """Return the fate of every effect; a fault that ends the run is in `stopped_by`, not raised.

        `known` are the tickets of all effects but links.
        """
        results = Results(now=self.clock.now().timestamp())
        for step, chosen in self._steps(leased):
            if not chosen:
                continue
            if results.stopped_by is not None:
                results.stop(results.stopped_by, chosen)
                continue
            try:
                with nullcontext() if step in {self._write, self._link} else self._alone:
                    step(chosen, known, results)
            except ZenhubError as error:
                results.stop(error, chosen)
        return results

    def _steps(self, leased: Sequence[StoredEffect]) -> list[tuple[Step, list[StoredEffect]]]:
        writes: list[StoredEffect] = []
        links: list[StoredEffect] = []
        tasks: list[StoredEffect] = []
        lost: list[StoredEffect] = []
        fresh: list[StoredEffect] = []
        closes: list[StoredEffect] = []
        passed_on: list[StoredEffect] = []
        notes: list[StoredEffect] = []
        for stored in leased:
            if isinstance(stored.effect, CloseTask):
                closes.append(stored)
            elif isinstance(stored.effect, ReassignTask):
                passed_on.append(stored)
            elif isinstance(stored.effect, NoteTask):
                notes.append(stored)
            elif not isinstance(stored.effect, OpenEscalation):
                (links if isinstance(stored.effect, LinkTicket) else writes).append(stored)
            elif stored.state is EffectState.UNCERTAIN:
                lost.append(stored)
            else:
                (fresh if stored.state is EffectState.VERIFYING else tasks).append(stored)
        return [
            (self._write, writes),
            (self._link, links),
            (self._close, closes),
            (self._reassign, passed_on),
            (self._add_notes, notes),
            (self._recover, lost),
            (self._verify, fresh),
            (self._open, tasks),
        ]

    def _write(self, leased: Sequence[StoredEffect], known: Known, results: Results) -> None:
        write_tickets(self.hubspot, self.portal, leased, known, results, self.asking, recreate=self.recreate)

    def _link(self, leased: Sequence[StoredEffect], _known: Known, results: Results) -> None:
        link_tickets(self.hubspot, leased, results, self.asking)

    def _close(self, leased: Sequence[StoredEffect], known: Known, results: Results) -> None:
        close_tasks(self.hubspot, self.tasks.templates, leased, results)

    def _reassign(self, leased: Sequence[StoredEffect], known: Known, results: Results) -> None:
        reassign_tasks(self.hubspot, self.tasks.templates, self.directory.owners(), leased, results)

    def _add_notes(self, leased: Sequence[StoredEffect], known: Known, results: Results) -> None:
        add_notes(self.hubspot, self.tasks.templates, leased, known, results)

    def _recover(self, leased: Sequence[StoredEffect], known: Known, results: Results) -> None:
        self.recovery(self.hubspot, leased, known, results, keyed=self._has_task_key())

    def _verify(self, leased: Sequence[StoredEffect], known: Known, results: Results) -> None:
        verify(self.hubspot, self.directory, leased, known, results)

    def _open(self, leased: Sequence[StoredEffect], known: Known, results: Results) -> None:
        if self._account is None:
            self._account = self.hubspot.account()
        maker = TaskMaker(
            hubspot=self.hubspot,
            directory=self.directory,
            account=self._account,
            policy=self.tasks,
            clock=self.clock,
            history=self.history,
            keyed=self._has_task_key(),
            stages=self.portal.labels,
        )
        maker.open(leased, known, results)

    def _has_task_key(self) -> bool:
        """Tell whether the portal has a unique property for the key on tasks; asked once, when tasks are at stake."""
        if self._keyed is None:
            self._keyed = has_task_key(self.hubspot)
        return self._keyed
