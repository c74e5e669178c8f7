"""`zenhub-sync refresh`: status, CSAT and rules of the tickets already imported."""

from __future__ import annotations

import typer

from zenhub_sync.cli.waiting import waiting


def refresh(
    dry_run: bool = typer.Option(False, "--dry-run", help="Plan from real reads, print the plan, write nothing."),  # noqa: FBT001, FBT003
    force: bool = typer.Option(False, "--force", help="Go on where a safety limit would refuse."),  # noqa: FBT001, FBT003
    wait: float = waiting(),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document on stdout."),  # noqa: FBT001, FBT003
) -> None:
    """Refresh status, CSAT, matching and rules of the tickets already imported."""
    from zenhub_sync.cli.running import run_from_command_line
    from zenhub_sync.jobs.refresh_tickets import REFRESH
    from zenhub_sync.jobs.worker import JobOptions

    run_from_command_line(REFRESH, JobOptions(dry_run=dry_run, force=force, patience=wait), as_json=as_json)
