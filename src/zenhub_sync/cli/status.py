"""`zenhub-sync status`: is it well, what waits, what comes next."""

from __future__ import annotations

import typer


def status(
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document on stdout."),  # noqa: FBT001, FBT003
) -> None:
    """Show last runs, cursor lag, parked and unmatched counts, and the next runs of the schedule."""
    import json

    from zenhub_sync.cli.runtime import start
    from zenhub_sync.cli.status_page import describe, lines
    from zenhub_sync.clock import SystemClock
    from zenhub_sync.planning.slots import next_runs
    from zenhub_sync.store.opening import read_overview

    runtime, now = start(accounts=False), SystemClock().now()
    overview = read_overview(runtime.database_url)
    schedule = runtime.config.schedule
    crons = {"import": schedule.import_, "refresh": schedule.refresh, "watch": schedule.watch}
    document = describe(overview, next_runs(crons, runtime.config.zone, now), now)
    if as_json:
        typer.echo(json.dumps(document, ensure_ascii=False))
    else:
        typer.echo("\n".join(lines(document, runtime.config.zone)))
