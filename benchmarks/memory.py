"""How much memory an import takes at most, for few tickets and for many. `python -m benchmarks.memory N` does one."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Iterator, Sequence

from benchmarks.figures import Figure


def measure(sizes: Sequence[int]) -> Iterator[Figure]:
    """Import each number of tickets in a process of its own; the vendors' side of it is in the figure."""
    peaks = [_peak(size) for size in sizes]
    for size, peak in zip(sizes, peaks, strict=True):
        yield Figure(name=f"peak memory, {size:,} tickets", value=peak, unit="MB", target=150)
    growth = (peaks[-1] / peaks[0] - 1) * 100
    yield Figure(name=f"growth from {sizes[0]:,} to {sizes[-1]:,}", value=growth, unit="%", target=5)


def _peak(tickets: int) -> float:
    command = [sys.executable, "-m", "benchmarks.memory", str(tickets)]
    ended = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - ours
    return float(ended.stdout)


def _import(tickets: int) -> float:
    from benchmarks.stages import set_stage
    from zenhub_sync.jobs.import_tickets import IMPORT

    with set_stage(tickets) as stage:
        stage.run(IMPORT)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print(_import(int(sys.argv[1])))  # noqa: T201 - its only output
