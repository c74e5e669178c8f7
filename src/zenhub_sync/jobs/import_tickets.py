"""Once a day: new and changed Zendesk tickets since the stored cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from zenhub_sync.jobs.run_job import Job
from zenhub_sync.jobs.show_tickets import shown
from zenhub_sync.jobs.sync_pages import Sweep, start_of
from zenhub_sync.jobs.worker import JobOptions, Worker
from zenhub_sync.store.leases import Lease
from zenhub_sync.zendesk.models import BrokenTicket

CURSOR = "import"
_NOT_SHOWN = "could not be read when it came, and Zendesk does not show it any more"


def _prepare(worker: Worker, options: JobOptions, held: Lease | None) -> Sweep:
    sweep = Sweep(worker=worker, options=options, cursor=start_of(worker, CURSOR), create=True, held=held)
    read_again(worker, sweep, worker.store.unreadable_due(worker.now()))
    return sweep


def read_again(worker: Worker, sweep: Sweep, ids: Sequence[int]) -> None:
    """Give tickets that could not be read another chance; the export shows them again only when they change."""
    for asked, batch in shown(worker, ids):
        there = {ticket.id for ticket in batch.tickets} | {broken.id for broken in batch.broken}
        lost = tuple(BrokenTicket(id=number, reason=_NOT_SHOWN) for number in asked if number not in there)
        sweep.take(replace(batch, broken=(*batch.broken, *lost)), None)


IMPORT = Job(name="import", body=_prepare)
