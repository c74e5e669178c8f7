"""Deliver what was staged: lease a batch, send it, settle it; then the next."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from zenhub_sync.jobs.worker import Worker
from zenhub_sync.planning.effects import OpenEscalation
from zenhub_sync.store.leases import Lease
from zenhub_sync.store.outbox import Settlement, StoredEffect
from zenhub_sync.store.outbox_states import EffectState
from zenhub_sync.store.staging import SettledBatch
from zenhub_sync.telemetry import get_logger

# A page's writes, then its links, which HubSpot takes 2,000 at a time; they settle in well under a second.
_AT_ONCE = 1000
# A run stays for this many unknown outcomes of the same task, one after the other, before it leaves them to the next.
SETTLED_IN_ONE_RUN = 3
GRACE = 30.0

log = get_logger(__name__)


def deliver_effects(worker: Worker, held: Lease, *, patience: float = 0.0) -> None:
    """Deliver until nothing is due; wait at most `patience` seconds in all for what will be due soon."""
    deadline = worker.now() + patience
    while True:
        leased = worker.store.lease_batch(held, worker.now(), _AT_ONCE)
        if leased:
            known = worker.store.known({stored.effect.zendesk_id for stored in leased})
            results = worker.executor().apply(leased, known)
            worker.store.settle_batch(results.batch(), held, worker.now())
            _log(leased, results.settlements)
            if results.surprised:
                log.warning("tickets_were_there", advice="HubSpot has tickets that this database does not know")
                worker.newcomers.surprise()
            if results.stopped_by is not None:
                raise results.stopped_by
            continue
        due = worker.store.next_due()
        if due is None or due > deadline:
            return
        worker.clock.sleep(due - worker.now())


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
    for stored in leased:
        settlement = by_id.get(stored.id)
        if settlement is None:
            continue
        ordinary = settlement.state is EffectState.DONE and not isinstance(stored.effect, OpenEscalation)
        log.log(
            logging.DEBUG if ordinary else logging.INFO,
            f"effect_{settlement.state.value}",
            key=stored.effect.key,
            zendesk_id=stored.effect.zendesk_id,
            attempt=stored.attempts + 1,
            **({"reason": settlement.reason} if settlement.reason else {}),
        )
