"""Deliver what was staged: lease a batch, send it, settle it; then the next, or a few side by side."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from zenhub_sync.delivery.results import Results
from zenhub_sync.errors import ZenhubError
from zenhub_sync.jobs.worker import Worker
from zenhub_sync.planning.effects import LinkTicket, OpenEscalation, WriteTicket
from zenhub_sync.store.leases import Lease
from zenhub_sync.store.outbox import KINDS, LINKS, TASKS, Settlement, StoredEffect
from zenhub_sync.store.outbox_states import EffectState
from zenhub_sync.store.staging import SettledBatch
from zenhub_sync.telemetry import get_logger
from zenhub_sync.transport.asking import Coming

# A page's writes; they settle in well under a second.
_AT_ONCE = 1000
# HubSpot takes the links of so many tickets in one request.
_LINKS_AT_ONCE = 2000
# A run stays for this many unknown outcomes of the same task, one after the other, before it leaves them to the next.
SETTLED_IN_ONE_RUN = 3
GRACE = 30.0

log = get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    leased: Sequence[StoredEffect]
    coming: Coming[Results]


@dataclass(slots=True, kw_only=True)
class Deliveries:
    """Batches on their way to HubSpot, at most `Asking.at_once` of them; no two touch the same ticket.

    Leasing and settling are the caller's thread's alone, so that nothing changes under a page that is being planned.
    `linkable` counts the tickets that were written since links were last sent.
    """

    worker: Worker
    held: Lease
    linkable: int = 0
    _under_way: list[_Batch] = field(default_factory=list)
    _due: bool = True

    def staged(self) -> None:
        """Note that there is more to deliver."""
        self._due = True

    @property
    def full(self) -> bool:
        """Tell whether one more batch would have to wait."""
        return len(self._under_way) >= self.worker.asking.at_once

    @property
    def under_way(self) -> bool:
        """Tell whether anything is on its way."""
        return bool(self._under_way)

    def hold(self, ids: Collection[int]) -> bool:
        """Tell whether one of these tickets is on its way; what becomes of it decides what is planned next for it."""
        return any(stored.effect.zendesk_id in ids for batch in self._under_way for stored in batch.leased)

    def coming(self) -> list[Coming[Any]]:
        """Return the answers that are still on their way."""
        return [batch.coming for batch in self._under_way]

    def advance(self, *, links_too: bool = True) -> None:
        """Settle what came back and send what is due, as far as that goes without waiting.

        Without `links_too`, links wait until there are as many as one request takes.
        """
        self._settle_ready()
        while self._due and not self.full:
            leased = self._lease(links_too=links_too)
            self._due = bool(leased)
            if leased:
                self._send(leased)
                self._settle_ready()

    def finish(self) -> None:
        """Deliver until nothing is due and nothing is on its way, links too."""
        self._due = True
        self.advance()
        while self._under_way:
            self.worker.asking.wait(self.coming())
            self.advance()

    def end(self) -> None:
        """Wait for what is on its way and settle it, sending nothing new; raise the first fault that it shows."""
        fault: BaseException | None = None
        while self._under_way:
            batch = self._under_way.pop(0)
            try:
                self._settle(batch)
            except Exception as problem:
                fault = fault or problem
        if fault is not None:
            raise fault

    def _lease(self, *, links_too: bool) -> list[StoredEffect]:
        """Lease what no batch on its way may hold: a task that is looked for keeps its state, so one batch has all."""
        store, now = self.worker.store, self.worker.now()
        opening = any(isinstance(stored.effect, OpenEscalation) for batch in self._under_way for stored in batch.leased)
        kinds = KINDS - TASKS if opening else KINDS
        if links_too:
            self.linkable = 0
            return store.lease_batch(self.held, now, _AT_ONCE, kinds)
        leased = store.lease_batch(self.held, now, _AT_ONCE, kinds - LINKS)
        if leased or self.linkable < _LINKS_AT_ONCE:
            return leased
        self.linkable = 0
        return store.lease_batch(self.held, now, _LINKS_AT_ONCE, LINKS)

    def _send(self, leased: Sequence[StoredEffect]) -> None:
        others = {stored.effect.zendesk_id for stored in leased if not isinstance(stored.effect, LinkTicket)}
        known = self.worker.store.known(others) if others else {}
        send = partial(self.worker.executor().apply, leased, known)
        self._under_way.append(_Batch(leased=leased, coming=self.worker.asking.ahead(send)))

    def _settle_ready(self) -> None:
        for batch in [batch for batch in self._under_way if batch.coming.ready()]:
            self._under_way.remove(batch)
            self._settle(batch)

    def _settle(self, batch: _Batch) -> None:
        worker, results = self.worker, batch.coming.result()
        worker.store.settle_batch(results.batch(), self.held, worker.now())
        self._due = True  # what waited behind these
        self.linkable += sum(isinstance(stored.effect, WriteTicket) for stored in batch.leased)
        _log(batch.leased, results.settlements)
        if results.surprised:
            log.warning("tickets_were_there", advice="HubSpot has tickets that this database does not know")
            worker.newcomers.surprise()
        if results.stopped_by is not None:
            raise results.stopped_by


@contextmanager
def ending(deliveries: Deliveries) -> Iterator[None]:
    """Leave nothing on its way, and nothing unsettled, when the block fails; its fault is the one to tell.

    Who interrupts waits for what is on the wire, and for nothing that was to follow it.
    """
    try:
        yield
    except BaseException as problem:
        if isinstance(problem, KeyboardInterrupt):
            deliveries.worker.turn.stop()
        with suppress(ZenhubError):
            deliveries.end()
        raise


def deliver_effects(worker: Worker, held: Lease, *, patience: float = 0.0) -> None:
    """Deliver until nothing is due; wait at most `patience` seconds in all for what will be due soon."""
    deadline = worker.now() + patience
    while True:
        _deliver_now(worker, held)
        due = worker.store.next_due()
        if due is None or due > deadline:
            return
        worker.clock.sleep(due - worker.now())


def _deliver_now(worker: Worker, held: Lease) -> None:
    deliveries = Deliveries(worker=worker, held=held)
    with ending(deliveries):
        deliveries.finish()


def deliver_the_rest(worker: Worker, held: Lease) -> None:
    """Deliver what is left at the end of a run, and stay for outcomes that are still unknown."""
    deliver_effects(worker, held, patience=SETTLED_IN_ONE_RUN * worker.tasks.settle + GRACE)


def pick_up(worker: Worker, held: Lease) -> None:
    """Take over from a run that died: what it was sending may have been applied.

    Repeatable effects are sent again. A task is looked for first, and not before the settle time: when exactly the
    other run died is not known, so the time counts from now.
    """
    now = worker.now()
    settlements = [
        Settlement(
            id=stored.id,
            state=EffectState.UNCERTAIN,
            due_at=now + worker.tasks.settle,
            reason="the run that was sending it ended",
        )
        if isinstance(stored.effect, OpenEscalation)
        else Settlement(id=stored.id, state=EffectState.PENDING, due_at=now)
        for stored in worker.store.interrupted()
    ]
    if settlements:
        worker.store.settle_batch(SettledBatch(settlements=settlements), held, now)
    worker.store.unpark(held, now)


def _log(leased: Sequence[StoredEffect], settlements: Sequence[Settlement]) -> None:
    """Tell what became of each effect; that an ordinary write was done is only for those who look closely."""
    by_id = {settlement.id: settlement for settlement in settlements}
    closely = log.isEnabledFor(logging.DEBUG)
    for stored in leased:
        settlement = by_id.get(stored.id)
        if settlement is None:
            continue
        ordinary = settlement.state is EffectState.DONE and not isinstance(stored.effect, OpenEscalation)
        if ordinary and not closely:
            continue
        log.log(
            logging.DEBUG if ordinary else logging.INFO,
            f"effect_{settlement.state.value}",
            key=stored.effect.key,
            zendesk_id=stored.effect.zendesk_id,
            attempt=stored.attempts + 1,
            **({"reason": settlement.reason} if settlement.reason else {}),
        )
