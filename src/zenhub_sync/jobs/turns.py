"""Take the one turn on the database, and wait politely where another run has it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from zenhub_sync.errors import LeaseHeld
from zenhub_sync.jobs.worker import Worker
from zenhub_sync.store.leases import Lease
from zenhub_sync.telemetry import get_logger

# How often a waiting run asks. A backfill leaves the turn free for longer than this, so nobody waits for ever.
ASKS_EVERY = 0.5

log = get_logger(__name__)


@contextmanager
def turn(worker: Worker, patience: float, *, asks_every: float = ASKS_EVERY) -> Iterator[Lease]:
    """Hold the lease for the block; raise `LeaseHeld` if another run still has it after `patience` seconds."""
    with ExitStack() as stack:
        held = _acquire(worker, stack, patience, asks_every)
        worker.turn.held = held
        yield held


def _acquire(worker: Worker, stack: ExitStack, patience: float, asks_every: float) -> Lease:
    since, told = worker.clock.monotonic(), False
    while True:
        try:
            return stack.enter_context(worker.store.lease())
        except LeaseHeld as problem:
            if worker.clock.monotonic() - since >= patience:
                raise
            if not told:
                log.info("turn_awaited", patience=patience, because=str(problem))
            told = True
            worker.clock.sleep(asks_every)
