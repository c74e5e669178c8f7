"""`zenhub-sync health`: is the service beside us well? For Docker's HEALTHCHECK."""

from __future__ import annotations

import typer

_PATIENCE = 8.0


def health(
    live: bool = typer.Option(False, "--live", help="Ask only whether the process works (/livez), not if all is well."),  # noqa: FBT001, FBT003
) -> None:
    """Ask the service at ZENHUB_HTTP_HOST and ZENHUB_HTTP_PORT whether it is well: exit 0 if so, else 1."""
    import os
    from http.client import HTTPConnection, HTTPException

    from zenhub_sync.settings import load_settings

    http = load_settings(os.environ).http
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(http.host, http.host)  # noqa: S104 - asked, not bound
    connection = HTTPConnection(host, http.port, timeout=_PATIENCE)
    try:
        connection.request("GET", "/livez" if live else "/readyz")
        answer = connection.getresponse()
        status, said = answer.status, answer.read(10_000).decode("utf-8", "replace").strip()
    except (OSError, HTTPException) as problem:
        status, said = 0, f"no answer from {host} port {http.port}: {type(problem).__name__}"
    finally:
        connection.close()
    typer.echo(said, err=status != 200)
    raise typer.Exit(0 if status == 200 else 1)
