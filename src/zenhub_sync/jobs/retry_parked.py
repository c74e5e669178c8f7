"""Give what is parked another chance now, because a person mended the cause."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from zenhub_sync.jobs.import_tickets import CURSOR, read_again
from zenhub_sync.jobs.report import PlannedChange
from zenhub_sync.jobs.run_job import Job
from zenhub_sync.jobs.sync_pages import Sweep, start_of
from zenhub_sync.jobs.worker import JobOptions, Worker
from zenhub_sync.planning.guard import Tally
from zenhub_sync.store.leases import Lease


@dataclass(slots=True, kw_only=True)
class Retry:
    """Unpark the records of these tickets (none named: of all), and read the unreadable ones again."""

    sweep: Sweep
    zendesk_ids: Collection[int]
    held: Lease
    tally: Tally = field(default_factory=Tally)
    changes: Sequence[PlannedChange] = ()

    def run(self) -> None:
        worker = self.sweep.worker
        overview = worker.store.overview()
        parked = {effect.lane for effect in overview.parked}
        unreadable = {ticket.zendesk_id for ticket in overview.unreadable if ticket.zendesk_id > 0}
        chosen = set(self.zendesk_ids) or parked | unreadable
        worker.store.unpark(self.held, worker.now(), chosen & parked)
        read_again(worker, self.sweep, sorted(chosen & unreadable))
        self.tally = self.sweep.tally


def retry_job(zendesk_ids: Collection[int]) -> Job:
    """Return the job that retries what is parked of these tickets."""

    def prepare(worker: Worker, options: JobOptions, held: Lease | None) -> Retry:
        assert held is not None  # noqa: S101 - there is no dry run of it
        sweep = Sweep(worker=worker, options=options, cursor=start_of(worker, CURSOR), create=True, held=held)
        return Retry(sweep=sweep, zendesk_ids=zendesk_ids, held=held)

    return Job(name="retry", body=prepare)
