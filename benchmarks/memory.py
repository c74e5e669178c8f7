"""How much memory an import takes at most, for few tickets and for many, and the service while nothing is due.

`python -m benchmarks.memory N` imports so many, and refreshes.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.figures import Figure

_PEERS = "tap-zendesk 102, Airbyte 183, dlt 182 to 3,120"


def measure(sizes: Sequence[int]) -> Iterator[Figure]:
    """Import each number of tickets in a process of its own; the vendors' side of it is in the figure."""
    told = [_alone(size) for size in sizes]
    peaks = [each["peak"] for each in told]
    for size, peak in zip(sizes, peaks, strict=True):
        yield Figure(name=f"import of {size:,}, peak", value=peak, unit="MB", target=150, peers=_PEERS)
    growth = (peaks[-1] / peaks[0] - 1) * 100
    yield Figure(name=f"growth from {sizes[0]:,} to {sizes[-1]:,}", value=growth, unit="%", target=5)
    for figure in told[-1]["refresh"]:
        yield Figure(**figure)
    yield from _idle()


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

    with set_stage(tickets) as stage:
        stage.run(IMPORT)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        stage.run(REFRESH)
        figures = [figure.document() for figure in refresh(stage)]
    for figure in figures:
        del figure["met"]
    return {"peak": peak, "refresh": figures}


def _idle() -> Iterator[Figure]:
    """Start the service twice against an empty account: the first start makes the database."""
    from zenhub_sync.sandbox.server import Sandbox

    with TemporaryDirectory(prefix="benchmark-") as room, Sandbox() as sandbox:
        for name in ("first start", "restart"):
            with _serving(sandbox.base_url, room) as pid:
                megabytes = _resident(pid)
            yield Figure(
                name=f"serve, idle after a {name}", value=megabytes, unit="MB", target=80,
                reason="it has loaded Alembic to make the database; a service that finds one stays below",
            )  # fmt: skip


@contextmanager
def _serving(base_url: str, room: str) -> Iterator[int]:
    """Run the service until it has caught up with what was due, and end it after the block."""
    from zenhub_sync.cli.sandbox_environment import environment

    given = {**os.environ, **environment(base_url), "ZENHUB_DATA_DIR": room, "ZENHUB_HTTP_PORT": "0"}
    given |= {"LOG_FORMAT": "json", "LOG_LEVEL": "INFO"}
    command = [sys.executable, "-m", "zenhub_sync", "serve"]
    with subprocess.Popen(command, env=given, cwd=room, stderr=subprocess.PIPE, text=True) as served:  # noqa: S603 - ours
        try:
            if not any("caught_up" in line for line in served.stderr or ()):
                raise RuntimeError("the service ended by itself")
            yield served.pid
        finally:
            served.terminate()


def _resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    [line] = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    print(json.dumps(_import(int(sys.argv[1]))))  # noqa: T201 - its only output
