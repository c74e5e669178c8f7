"""A real Chromium without a window, spoken to through its debugging pipe; no driver is needed."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_PATIENCE = 90.0


@dataclass(slots=True)
class Chromium:
    """One browser with one tab. Protocol: https://chromedevtools.github.io/devtools-protocol/."""

    to_browser: int
    from_browser: int
    complaints: list[str] = field(default_factory=list)
    _session: str | None = None
    _number: int = 0
    _heard: bytes = b""

    def open(self) -> None:
        target = self.say("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.say("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Log", "Runtime"):
            self.say(f"{domain}.enable")

    def show(self, url: str, *, width: int, dark: bool) -> None:
        """Load a page as a screen of that width would."""
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        self.say("Emulation.setDeviceMetricsOverride", **size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.say("Emulation.setEmulatedMedia", features=[scheme])
        self.say("Page.navigate", url=url)
        self._until("Page.loadEventFired")

    def ask(self, expression: str) -> Any:
        """Return the value of an expression in the page."""
        return self.say("Runtime.evaluate", expression=expression, returnByValue=True)["result"]["value"]

    def picture(self) -> bytes:
        """Return the whole page as a PNG."""
        width, height = self.ask("[document.documentElement.clientWidth, document.documentElement.scrollHeight]")
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        shot = self.say("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        return base64.b64decode(shot["data"])

    def say(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self.to_browser, json.dumps(message).encode() + b"\0")
        while True:
            said = self._hear()
            if said.get("id") == self._number:
                assert "error" not in said, said
                answer: dict[str, Any] = said["result"]
                return answer

    def _until(self, event: str) -> None:
        while self._hear().get("method") != event:
            pass

    def _hear(self) -> dict[str, Any]:
        while b"\0" not in self._heard:
            more = os.read(self.from_browser, 1 << 20)
            assert more, "the browser is gone"
            self._heard += more
        first, _, self._heard = self._heard.partition(b"\0")
        said: dict[str, Any] = json.loads(first)
        if said.get("method") in {"Log.entryAdded", "Runtime.exceptionThrown"}:
            self.complaints.append(json.dumps(said["params"]))
        return said


@contextmanager
def chromium() -> Iterator[Chromium]:
    """Start the distribution's browser, and leave nothing of it behind."""
    assert PROGRAM is not None
    reads, to_browser = os.pipe()
    from_browser, writes = os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        # The pipe is at the descriptors 3 and 4; root has no sandbox of Chromium's.
        command = f'exec "$@" 3<&{reads} 4>&{writes}'
        options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--no-first-run"]
        process = subprocess.Popen(
            [
                "bash",
                "-c",
                command,
                "browser",
                PROGRAM,
                *options,
                "--disable-dev-shm-usage",
                f"--user-data-dir={folder}",
            ],
            pass_fds=(reads, writes),
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        os.close(reads)
        os.close(writes)
        watchdog = threading.Timer(_PATIENCE, process.kill)
        watchdog.start()
        browser = Chromium(to_browser, from_browser)
        try:
            browser.open()
            yield browser
        finally:
            watchdog.cancel()
            process.terminate()
            process.wait()
            os.close(to_browser)
            os.close(from_browser)
