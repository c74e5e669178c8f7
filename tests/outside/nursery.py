"""Real processes, started in milliseconds: one that has everything imported gives birth to the others.

Each is the program from its command line on, with an environment and files of its own, and dies alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from tests.outside.mortal import End, run_mortal  # with all that children need

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a process ended: the exit code, or minus the signal that killed it; and all that it said."""

    code: int
    out: str
    err: str


class Nursery:
    """The mother process, as its clients see it; it has one child at a time."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self._process, self._folder = process, folder

    def start(self, arguments: Sequence[str], env: Mapping[str, str], end: End | None = None) -> int:
        """Start `zenhub-sync` with these arguments and return its pid; it may have an `end` of its own making."""
        order = {
            "arguments": list(arguments),
            "env": dict(env),
            "folder": str(self._folder),
            "end": asdict(end) if end is not None else None,
        }
        return int(self._ask(json.dumps(order)))

    def wait(self) -> Ended:
        """Wait for the child that was started last."""
        code = os.waitstatus_to_exitcode(int(self._ask("wait")))
        return Ended(code=code, out=(self._folder / "out").read_text(), err=(self._folder / "err").read_text())

    def wait_until_stopped(self) -> None:
        """Wait until the child that was started last is stopped; it must not end before."""
        status = int(self._ask("wait until stopped"))
        assert os.WIFSTOPPED(status), (self._folder / "err").read_text()

    def run(self, arguments: Sequence[str], env: Mapping[str, str], end: End | None = None) -> Ended:
        self.start(arguments, env, end)
        return self.wait()

    def _ask(self, line: str) -> str:
        _pipe(self._process.stdin).write(f"{line}\n")
        _pipe(self._process.stdin).flush()
        return _pipe(self._process.stdout).readline()


@contextmanager
def nursery(folder: Path) -> Iterator[Nursery]:
    """Open a nursery whose children write into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-W", "error", "-m", "tests.outside.nursery"]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield Nursery(process, folder)
    finally:
        process.communicate(timeout=60)
    assert process.returncode == 0


def _pipe(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream


# --- the other side: the mother, and her children ----------------------------------------------------------------


def main() -> None:
    """Give birth to a child for each order, and bury it when asked to wait for it; no child outlives its mother."""
    child = 0
    for line in sys.stdin:
        if line.startswith("wait"):
            status = os.waitpid(child, os.WUNTRACED if "stopped" in line else 0)[1]
            child = child if os.WIFSTOPPED(status) else 0
            _say(status)
            continue
        child = os.fork()
        if child == 0:
            _be_born(json.loads(line))
        _say(child)
    if child:
        os.kill(child, 9)


def _be_born(order: Mapping[str, Any]) -> None:
    code = 1
    try:
        os.chdir(order["folder"])
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for descriptor, name in ((1, "out"), (2, "err")):
            os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
        os.environ.clear()
        os.environ.update(order["env"])
        code = run_mortal(order["arguments"], End(**order["end"]) if order["end"] is not None else None)
    except BaseException:  # a child must never go on as its mother
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
