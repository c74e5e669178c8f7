"""The option `--wait`, the same for every job."""

from __future__ import annotations

from typing import Any

import typer

# A backfill gives up its turn after every page: a job that waits this long gets it.
SECONDS = 30.0


def waiting() -> Any:
    """Return the option: how long to wait while another run has the turn."""
    return typer.Option(
        SECONDS, "--wait", metavar="SECONDS", min=0, help="Wait at most so long while another run holds the lock."
    )
