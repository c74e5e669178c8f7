"""Where a SIGKILL from outside hits: at a request that is counted by the sandbox, or moments after it."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from enum import StrEnum

from tests.outside.installed import KILLED, Accounts, Program

_GLANCE = 0.01
# Longer than it takes to notice that the request has come, and shorter than the settle time and the next start.
_LATE = 0.3
_UNTIL_KILLED = 5.0


class Moment(StrEnum):
    """When the program dies, as the server sees it."""

    APPLIED = "the server has done what it was asked, the answer is not sent yet"
    LATE = "the server has the request, and does it only after the death"
    AFTER = "the program has the answer, and is about to commit or to ask for more"


@dataclass(frozen=True, slots=True, kw_only=True)
class Blow:
    """A SIGKILL at the program's nth request; `later` is how many seconds after its answer, if it has one."""

    nth: int
    moment: Moment
    later: float = 0.0


def strike(accounts: Accounts, program: Program, job: str, blow: Blow) -> int:
    """Run the job and kill it there; return its exit code, which is its own if it ended before."""
    kind, seconds = {
        Moment.APPLIED: ("hang_after", _UNTIL_KILLED),
        Moment.LATE: ("hang_before", _LATE),
        Moment.AFTER: ("hang_after", 0.0),
    }[blow.moment]
    accounts.hold(blow.nth, kind, seconds)
    process = program.start(job)
    try:
        while process.poll() is None and not accounts.is_holding():
            _ended_within(_GLANCE, process)
        if not _ended_within(blow.later, process):
            process.kill()
        process.communicate(timeout=60)
    finally:
        accounts.hold_nothing()
    assert process.returncode is not None
    return process.returncode


def was_hit(code: int) -> bool:
    return code == KILLED


def _ended_within(seconds: float, process: subprocess.Popen[str]) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True
