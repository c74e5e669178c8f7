"""`zenhub-sync sandbox`: a fake Zendesk and HubSpot as a server of its own."""

from __future__ import annotations

import threading

import typer


def sandbox(
    port: int = typer.Option(8765, "--port", min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one."),
    tickets: int = typer.Option(60, "--tickets", min=28, max=100_000, help="How many tickets its company has."),
) -> None:
    """Serve a fake Zendesk and HubSpot with a seeded company on loopback, until Ctrl-C."""
    from zenhub_sync.cli.sandbox_environment import environment
    from zenhub_sync.errors import UsageProblem
    from zenhub_sync.sandbox.seed import seed_company
    from zenhub_sync.sandbox.server import Sandbox

    box = Sandbox()
    seed_company(box, tickets=tickets)
    try:
        url = box.start(port)
    except OSError as error:
        raise UsageProblem(f"port {port} on 127.0.0.1: {error.strerror}; take another with --port") from error
    typer.echo("# The sandbox answers until Ctrl-C. In another terminal:")
    for name, value in environment(url).items():
        typer.echo(f"export {name}={value}")
    typer.echo(f"# What was written: curl -s {url}/_sandbox/ledger", err=False)
    try:
        threading.Event().wait()
    finally:
        box.stop()
