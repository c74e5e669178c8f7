"""How much memory an import takes at most, for few tickets and for many.

`python -m benchmarks.memory N` imports so many, and refreshes.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.figures import Figure

_PLATEAU = "up to three pages are in memory side by side, after the first few"
_PEERS = "tap-zendesk 102, Airbyte 183, dlt 182 to 3,120"


def measure(sizes: Sequence[int]) -> Iterator[Figure]:
    """Import each number of tickets in a process of its own; the vendors' side of it is in the figure."""
    told = [_alone(size) for size in sizes]
    peaks = [each["peak"] for each in told]
    for size, peak in zip(sizes, peaks, strict=True):
        yield Figure(name=f"import of {size:,}, peak", value=peak, unit="MB", target=150, peers=_PEERS)
    growth = (peaks[-1] / peaks[0] - 1) * 100
    yield Figure(name=f"growth from {sizes[0]:,} to {sizes[-1]:,}", value=growth, unit="%", target=5, reason=_PLATEAU)
    for figure in told[-1]["refresh"]:
        yield Figure(**figure)


def _alone(tickets: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.memory", str(tickets)]
    ended = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - ours
    said: dict[str, Any] = json.loads(ended.stdout)
    return said


def _import(tickets: int) -> dict[str, Any]:
    from benchmarks.counts import refresh
    from benchmarks.stages import set_stage
    from zenhub_sync.jobs.import_tickets import IMPORT
    from zenhub_sync.jobs.refresh_tickets import REFRESH
    from zenhub_sync.transport.asking import in_threads

    with in_threads() as asking, set_stage(tickets, asking=asking) as stage:
        stage.run(IMPORT)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        stage.run(REFRESH)
        figures = [figure.document() for figure in refresh(stage)]
    for figure in figures:
        del figure["met"]
    return {"peak": peak, "refresh": figures}


if __name__ == "__main__":
    print(json.dumps(_import(int(sys.argv[1]))))  # noqa: T201 - its only output
