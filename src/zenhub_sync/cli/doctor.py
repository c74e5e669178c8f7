"""`zenhub-sync doctor`: what is wrong, and how to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from zenhub_sync.doctor.findings import Finding

_STYLES = {"ok": "green", "warning": "yellow", "failure": "bold red"}


def doctor(
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document on stdout."),  # noqa: FBT001, FBT003
) -> None:
    """Check settings, credentials, scopes, clock, pipeline, properties, database and dates; say how to mend each.

    It writes nothing anywhere, and takes about twenty requests. Exit code 0: no failure; 3: something here must be
    mended; 5: Zendesk or HubSpot does not answer.
    """
    import json
    import os
    from dataclasses import asdict
    from pathlib import Path
    from random import Random

    from rich.console import Console

    from zenhub_sync.clock import SystemClock
    from zenhub_sync.doctor.checkup import check_up
    from zenhub_sync.doctor.findings import exit_code, worst
    from zenhub_sync.telemetry import configure_logging

    configure_logging("ERROR", None)
    console, findings = Console(), []
    for finding in check_up(os.environ, Path.cwd(), SystemClock(), Random()):
        findings.append(finding)
        if not as_json:
            _show(finding, console)
    if as_json:
        checks = [{key: value for key, value in asdict(finding).items() if key != "away"} for finding in findings]
        typer.echo(json.dumps({"outcome": worst(findings), "checks": checks}, ensure_ascii=False))
    else:
        counts = [sum(finding.level == level for finding in findings) for level in ("failure", "warning", "ok")]
        console.print("{} failures, {} warnings, {} ok".format(*counts), highlight=False)
    raise typer.Exit(exit_code(findings))


def _show(finding: Finding, console: Console) -> None:
    from rich.text import Text

    from zenhub_sync.telemetry import scrub

    level = (f"{finding.level:<8}", _STYLES[finding.level])
    console.print(Text.assemble(level, (f"{finding.check:<22}", "bold"), scrub(finding.message)), soft_wrap=True)
    if finding.mend:
        console.print(Text(f"{'':8}-> {scrub(finding.mend)}", style="dim"), soft_wrap=True)
