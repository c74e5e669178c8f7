"""Run one job from lease to report."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from zenhub_sync.errors import ZenhubError
from zenhub_sync.jobs.deliver_effects import deliver_effects, deliver_the_rest, pick_up
from zenhub_sync.jobs.prune import prune
from zenhub_sync.jobs.report import Outcome, PlannedChange, Report
from zenhub_sync.jobs.turns import turn
from zenhub_sync.jobs.worker import JobOptions, Worker
from zenhub_sync.planning.guard import Tally
from zenhub_sync.store.leases import Lease, LeaseLost
from zenhub_sync.store.runs import Run
from zenhub_sync.telemetry import bind_run, get_logger, scrub

log = get_logger(__name__)

_PARKED, _INTERRUPTED = 4, 130


class Work(Protocol):
    """What a job does between lease and report, and what it has done so far."""

    @property
    def tally(self) -> Tally: ...

    @property
    def changes(self) -> Sequence[PlannedChange]: ...

    def run(self) -> None: ...


Body = Callable[[Worker, JobOptions, Lease | None], Work]
"""Prepare the work of a job; without a lease it is a dry run."""


Admit = Callable[[Lease], None]
"""Raise what prevents the run from starting, now that nobody else runs."""


def _at_any_time(_: Lease) -> None:
    """Prevent nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job by its name; a service `admit`s only runs of slots that are still due."""

    name: str
    body: Body
    admit: Admit = _at_any_time


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRun:
    """How a run ended; `error` is what ended it early. Its report is true in both cases."""

    report: Report
    error: BaseException | None = None


def run_job(worker: Worker, job: Job, options: JobOptions, run_id: str) -> JobRun:
    """Run the job and tell what it did; raise only what prevented it from starting (`LeaseHeld`, a bad schema)."""
    with bind_run(run_id, job.name):
        if options.dry_run:
            return _sweep(worker, job, options, run_id, None)
        with turn(worker, options.patience) as held:
            job.admit(held)
            started = worker.now()
            worker.store.begin_run(Run(run_id=run_id, job=job.name, started_at=started), held)
            ended = _sweep(worker, job, options, run_id, held)
            remember(worker, ended, held, started)
            if ended.error is None:
                prune(worker, held)
            return ended


def exit_code_of(ended: JobRun) -> int:
    """Return what the command line says of such an end."""
    match ended.error:
        case None:
            return _PARKED if ended.report.outcome is Outcome.PARTIAL else 0
        case ZenhubError():
            return ended.error.exit_code
        case KeyboardInterrupt():
            return _INTERRUPTED
        case _:
            return 1


def explain(error: BaseException) -> str:
    """Return what may be kept and told of an error: of one that nobody expected, the kind and the place alone."""
    if isinstance(error, ZenhubError):
        return scrub(str(error))
    if isinstance(error, KeyboardInterrupt):
        return "interrupted"
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"unexpected {type(error).__name__} at {Path(last.filename).name}:{last.lineno}"


def _sweep(worker: Worker, job: Job, options: JobOptions, run_id: str, held: Lease | None) -> JobRun:
    started = worker.clock.now()
    error: BaseException | None = None
    work: Work | None = None
    try:
        worker.check_portal(held)
        if held is not None:
            pick_up(worker, held)
            deliver_effects(worker, held)  # what was decided before waits for no new page
        work = job.body(worker, options, held)
        work.run()
        if held is not None:
            deliver_the_rest(worker, held)
    except (Exception, KeyboardInterrupt) as problem:
        error = problem
    report = report_of(worker, job.name, run_id, started, work, dry_run=held is None, failed=error is not None)
    return JobRun(report=report, error=error)


def report_of(
    worker: Worker, job: str, run_id: str, started: datetime, work: Work | None, *, dry_run: bool, failed: bool
) -> Report:
    """Say what the work came to, and what of it still waits."""
    parked = worker.store.parked_count()
    waiting = worker.store.live_count()
    done = Outcome.PARTIAL if (parked or waiting) and not dry_run else Outcome.OK
    report = Report(
        run_id=run_id,
        job=job,
        outcome=Outcome.FAILED if failed else done,
        dry_run=dry_run,
        started_at=started,
        finished_at=worker.clock.now(),
        tally=work.tally if work is not None else Tally(),
        parked=parked,
        waiting=waiting,
        requests=worker.requests(),
        plan=tuple(work.changes) if work is not None else (),
    )
    log.info("run_ended", outcome=report.outcome.value, read=report.tally.read, opened=report.tally.opened)
    return report


def remember(worker: Worker, ended: JobRun, held: Lease, started: float) -> None:
    """Write down how the run ended."""
    if isinstance(ended.error, LeaseLost):
        return  # another run has the store now; this one may not write, not even its own end
    worker.store.finish_run(
        Run(
            run_id=ended.report.run_id,
            job=ended.report.job,
            started_at=started,
            finished_at=worker.now(),
            outcome=ended.report.outcome.value,
            exit_code=exit_code_of(ended),
            error=explain(ended.error) if ended.error is not None else None,
            report=json.dumps(ended.report.document()),
        ),
        held,
    )
