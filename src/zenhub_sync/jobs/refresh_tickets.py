"""Twice a day: status, CSAT and rules of the tickets already imported. What is new is left to the import.

Ratings re-emit their ticket in the export, so this one stream finds every change; its cursor begins an hour before
where the import stands, so that nothing between the two is missed.
"""

from __future__ import annotations

from zenhub_sync.jobs import import_tickets
from zenhub_sync.jobs.run_job import Job
from zenhub_sync.jobs.sync_pages import Sweep, start_of
from zenhub_sync.jobs.worker import JobOptions, Worker
from zenhub_sync.store.leases import Lease

CURSOR = "refresh"


def _prepare(worker: Worker, options: JobOptions, held: Lease | None) -> Sweep:
    cursor = start_of(worker, CURSOR, like=import_tickets.CURSOR)
    return Sweep(worker=worker, options=options, cursor=cursor, create=False, held=held)


REFRESH = Job(name="refresh", body=_prepare)
