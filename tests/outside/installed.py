"""The installed program and the installed sandbox, each a process of its own, as a person starts them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any

import httpx

PROGRAM = str(Path(sys.executable).with_name("zenhub-sync"))
KILLED = -9

# The sandbox applies what it was sent before the next second; a real HubSpot is given two minutes.
_CONFIG = """
delivery: {settle: 1s}
owners: {fallback: camila.rocha@nuvemsoft.example}
"""


class Accounts:
    """A `zenhub-sync sandbox` in a process of its own, and its controls over HTTP."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = env
        self._http = httpx.Client(base_url=f"{env['ZENDESK_BASE_URL']}/_sandbox/", timeout=30)

    def close(self) -> None:
        self._http.close()

    def act(self, act: str, **body: Any) -> Any:
        """Do by hand what a customer, an agent or a CSM does."""
        return self._ask("POST", act, body).get("result")

    def seed(self, tickets: int) -> dict[str, Any]:
        """Start over with the sandbox's company, and return who is there."""
        self._ask("POST", "reset")
        return self._ask("POST", "seed", {"tickets": tickets})

    def pass_a_minute(self) -> None:
        """Let Zendesk show what just changed, and its limits be forgotten."""
        self._ask("POST", "clock", {"advance": 61})

    def ledger(self) -> list[dict[str, Any]]:
        return list(self._ask("GET", "ledger")["writes"])

    def hold(self, nth: int, kind: str, seconds: float) -> None:
        """Keep the client waiting at its nth request from now on."""
        self._ask("POST", "faults", {"kind": kind, "nth": nth, "seconds": seconds})

    def is_holding(self) -> bool:
        """Tell whether that request has come."""
        return any(fault["fired"] for fault in self._ask("GET", "faults")["faults"])

    def hold_nothing(self) -> None:
        self._ask("DELETE", "faults")

    def requests(self) -> int:
        """Return how many requests came since they were forgotten."""
        return len(self._ask("GET", "requests")["requests"])

    def forget_requests(self) -> None:
        self._ask("DELETE", "requests")

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        answer = self._http.request(method, path, json=body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


@contextmanager
def accounts(folder: Path) -> Iterator[Accounts]:
    """Start a sandbox; it is gone at the end."""
    command = [PROGRAM, "sandbox", "--port", "0", "--tickets", "28"]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    try:
        with closing(Accounts(_exported(process.stdout))) as started:
            yield started
    finally:
        process.kill()
        process.communicate()


def _exported(lines: IO[str] | None) -> dict[str, str]:
    """Read what the sandbox tells a person to type."""
    assert lines is not None
    exported = {}
    for line in lines:
        if line.startswith("export "):
            name, _, value = line.removeprefix("export ").strip().partition("=")
            exported[name] = value
        elif exported:
            return exported
    raise AssertionError("the sandbox ended before it said where it is")


class Program:
    """`zenhub-sync` with its environment, its configuration and its database."""

    def __init__(self, env: Mapping[str, str], database_url: str, folder: Path) -> None:
        (folder / "config.yaml").write_text(_CONFIG)
        self._log = folder / "program.log"
        self._env = {
            **env,
            "DATABASE_URL": database_url,
            "ZENHUB_CONFIG": str(folder / "config.yaml"),
            "LOG_LEVEL": "WARNING",
            "LOG_FORMAT": "json",
        }

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        with self._log.open("a") as log:
            return subprocess.Popen(
                [PROGRAM, *arguments],
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def run(self, *arguments: str, codes: Sequence[int] = (0,)) -> str:
        """Run a command to its end, which must be one of these, and return what it printed."""
        process = self.start(*arguments)
        out = process.communicate(timeout=120)[0]
        assert process.returncode in codes, (process.returncode, out, self._log.read_text()[-2000:])
        return out

    def status(self) -> dict[str, Any]:
        return dict(json.loads(self.run("status", "--json")))
