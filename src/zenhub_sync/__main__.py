"""Run `zenhub-sync`, or `python -m zenhub_sync`."""

from __future__ import annotations

import sys

from zenhub_sync.cli.app import run
from zenhub_sync.telemetry import tell_of_threads


def main() -> None:
    """Run the command line and leave with its exit code."""
    tell_of_threads()
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
