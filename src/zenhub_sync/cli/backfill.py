"""`zenhub-sync backfill`: history."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from zenhub_sync.jobs.run_job import JobRun
    from zenhub_sync.jobs.spans import Span
    from zenhub_sync.jobs.worker import JobOptions

_SINCE = typer.Option(metavar="DATE", help="The first day: 2025-01-15; 2025-01 is its first day; 90d is 90 days ago.")
_UNTIL = typer.Option(
    None, metavar="DATE", help="The first day that is NOT read any more, written alike; default: up to now."
)


def backfill(
    since: str = _SINCE,
    until: str | None = _UNTIL,
    dry_run: bool = typer.Option(False, "--dry-run", help="Read and plan, print counts and samples, write nothing."),  # noqa: FBT001, FBT003
    force: bool = typer.Option(  # noqa: FBT001 - Typer's way
        False,  # noqa: FBT003
        "--force",
        help="Go on where a safety limit would refuse, and read a finished range once more.",
    ),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document on stdout."),  # noqa: FBT001, FBT003
) -> None:
    """Bring history: tickets whose LAST change is in the range, from --since up to but not including --until.

    Dates are whole days of the configured time zone: --since 2025-01 --until 2025-02 is January. Zendesk's export
    goes by a ticket's last change, it cannot go by its creation: a January ticket that changed in March is March's.

    Interrupted in any way, the same command goes on where it was; a finished range is not read again. It has a cursor
    of its own, gives other runs their turn after every page, and uses backfill.rate_share of their request limits.
    Ratings older than rules.max_rating_age open no task.
    """
    from zenhub_sync.jobs.worker import JobOptions

    _run(since, until, JobOptions(dry_run=dry_run, force=force), as_json=as_json)


def _run(since: str, until: str | None, options: JobOptions, *, as_json: bool) -> None:
    import uuid

    from zenhub_sync.cli.running import documented, tell
    from zenhub_sync.jobs.backfill_tickets import JOB

    run_id = str(uuid.uuid4())
    with documented(JOB, run_id, dry_run=options.dry_run, as_json=as_json) as runs:
        span = _go_through(since, until, options, run_id, runs)
    ended = runs[-1]
    if ended.error is None and not ended.report.requests.zendesk and not as_json:
        typer.echo(f"nothing to read: backfill {span.options()} is finished; later changes are what import brings")
        return
    tell(ended, as_json=as_json)


def _go_through(since: str, until: str | None, options: JobOptions, run_id: str, runs: list[JobRun]) -> Span:
    from functools import partial

    from rich.console import Console

    from zenhub_sync.cli.progress import follow
    from zenhub_sync.cli.running import open_worker
    from zenhub_sync.cli.runtime import Runtime, start
    from zenhub_sync.clock import SystemClock
    from zenhub_sync.jobs.backfill_tickets import run_backfill
    from zenhub_sync.jobs.spans import read_span
    from zenhub_sync.telemetry import configure_logging

    runtime = start(accounts=True)
    runtime = Runtime(settings=runtime.settings, config=runtime.config.slowed())
    clock, log = SystemClock(), runtime.settings.log
    relog = partial(configure_logging, log.level, log.format)
    span = read_span(since, until, runtime.config.zone, clock.now())
    with (
        open_worker(dry_run=options.dry_run, runtime=runtime) as worker,
        follow(span, Console(stderr=True), clock, relog) as watch,
    ):
        runs.append(run_backfill(worker, span, options, run_id, watch))
    return span
