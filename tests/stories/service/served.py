"""`zenhub-sync serve` as a process of its own, heard through its log."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# No story lasts so long; a process that hangs is killed, and the test fails for want of its words.
_PATIENCE = 60.0


@dataclass(slots=True, kw_only=True)
class Served:
    """A running service; `heard` is its log so far."""

    process: subprocess.Popen[str]
    heard: list[dict[str, Any]] = field(default_factory=list)

    def hear(self, event: str, **fields: object) -> dict[str, Any]:
        """Read the log up to this event; what came before it is in `heard`."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            said = json.loads(line) if line.startswith("{") else {"event": line}
            self.heard.append(said)
            if said["event"] == event and fields.items() <= said.items():
                return said
        raise AssertionError(f"never said {event} {fields}: {self.heard}")

    def signal(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def end(self) -> int:
        """Ask it to end, and return its exit code."""
        self.signal()
        return self.ended()

    def ended(self) -> int:
        """Read the rest of its log, and return its exit code."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.heard.append(json.loads(line) if line.startswith("{") else {"event": line})
        return self.process.wait()

    def events(self, event: str) -> list[dict[str, Any]]:
        return [said for said in self.heard if said["event"] == event]


@contextmanager
def serving(folder: Path, env: Mapping[str, str]) -> Iterator[Served]:
    """Start the service in a folder, and leave nothing of it behind."""
    process = subprocess.Popen(
        [sys.executable, "-m", "zenhub_sync", "serve"],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "ZENHUB_HTTP_PORT": "0", "LOG_FORMAT": "json", **env},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    watchdog = threading.Timer(_PATIENCE, process.kill)
    watchdog.start()
    try:
        yield Served(process=process)
    finally:
        watchdog.cancel()
        process.kill()
        process.communicate()
