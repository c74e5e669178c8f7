"""Twice a day: status, CSAT and rules of the tickets already imported. What is new is left to the import.

Ratings re-emit their ticket in the export, so this one stream finds every change; its cursor begins an hour before
where the import stands, so that nothing between the two is missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from zenhub_sync.delivery.closing import look_at_tasks
from zenhub_sync.jobs import import_tickets
from zenhub_sync.jobs.follow_owners import follow_owners
from zenhub_sync.jobs.match_again import match_again
from zenhub_sync.jobs.report import PlannedChange
from zenhub_sync.jobs.run_job import Job
from zenhub_sync.jobs.show_tickets import shown
from zenhub_sync.jobs.sync_pages import Sweep, start_of
from zenhub_sync.jobs.worker import DAILY, JobOptions, Worker
from zenhub_sync.planning.completing import plan_completion
from zenhub_sync.planning.following import OpenTask
from zenhub_sync.planning.guard import Tally
from zenhub_sync.store.leases import Lease

CURSOR = "refresh"
_HEARD_AT = "late_words_asked_for"
# Answers can be given and edited for 28 days after the survey was sent (live recording, 2026-10-09).
_SURVEY_LIFE = 29 * 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresh:
    """What people did in HubSpot first, then what changed in Zendesk, then who may belong to somebody now.

    Once a day the tickets of open tasks are looked at though they may not have changed: a rating that is given or
    changed brings its ticket back (live recording, 2026-10-09); of words alone, added to an answer, that is not known.
    """

    worker: Worker
    sweep: Sweep

    @property
    def tally(self) -> Tally:
        return self.sweep.tally

    @property
    def changes(self) -> Sequence[PlannedChange]:
        return self.sweep.changes

    def run(self) -> None:
        tasks = _close_completed(self.worker, self.sweep)
        _make_again(self.worker, self.sweep)
        self.sweep.run()
        _hear_more(self.worker, self.sweep)
        match_again(self.worker, self.sweep)
        follow_owners(self.worker, self.sweep, tasks)


def _prepare(worker: Worker, options: JobOptions, held: Lease | None) -> Refresh:
    cursor = start_of(worker, CURSOR, like=import_tickets.CURSOR)
    sweep = Sweep(worker=worker, options=options, cursor=cursor, create=False, held=held)
    return Refresh(worker=worker, sweep=sweep)


def _close_completed(worker: Worker, sweep: Sweep) -> Sequence[OpenTask]:
    """Close the escalations whose task a person completed since the last refresh (rule 5); return the other tasks.

    Where a write still waits, so does this: a move without words would take its place, and its words would be lost.
    """
    seen = look_at_tasks(worker.hubspot, [ticket for ticket in worker.store.escalated() if not ticket.undelivered])
    if seen.ended:
        sweep.apply([plan_completion(ticket, worker.policy) for ticket in seen.ended])
    return seen.open


def _hear_more(worker: Worker, sweep: Sweep) -> None:
    """Ask once a day about the bad ratings whose task is open, as long as their surveys can be answered."""
    if not worker.is_due(_HEARD_AT, DAILY):
        return
    since = worker.now() - _SURVEY_LIFE
    ids = [ticket.zendesk_id for ticket in worker.store.escalated() if ticket.rated_at >= since]
    for _, batch in shown(worker, ids):
        before = sweep.tally
        sweep.take(batch, None)
        # Read is what the export shows; of these, only what changed is worth telling.
        changed = sweep.tally.updated - before.updated
        sweep.tally = replace(sweep.tally, read=before.read + changed, unchanged=before.unchanged)
    if ids and sweep.held is not None:
        worker.store.note_fact(_HEARD_AT, "", sweep.held, worker.now())


def _make_again(worker: Worker, sweep: Sweep) -> None:
    """Plan tickets anew whose HubSpot ticket a person archived, where the configuration wants them back."""
    for _, batch in shown(worker, worker.store.lost()):
        sweep.take(batch, None)


REFRESH = Job(name="refresh", body=_prepare)
