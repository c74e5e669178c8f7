"""`zenhub-sync explain`: why a ticket stands where it stands."""

from __future__ import annotations

import typer

from zenhub_sync.cli.ids import LARGEST, SMALLEST


def explain(
    ticket: int = typer.Argument(metavar="TICKET_ID", min=SMALLEST, max=LARGEST, help="Zendesk's id of the ticket."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document on stdout."),  # noqa: FBT001, FBT003
) -> None:
    """Tell all that is known of one ticket and why: Zendesk, HubSpot, the rules, the effects, what happens next."""
    import json

    from rich.console import Console

    from zenhub_sync.cli.explain_page import describe, show
    from zenhub_sync.cli.running import open_worker
    from zenhub_sync.errors import UsageProblem
    from zenhub_sync.jobs.explain_ticket import explain_ticket
    from zenhub_sync.planning.explain import verdicts

    with open_worker(dry_run=True) as worker:
        told = explain_ticket(worker, ticket)
        rules = verdicts(told.source, told.record.mirrored, worker.policy, worker.clock.now())
    if not told.known_anywhere:
        raise UsageProblem(f"neither Zendesk, HubSpot nor the store knows a ticket {ticket}")
    document = describe(told, rules)
    if as_json:
        typer.echo(json.dumps(document, ensure_ascii=False))
    else:
        show(document, told.plan.notes if told.plan is not None else (), Console())
    raise typer.Exit(told.exit_code)
