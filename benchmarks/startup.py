"""How long a person waits for `--help` and for `status`."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from tempfile import TemporaryDirectory

from benchmarks.figures import Figure

_TIMES = 5


def measure() -> Iterator[Figure]:
    """Run each command in a process of its own; the fastest of several runs is the least disturbed one."""
    for command in ("--help", "status"):
        with TemporaryDirectory(prefix="benchmark-") as room:
            seconds = min(_run(command, room) for _ in range(_TIMES))
        yield Figure(name=command, value=seconds, unit="s wall", target=0.4, note=f"fastest of {_TIMES}")


def _run(command: str, room: str) -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-m", "zenhub_sync", command], cwd=room, check=True, capture_output=True)  # noqa: S603 - ours
    return time.perf_counter() - begun
