"""The installed program and the installed sandbox as processes of their own, and what the program's runs cost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import httpx

# All of the quotas are ours, in a backfill too; sandbox and program are alone with each other.
_CONFIG = """
zendesk: {rate_share: 1.0}
hubspot: {rate_share: 1.0}
backfill: {rate_share: 1.0}
"""
# With a million records some acts of the control take their time.
_PATIENCE = 600.0


class Vendors:
    """A `zenhub-sync sandbox` in a process of its own, and its controls over HTTP."""

    def __init__(self, process: subprocess.Popen[str], env: Mapping[str, str]) -> None:
        self.env = env
        self._process = process
        self._http = httpx.Client(base_url=f"{env['ZENDESK_BASE_URL']}/_sandbox/", timeout=_PATIENCE)

    def close(self) -> None:
        self._http.close()
        self._process.kill()
        self._process.communicate()

    def ask(self, method: str, path: str, **body: Any) -> Any:
        """Work a control of the sandbox."""
        answer = self._http.request(method, path, json=body or None)
        answer.raise_for_status()
        return answer.json()

    def spent(self) -> float:
        """Return the CPU seconds of the process so far (https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html)."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def peak(self) -> float:
        """Return the most memory it ever had, in MB."""
        lines = Path(f"/proc/{self._process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


@contextmanager
def vendors(tickets: int, room: Path) -> Iterator[Vendors]:
    """Start a sandbox of so many tickets; it is gone at the end."""
    command = [sys.executable, "-m", "zenhub_sync", "sandbox", "--port", "0", "--bulk", "--tickets", str(tickets)]
    process = subprocess.Popen(command, cwd=room, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ours
    try:
        started = Vendors(process, _exported(process.stdout))
    except BaseException:
        process.kill()
        process.communicate()
        raise
    try:
        yield started
    finally:
        started.close()


def _exported(lines: IO[str] | None) -> dict[str, str]:
    """Read what the sandbox tells a person to type."""
    exported: dict[str, str] = {}
    for line in lines or ():
        if line.startswith("export "):
            name, _, value = line.removeprefix("export ").strip().partition("=")
            exported[name] = value
        elif exported:
            return exported
    raise RuntimeError("the sandbox ended before it said where it is")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What one run of the program took: seconds by the clock and of CPU, the most memory in MB, and its report."""

    wall: float
    cpu: float
    memory: float
    report: Mapping[str, Any]


class Program:
    """`python -m zenhub_sync` with its environment, its configuration and its database."""

    def __init__(self, env: Mapping[str, str], room: Path) -> None:
        (room / "config.yaml").write_text(_CONFIG)
        self.database = room / "zenhub.db"
        self._room = room
        self._env = {
            "PATH": os.environ["PATH"],
            **env,
            "DATABASE_URL": f"sqlite:///{self.database}",
            "ZENHUB_CONFIG": str(room / "config.yaml"),
            "LOG_LEVEL": "WARNING",
            "LOG_FORMAT": "json",
        }

    def run(self, *arguments: str) -> Spent:
        """Run a command that has to succeed."""
        out, log = self._room / "out.json", self._room / "log.json"
        begun = time.perf_counter()
        with out.open("w") as said, log.open("w") as told:
            process = subprocess.Popen(  # noqa: S603 - ours
                [sys.executable, "-m", "zenhub_sync", *arguments, "--json"],
                cwd=self._room,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=told,
            )
        _, status, used = os.wait4(process.pid, 0)
        wall, process.returncode = time.perf_counter() - begun, os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise RuntimeError(f"{' '.join(arguments)} ended with {process.returncode}: {log.read_text()[-2000:]}")
        report = json.loads(out.read_text())
        return Spent(wall=wall, cpu=used.ru_utime + used.ru_stime, memory=used.ru_maxrss / 1024, report=report)
