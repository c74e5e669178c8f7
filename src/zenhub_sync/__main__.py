"""Run `zenhub-sync`, or `python -m zenhub_sync`."""

from __future__ import annotations

import gc
import os
import sys

COLLECT_EVERY = (100_000, 20, 20)


def main() -> None:
    """Run the command line and leave with its exit code."""
    # A page of a thousand tickets makes many objects and no circles; looking for some at every turn took a fifth of the
    # time (docs/performance.md).
    gc.set_threshold(*COLLECT_EVERY)
    # Else pydantic looks through all installed distributions for plug-ins of its own; there are none for us.
    # https://docs.pydantic.dev/latest/concepts/plugins/
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

    from zenhub_sync.cli.app import run
    from zenhub_sync.telemetry import tell_of_threads

    tell_of_threads()
    try:
        sys.exit(run(sys.argv[1:]))
    finally:
        # Else Python looks through all that is loaded for circles on its way out, more than once: a quarter of the time
        # of `status`, and the process ends anyway.
        gc.freeze()


if __name__ == "__main__":
    main()
