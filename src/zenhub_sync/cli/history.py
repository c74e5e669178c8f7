"""`zenhub-sync history`: the last runs, with what each of them did."""

from __future__ import annotations

from typing import Any

import typer

# For files and pipes, whose lines have no end.
_WIDE = 200


def history(
    limit: int = typer.Option(20, "--limit", metavar="N", min=1, max=1000, help="Show so many runs, the newest first."),
    job: str | None = typer.Option(None, "--job", metavar="JOB", help="Only import, refresh, backfill, …"),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document on stdout."),  # noqa: FBT001, FBT003
) -> None:
    """Show the last runs with their counts and what ended them early."""
    import json

    from rich.console import Console
    from rich.table import Table

    from zenhub_sync.cli.runtime import start
    from zenhub_sync.cli.status_page import describe_run
    from zenhub_sync.store.opening import open_store_to_read

    store = open_store_to_read(start(accounts=False).database_url)
    runs = [describe_run(run) for run in store.last_runs(limit, job)]
    store.close()
    if as_json:
        typer.echo(json.dumps({"runs": runs}, ensure_ascii=False))
        return
    if not runs:
        typer.echo("no run yet")
        return
    columns = ("job", "started", "took", "outcome", "read", "created", "updated", "parked", "tasks", "why")
    table = Table(*columns, box=None, pad_edge=False)
    for column in table.columns[:-1]:
        column.no_wrap = True
    for run in runs:
        table.add_row(*_row(run))
    console = Console()
    (console if console.is_terminal else Console(width=_WIDE)).print(table)


def _row(run: dict[str, Any]) -> tuple[str, ...]:
    from datetime import datetime

    started = datetime.fromisoformat(run["started_at"])
    took = datetime.fromisoformat(run["finished_at"]) - started if run["finished_at"] else ""
    report = run["report"] or {}
    tickets, escalations = report.get("tickets", {}), report.get("escalations", {})
    counts = [tickets.get(name) for name in ("read", "created", "updated", "parked")] + [escalations.get("opened")]
    told = ("" if count is None else str(count) for count in counts)
    return (run["job"], f"{started:%Y-%m-%d %H:%M}Z", str(took), run["outcome"], *told, run["error"] or "")
