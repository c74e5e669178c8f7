"""A clock on which the program's own work takes the CPU time it takes, and waiting takes none. Needs Linux' /proc."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from pathlib import Path

# How long the watching thread looks away. What it costs itself is taken off.
_GLANCE = 0.0005
_TASKS = Path("/proc/self/task")


class VirtualClock:
    """The CPU time of this process, plus the time that was skipped.

    When every thread of the process is asleep, and some of them on this clock, the earliest of those is woken at once
    and the time until then is skipped. A thread that only lacks a core is not asleep, so that a busy machine changes
    nothing; one that waits for a lock or for another thread is, so that nobody has to tell what it waits for.
    """

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._lock = threading.Lock()
        self._sleepers: list[tuple[float, int, threading.Event]] = []
        self._number = count()
        self._skipped = self._watching = self._latest = 0.0

    def now(self) -> datetime:
        return (self._start + timedelta(seconds=self.monotonic())).astimezone(UTC)

    def monotonic(self) -> float:
        with self._lock:
            return self._moment()

    def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            return
        woken = threading.Event()
        with self._lock:
            heappush(self._sleepers, (self._moment() + seconds, next(self._number), woken))
        woken.wait()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Let the time go on for the block; nobody may sleep on the clock outside of one."""
        stopped = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(stopped,), name="virtual-clock", daemon=True)
        watcher.start()
        try:
            yield
        finally:
            stopped.set()
            watcher.join()

    def _watch(self, stopped: threading.Event) -> None:
        before = time.thread_time()
        while not stopped.is_set():
            time.sleep(_GLANCE)
            if self._sleepers:
                self._wake()
            if self._sleepers and _all_asleep():
                self._skip()
            after = time.thread_time()
            self._watching += after - before
            before = after

    def _skip(self) -> None:
        with self._lock:
            self._skipped += max(0.0, self._sleepers[0][0] - self._moment())
        self._wake()

    def _wake(self) -> None:
        """Wake those whose moment has come."""
        with self._lock:
            while self._sleepers and self._sleepers[0][0] <= self._moment():
                heappop(self._sleepers)[2].set()

    def _moment(self) -> float:
        """Return the time, never an earlier one than before: what watching cost is known only afterwards."""
        self._latest = max(self._latest, time.process_time() - self._watching + self._skipped)
        return self._latest


def _all_asleep() -> bool:
    """Tell whether no thread but this one runs, wants to run, or waits for a disk.

    One that waits for the interpreter's lock sleeps too. Between two looks this thread leaves that lock alone, so that
    whoever wants it runs, and the kernel counts it.
    """
    before = _runs_of_sleepers()
    if before is None:
        return False
    time.sleep(_GLANCE)
    return _runs_of_sleepers() == before


def _runs_of_sleepers() -> dict[str, int] | None:
    """Return how often each other thread has been given a core so far; None if one is not asleep."""
    own = str(threading.get_native_id())
    runs: dict[str, int] = {}
    for task in _TASKS.iterdir():
        if task.name == own:
            continue
        with suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
            told = _told((task / "status").read_text("utf-8", "replace"))
            if not told["State"].startswith("S"):
                return None
            runs[task.name] = int(told["voluntary_ctxt_switches"]) + int(told["nonvoluntary_ctxt_switches"])
    return runs


def _told(status: str) -> dict[str, str]:
    """Read what the kernel tells of a thread: proc_pid_status(5)."""
    return {name: said.strip() for name, _, said in (line.partition(":") for line in status.splitlines())}
