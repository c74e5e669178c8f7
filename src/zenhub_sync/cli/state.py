"""`zenhub-sync state`: everything the worker knows, into a file and out of it."""

from __future__ import annotations

from pathlib import Path

import typer

app = typer.Typer(help="Move the worker's state to another database.", no_args_is_help=True)

_NEW = typer.Argument(metavar="FILE", help="A new file; it may hold customers' words, so keep it safe.")
_WRITTEN = typer.Argument(metavar="FILE", help="What `state export` wrote.")
_JSON = typer.Option(False, "--json", help="Print one JSON document on stdout.")  # noqa: FBT003 - Typer's way


@app.command("export")
def export(
    file: Path = _NEW,
    as_json: bool = _JSON,  # noqa: FBT001 - Typer's way
) -> None:
    """Write the whole state into FILE, readable to this user alone, while no run is at work."""
    import os
    from contextlib import closing

    from zenhub_sync.cli.runtime import start
    from zenhub_sync.cli.waiting import SECONDS
    from zenhub_sync.clock import SystemClock
    from zenhub_sync.errors import ConfigProblem, UsageProblem
    from zenhub_sync.jobs.turns import patient_lease
    from zenhub_sync.store.opening import check_database, open_store

    url = start(accounts=False).database_url
    if check_database(url) is None:
        raise ConfigProblem("there is no database yet, so nothing to export; look at DATABASE_URL and ZENHUB_DATA_DIR")
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as problem:
        raise UsageProblem(f"{file}: {problem.strerror}; give the path of a new file") from problem
    try:
        with (
            closing(open_store(url)) as store,
            patient_lease(store, SystemClock(), SECONDS),
            os.fdopen(handle, "w", encoding="utf-8") as out,
        ):
            carried = store.export(out.write)
    except BaseException:
        file.unlink(missing_ok=True)  # half an export is none
        raise
    _tell("exported", carried.rows, file, as_json=as_json)


@app.command("import")
def import_(
    file: Path = _WRITTEN,
    as_json: bool = _JSON,  # noqa: FBT001 - Typer's way
) -> None:
    """Fill the database of DATABASE_URL, which must be empty, from FILE: all of it, or nothing."""
    from contextlib import closing

    from zenhub_sync.cli.runtime import start
    from zenhub_sync.cli.waiting import SECONDS
    from zenhub_sync.clock import SystemClock
    from zenhub_sync.errors import UsageProblem
    from zenhub_sync.jobs.turns import patient_lease
    from zenhub_sync.store.opening import open_store

    url = start(accounts=False).database_url
    try:
        source = file.open(encoding="utf-8", errors="replace")
    except OSError as problem:
        raise UsageProblem(f"{file}: {problem.strerror}; give what zenhub-sync state export wrote") from problem
    with source, closing(open_store(url)) as store, patient_lease(store, SystemClock(), SECONDS) as held:
        carried = store.import_(source, held)
    _tell("imported", carried.rows, file, as_json=as_json)


def _tell(done: str, rows: object, file: Path, *, as_json: bool) -> None:
    import json

    if as_json:
        typer.echo(json.dumps({done: rows, "file": str(file)}))
        return
    counts = {name: count for name, count in rows.items() if count} if isinstance(rows, dict) else {}
    told = ", ".join(f"{count} {name}" for name, count in counts.items()) or "nothing"
    typer.echo(f"{done} {told}")
