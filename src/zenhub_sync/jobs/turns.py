"""Take the one turn on the database, and wait politely where another run has it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Protocol

from zenhub_sync.clock import Clock
from zenhub_sync.errors import LeaseHeld
from zenhub_sync.jobs.worker import Worker
from zenhub_sync.store.leases import Lease
from zenhub_sync.telemetry import get_logger

# How often a waiting run asks, and says that it waits: a backfill then leaves the turn free for longer than this.
ASKS_EVERY = 0.5
# Longer than a service takes to come again: a backfill may need more than anybody's patience
# to end what it has begun, and must not begin as much again meanwhile.
_GOOD_FOR = 60.0

log = get_logger(__name__)


class Leases(Protocol):
    """The part of the store that gives out turns."""

    def lease(self) -> AbstractContextManager[Lease]: ...

    def want_turn(self, seconds: float) -> None: ...


@contextmanager
def turn(worker: Worker, patience: float, *, asks_every: float = ASKS_EVERY) -> Iterator[Lease]:
    """Hold the lease for the block, and let every request to HubSpot be made under it."""
    with patient_lease(worker.store, worker.clock, patience, asks_every=asks_every) as held:
        worker.turn.held = held
        yield held


@contextmanager
def patient_lease(store: Leases, clock: Clock, patience: float, *, asks_every: float = ASKS_EVERY) -> Iterator[Lease]:
    """Hold the lease for the block; raise `LeaseHeld` if another run still has it after `patience` seconds."""
    with ExitStack() as stack:
        yield _acquire(store, clock, stack, patience, asks_every)


def _acquire(store: Leases, clock: Clock, stack: ExitStack, patience: float, asks_every: float) -> Lease:
    begun, told, said = clock.monotonic(), False, False
    while True:
        try:
            held = stack.enter_context(store.lease())
        except LeaseHeld as problem:
            if clock.monotonic() - begun >= patience:  # asking takes time, too, where a writer is stuck
                raise
            if not told:
                log.info("turn_awaited", patience=patience, because=str(problem))
                told = True
            if asks_every <= ASKS_EVERY:  # who asks less often is in no hurry either
                store.want_turn(_GOOD_FOR)
                said = True
            clock.sleep(asks_every)
        else:
            if said:  # any other who waits says so again
                store.want_turn(0.0)
            return held
