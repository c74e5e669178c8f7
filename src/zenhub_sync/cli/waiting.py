"""The option `--wait`, the same for every job."""

from __future__ import annotations

from typing import Any

import typer

# A backfill gives up its turn when it hears of who waits, and has delivered the few pages that it has begun.
SECONDS = 30.0


def waiting() -> Any:
    """Return the option: how long to wait while another run has the turn."""
    return typer.Option(
        SECONDS, "--wait", metavar="SECONDS", min=0, help="Wait at most so long while another run holds the lock."
    )
