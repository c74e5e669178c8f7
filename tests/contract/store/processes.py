"""Start real processes beside the test, and make sure that none outlives it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

_CHILD = Path(__file__).with_name("child.py")


class Child:
    """A process that is told and answers by lines."""

    def __init__(self, role: str, url: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", str(_CHILD), role, url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def hear(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip("\n")

    def tell(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def end(self) -> None:
        """Kill it as the kernel does, and wait until it is gone."""
        self.process.kill()
        self.process.communicate()


@contextmanager
def children(role: str, url: str, number: int = 1) -> Iterator[list[Child]]:
    """Start some processes, all at once."""
    with ExitStack() as stack:
        started = []
        for _ in range(number):
            started.append(Child(role, url))
            stack.callback(started[-1].end)
        yield started
