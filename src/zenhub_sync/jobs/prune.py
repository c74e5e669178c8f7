"""Let the database go of what nothing waits for any more, as long as the configuration keeps it."""

from __future__ import annotations

from contextlib import suppress

from zenhub_sync.errors import Interrupted
from zenhub_sync.jobs.worker import Worker
from zenhub_sync.store.leases import Lease, LeaseLost

# A transaction of so many rows lasts a tenth of a second, and whoever wants to write meanwhile waits no longer.
_AT_ONCE = 5_000
# An earlier version kept two million delivered effects of a million tickets; what is left is for the next run.
_LONGEST = 20.0


def prune(worker: Worker, held: Lease) -> None:
    """Delete what is old, a bounded number of rows in each transaction, until nothing is left or the time is up."""
    until = worker.now() + _LONGEST
    with suppress(Interrupted, LeaseLost):
        while worker.store.prune(held, worker.retention, worker.now(), _AT_ONCE) == _AT_ONCE and worker.now() < until:
            worker.turn.check()
