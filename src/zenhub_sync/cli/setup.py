"""`zenhub-sync setup`: what the worker needs in HubSpot."""

from __future__ import annotations

import json

import typer


def setup(
    dry_run: bool = typer.Option(False, "--dry-run", help="Print what would be made, write nothing."),  # noqa: FBT001, FBT003
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document on stdout."),  # noqa: FBT001, FBT003
) -> None:
    """Make what is missing in HubSpot: property groups, properties, pipeline, stages. Repeatable; never deletes."""
    from random import Random

    from zenhub_sync.cli.runtime import start
    from zenhub_sync.clock import SystemClock
    from zenhub_sync.jobs.setup_portal import setup_portal
    from zenhub_sync.wiring import open_hubspot, pipeline_names, portal_id

    runtime, clock = start(accounts=False), SystemClock()
    with open_hubspot(runtime.settings, runtime.config, clock, Random()) as hubspot:
        report = setup_portal(
            hubspot, pipeline_names(runtime.config), clock, portal_id=portal_id(runtime.config), dry_run=dry_run
        )
    if as_json:
        typer.echo(
            json.dumps(
                {"dry_run": dry_run, "made": report.made, "present": report.present, "notes": report.notes},
                ensure_ascii=False,
            )
        )
        return
    for name in report.made:
        typer.echo(f"{'would make' if dry_run else 'made'}: {name}")
    for note in report.notes:
        typer.echo(f"note: {note}")
    typer.echo(
        f"{len(report.made)} {'to make' if dry_run else 'made'}, {len(report.present)} there already"
        + ("" if report.made else "; HubSpot has everything the worker needs")
    )
