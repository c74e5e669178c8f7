"""Run `zenhub-sync`, or `python -m zenhub_sync`."""

from __future__ import annotations

import gc
import sys

from zenhub_sync.cli.app import run
from zenhub_sync.telemetry import tell_of_threads

COLLECT_EVERY = (20_000, 20, 20)


def main() -> None:
    """Run the command line and leave with its exit code."""
    tell_of_threads()
    # A page of a thousand tickets makes many objects and no circles; looking for some at every turn took a fifth of the
    # time (docs/performance.md).
    gc.set_threshold(*COLLECT_EVERY)
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
