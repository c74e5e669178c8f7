"""Import so many tickets on one thread, for a profiler to look at: `pyinstrument -m benchmarks.profiled 5000`."""

from __future__ import annotations

import sys

from benchmarks.stages import set_stage
from zenhub_sync.jobs.import_tickets import IMPORT


def main(tickets: int) -> None:
    """Import them, one request after the other."""
    with set_stage(tickets) as stage:
        stage.run(IMPORT)


if __name__ == "__main__":
    main(int(sys.argv[1]))
