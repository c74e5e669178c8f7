"""Every few minutes, if asked for: what changed of known tickets, above all a rating that turned bad.

It is the refresh without its looks at tasks and companies: the same cursor, so that nothing is read twice and the next
refresh has less to do. With nothing new it costs one request to Zendesk.
"""

from __future__ import annotations

from zenhub_sync.jobs import import_tickets, refresh_tickets
from zenhub_sync.jobs.run_job import Job
from zenhub_sync.jobs.sync_pages import Sweep, start_of
from zenhub_sync.jobs.worker import JobOptions, Worker
from zenhub_sync.store.leases import Lease


def _prepare(worker: Worker, options: JobOptions, held: Lease | None) -> Sweep:
    cursor = start_of(worker, refresh_tickets.CURSOR, like=import_tickets.CURSOR)
    return Sweep(worker=worker, options=options, cursor=cursor, create=False, held=held)


WATCH = Job(name="watch", body=_prepare)
