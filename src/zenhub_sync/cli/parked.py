"""`zenhub-sync parked`: the records that wait."""

from __future__ import annotations

import json

import typer

from zenhub_sync.cli.ids import LARGEST, SMALLEST

app = typer.Typer(help="List, retry or drop the records that could not be written.", no_args_is_help=True)

_JSON = typer.Option(False, "--json", help="Print one JSON document on stdout.")  # noqa: FBT003 - Typer's way
_TICKETS = typer.Argument(None, metavar="[TICKET_ID]...", min=SMALLEST, max=LARGEST, help="None: all of them.")


@app.command("list")
def list_(as_json: bool = _JSON) -> None:  # noqa: FBT001 - Typer's way
    """List the records that wait, with their reasons."""
    from zenhub_sync.cli.runtime import start
    from zenhub_sync.cli.status_page import describe_parked, parked_lines
    from zenhub_sync.store.opening import read_overview

    records = describe_parked(read_overview(start(accounts=False).database_url))
    if as_json:
        typer.echo(json.dumps({"parked": records}, ensure_ascii=False))
    elif records:
        typer.echo("\n".join(parked_lines(records)))
    else:
        typer.echo("nothing is parked")


@app.command("retry")
def retry(
    tickets: list[int] = _TICKETS,
    as_json: bool = _JSON,  # noqa: FBT001 - Typer's way
) -> None:
    """Try again now what is parked, of these tickets or of all; jobs do it by themselves, with growing pauses."""
    from zenhub_sync.cli.running import run_from_command_line
    from zenhub_sync.cli.waiting import SECONDS
    from zenhub_sync.jobs.retry_parked import retry_job
    from zenhub_sync.jobs.worker import JobOptions

    run_from_command_line(retry_job(tuple(tickets or ())), JobOptions(patience=SECONDS), as_json=as_json)


@app.command("drop")
def drop(
    ticket: int = typer.Argument(metavar="TICKET_ID", min=SMALLEST, max=LARGEST, help="As `parked list` shows it."),
    as_json: bool = _JSON,  # noqa: FBT001 - Typer's way
) -> None:
    """Give up what is parked of one ticket, for good."""
    from zenhub_sync.cli.runtime import start
    from zenhub_sync.cli.waiting import SECONDS
    from zenhub_sync.clock import SystemClock
    from zenhub_sync.errors import UsageProblem
    from zenhub_sync.jobs.turns import patient_lease
    from zenhub_sync.store.opening import open_store

    store = open_store(start(accounts=False).database_url)
    with patient_lease(store, SystemClock(), SECONDS) as held:
        dropped = store.drop(held, ticket, SystemClock().now().timestamp())
    store.close()
    if not dropped:
        raise UsageProblem(f"nothing is parked of ticket {ticket}; see zenhub-sync parked list")
    if as_json:
        typer.echo(json.dumps({"ticket": ticket, "dropped": dropped}))
        return
    typer.echo(f"dropped {dropped} parked record(s) of ticket {ticket}")
