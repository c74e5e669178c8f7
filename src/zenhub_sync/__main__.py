"""Run `zenhub-sync`, or `python -m zenhub_sync`."""

from __future__ import annotations

import os
import sys

from zenhub_sync import collecting


def main() -> None:
    """Run the command line and leave with its exit code."""
    collecting.while_loading()
    # Else pydantic looks through all installed distributions for plug-ins of its own; there are none for us.
    # https://docs.pydantic.dev/latest/concepts/plugins/
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

    try:
        from zenhub_sync.cli.app import run
        from zenhub_sync.telemetry import tell_of_threads
    except KeyboardInterrupt:
        sys.exit(130)  # nothing was begun

    tell_of_threads()
    try:
        sys.exit(run(sys.argv[1:]))
    finally:
        collecting.while_leaving()


if __name__ == "__main__":
    main()
