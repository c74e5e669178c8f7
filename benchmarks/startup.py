"""How long a person waits for a command to begin, and what the service costs while it has nothing to do."""

from __future__ import annotations

import os
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from benchmarks.figures import Figure
from zenhub_sync.cli.sandbox_environment import environment
from zenhub_sync.sandbox.hubspot import DEFAULT_SCOPES, PortalOptions
from zenhub_sync.sandbox.seed import seed_many
from zenhub_sync.sandbox.server import Sandbox

_TIMES = 7
_IDLE = 60.0
# What a start leaves to be done (a page of HTTP, the last line of the log) is over by then.
_SETTLED = 3.0
_FASTEST = f"fastest of {_TIMES}"
# SQLAlchemy, pydantic and Typer are loaded before the first line of ours that asks the store.
_LIBRARIES = "four fifths of it is the loading of SQLAlchemy, pydantic and Typer; see the CPU on a busy machine"
_ZENHUB = (sys.executable, "-m", "zenhub_sync")


def measure() -> Iterator[Figure]:
    """Run each command in a process of its own; the fastest of several runs is the least disturbed one."""
    with TemporaryDirectory(prefix="benchmark-") as room, Sandbox(portal_options=_free()) as sandbox:
        seed_many(sandbox, tickets=30)
        env = _environment(sandbox.base_url)
        _run("setup", room, env)
        yield from _idle(room, env)
        yield _wall("--help", room, env)
        yield _wall("status", room, env)
        seconds = min(_first_request(room) for _ in range(_TIMES))
        yield Figure(name="import, to its first request", value=seconds, unit="s wall", target=1.0, note=_FASTEST)


def _wall(command: str, room: str, env: Mapping[str, str]) -> Figure:
    runs = [_run(command, room, env) for _ in range(_TIMES)]
    wall, cpu = (min(column) for column in zip(*runs, strict=True))
    note = f"{_FASTEST}; {cpu:.2f} s of CPU"
    return Figure(name=command, value=wall, unit="s wall", target=0.4, note=note, reason=_LIBRARIES)


def _run(command: str, room: str, env: Mapping[str, str]) -> tuple[float, float]:
    """Return the seconds that a command takes, by the clock and of CPU; it has to succeed."""
    begun, spent = time.perf_counter(), _spent()
    subprocess.run([*_ZENHUB, command], cwd=room, env=env, check=True, capture_output=True)  # noqa: S603 - ours
    return time.perf_counter() - begun, _spent() - spent


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _first_request(room: str) -> float:
    """Time an import until it knocks at the vendors' door, and end it there."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        env = _environment(f"http://127.0.0.1:{door.getsockname()[1]}")
        begun = time.perf_counter()
        process = subprocess.Popen([*_ZENHUB, "import"], cwd=room, env=env, stderr=subprocess.DEVNULL)  # noqa: S603 - ours
        knocking, _ = door.accept()
        seconds = time.perf_counter() - begun
        process.kill()
        process.wait()
        knocking.close()
    return seconds


def _idle(room: str, env: Mapping[str, str]) -> Iterator[Figure]:
    """Watch the service after its first start of all, which makes the database and catches up what was missed."""
    service = subprocess.Popen([*_ZENHUB, "serve"], cwd=room, env=env, stderr=subprocess.PIPE, text=True)  # noqa: S603 - ours
    try:
        _until("caught_up", service.stderr)
        time.sleep(_SETTLED)
        before, begun = _cpu(service.pid), time.perf_counter()
        time.sleep(_IDLE)
        share = (_cpu(service.pid) - before) / (time.perf_counter() - begun)
        memory = _memory(service.pid)
    finally:
        service.terminate()
        service.communicate()
    note = "after a first start: the schema made, an import and a refresh"
    yield Figure(name="serve, idle", value=memory, unit="MB", target=80, note=note)
    yield Figure(name="serve, idle", value=share * 100, unit="% CPU", target=0.1, note=f"over {_IDLE:.0f} s")


def _until(event: str, log: IO[str] | None) -> None:
    for line in log or ():
        if f'"event": "{event}"' in line:
            return
    raise RuntimeError(f"the service ended before it said {event}")


def _cpu(pid: int) -> float:
    """Return the CPU seconds of a process so far (https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def _environment(url: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "ZENHUB_HTTP_PORT": "0", "LOG_FORMAT": "json", **environment(url)}


def _free() -> PortalOptions:
    return PortalOptions(scopes=DEFAULT_SCOPES)
