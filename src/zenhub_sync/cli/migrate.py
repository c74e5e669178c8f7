"""`zenhub-sync migrate`: the database schema."""

from __future__ import annotations

import json

import typer


def migrate(
    check: bool = typer.Option(False, "--check", help="Only tell; exit 3 if the schema is not up to date."),  # noqa: FBT001, FBT003
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document on stdout."),  # noqa: FBT001, FBT003
) -> None:
    """Bring the database schema up to date, under a lock; jobs do the same by themselves."""
    from zenhub_sync.cli.runtime import start
    from zenhub_sync.errors import ConfigProblem
    from zenhub_sync.store.opening import check_database, migrate_database

    url = start(accounts=False).database_url
    state = check_database(url) if check else migrate_database(url)
    before = state.current if state is not None else None
    up_to_date = state is not None and state.up_to_date
    if as_json:
        typer.echo(
            json.dumps(
                {"before": before, "newest": state.newest if state else None, "up_to_date": up_to_date or not check}
            )
        )
    elif up_to_date:
        typer.echo(f"schema {before} is up to date")
    elif not check:
        typer.echo(f"migrated from {before or 'an empty database'} to {state.newest if state else ''}")
    if check and not up_to_date:
        raise ConfigProblem(
            f"the schema is {before or 'not there yet'}; run zenhub-sync migrate (jobs do it by themselves)"
        )
