"""`zenhub-sync demo`: the whole main job on the embedded sandbox, told on the screen."""

from __future__ import annotations

import typer


def demo(
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document on stdout."),  # noqa: FBT001, FBT003
) -> None:
    """Show the main job from import to the CSM's task, with no account and no setting; takes a few seconds."""
    import json

    from rich.console import Console

    from zenhub_sync.cli.demo_story import tell
    from zenhub_sync.telemetry import configure_logging

    configure_logging("WARNING", None)
    console = Console(quiet=as_json)
    outcome = tell(console)
    if as_json:
        typer.echo(json.dumps(outcome, ensure_ascii=False))
