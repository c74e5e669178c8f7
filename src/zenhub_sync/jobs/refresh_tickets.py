"""Twice a day: status, CSAT and rules of the tickets already imported. What is new is left to the import.

Ratings re-emit their ticket in the export, so this one stream finds every change; its cursor begins an hour before
where the import stands, so that nothing between the two is missed.
"""

from __future__ import annotations

from zenhub_sync.delivery.closing import completed
from zenhub_sync.jobs import import_tickets
from zenhub_sync.jobs.run_job import Job
from zenhub_sync.jobs.sync_pages import Sweep, start_of
from zenhub_sync.jobs.worker import JobOptions, Worker
from zenhub_sync.planning.planner import plan_completion
from zenhub_sync.store.leases import Lease

CURSOR = "refresh"
# Bulk reads of tickets take 100 ids (developer.zendesk.com, tickets: show many).
_AT_ONCE = 100


def _prepare(worker: Worker, options: JobOptions, held: Lease | None) -> Sweep:
    cursor = start_of(worker, CURSOR, like=import_tickets.CURSOR)
    sweep = Sweep(worker=worker, options=options, cursor=cursor, create=False, held=held)
    _close_completed(worker, sweep)
    _match_again(worker, sweep)
    return sweep


def _close_completed(worker: Worker, sweep: Sweep) -> None:
    """Close the escalations whose task a person completed since the last refresh (rule 5).

    Where a write still waits, so does this: a move without words would take its place, and its words would be lost.
    """
    ended = completed(worker.hubspot, [ticket for ticket in worker.store.escalated() if not ticket.undelivered])
    if ended:
        sweep.apply([plan_completion(ticket) for ticket in ended])


def _match_again(worker: Worker, sweep: Sweep) -> None:
    """Look once more for the company of tickets whose escalation waits for one, whatever the directory remembers."""
    ids = worker.store.waiting_unmatched()
    worker.directory.impatient = True
    for start in range(0, len(ids), _AT_ONCE):
        sweep.take(worker.zendesk.show_many_tickets(ids[start : start + _AT_ONCE]), None)
    worker.directory.impatient = False
    if sweep.held is not None:
        matched = [ticket.zendesk_id for ticket in worker.store.known(ids).values() if ticket.company_id is not None]
        worker.store.unpark(sweep.held, worker.now(), matched)


REFRESH = Job(name="refresh", body=_prepare)
