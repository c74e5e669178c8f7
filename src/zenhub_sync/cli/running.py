"""Run a job from the command line and tell how it went: for a person, or as one JSON document."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from random import Random

import typer
from rich.console import Console

from zenhub_sync.cli.interruption import interruptible
from zenhub_sync.cli.plan_page import show_plan
from zenhub_sync.cli.runtime import Runtime, start
from zenhub_sync.clock import SystemClock
from zenhub_sync.jobs.report import Outcome, Report, unbegun
from zenhub_sync.jobs.run_job import Job, JobRun, run_job
from zenhub_sync.jobs.worker import JobOptions, Worker
from zenhub_sync.service.heartbeats import Heartbeats
from zenhub_sync.store.opening import open_store, open_store_to_read
from zenhub_sync.transport.asking import in_threads
from zenhub_sync.wiring import build_worker, open_accounts

PARKED = 4


def run_from_command_line(job: Job, options: JobOptions, *, as_json: bool) -> None:
    """Run the job, print its report on stdout, and leave with the contract's exit code."""
    run_id = str(uuid.uuid4())
    with documented(job.name, run_id, dry_run=options.dry_run, as_json=as_json) as runs:
        runtime = start(accounts=True)
        beats = Heartbeats(urls={} if options.dry_run else runtime.settings.notices.heartbeats)
        with open_worker(dry_run=options.dry_run, runtime=runtime) as worker:
            heard = replace(job, admit=lambda _: beats.started(job.name, run_id))
            runs.append(run_job(worker, heard, options, run_id))
            beats.ended(runs[-1])
    tell(runs[-1], as_json=as_json)


@contextmanager
def documented(job: str, run_id: str, *, dry_run: bool, as_json: bool) -> Iterator[list[JobRun]]:
    """With `--json`, let what keeps the job from beginning be told on stdout too: by the document of a failed run.

    The block adds the run once it has ended: what fails after that changes nothing of what it did.
    """
    began = SystemClock().now()
    ended: list[JobRun] = []
    try:
        yield ended
    except (Exception, KeyboardInterrupt):
        if as_json:
            failed = unbegun(job, run_id, began, SystemClock().now(), dry_run=dry_run)
            _echo(ended[-1].report if ended else failed)
        raise


def tell(ended: JobRun, *, as_json: bool) -> None:
    """Print the report on stdout, and leave with the contract's exit code."""
    if as_json:
        _echo(ended.report)
    elif ended.error is None:
        show_report(ended.report, Console())
    if ended.error is not None:
        raise ended.error
    if ended.report.outcome is Outcome.PARTIAL:
        raise typer.Exit(PARKED)


def _echo(report: Report) -> None:
    typer.echo(json.dumps(report.document(), ensure_ascii=False))


@contextmanager
def open_worker(*, dry_run: bool = False, runtime: Runtime | None = None) -> Iterator[Worker]:
    """Open everything that a job needs; SIGTERM ends it as Ctrl-C does."""
    runtime = runtime or start(accounts=True)
    with (
        interruptible(SystemClock()) as clock,
        closing((open_store_to_read if dry_run else open_store)(runtime.database_url)) as store,
        open_accounts(runtime.settings, runtime.config, clock, Random()) as accounts,
        in_threads() as asking,
    ):
        yield build_worker(runtime.settings, runtime.config, accounts, store, clock, asking)


def show_report(report: Report, console: Console) -> None:
    """Print a run for a person: counts first, then, for a dry run, what would be written."""
    if report.dry_run:
        show_plan(report, console)
        return
    tally = report.tally
    console.print(
        f"{report.job}: {tally.read} tickets read, "
        f"{tally.created} created, {tally.updated} updated, {tally.unchanged} unchanged; "
        f"{tally.opened} escalations opened, {tally.suppressed} suppressed by age; "
        f"{report.requests.zendesk} Zendesk and {report.requests.hubspot} HubSpot requests",
        highlight=False,
        soft_wrap=True,
    )
    if report.parked:
        console.print(f"{report.parked} records are parked: see zenhub-sync status", highlight=False)
    if report.waiting:
        console.print(f"{report.waiting} effects still wait for delivery; the next run goes on", highlight=False)
