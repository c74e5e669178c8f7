"""What a check comes to: a line for a person, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from zenhub_sync.errors import ZenhubError

DONE, CONFIGURATION, NOT_AVAILABLE = 0, 3, 5


class Level(StrEnum):
    """`warning`: it works today, and somebody should know; `failure`: the worker cannot do its work."""

    OK = "ok"
    WARNING = "warning"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of the doctor's report; `away` where a vendor does not answer, which nobody here can mend."""

    check: str
    level: Level
    message: str
    mend: str = ""
    away: bool = False


Check = Callable[[], Iterable[Finding]]


def fine(check: str, message: str) -> Finding:
    return Finding(check=check, level=Level.OK, message=message)


def warning(check: str, message: str, mend: str) -> Finding:
    return Finding(check=check, level=Level.WARNING, message=message, mend=mend)


def failure(check: str, message: str, mend: str) -> Finding:
    return Finding(check=check, level=Level.FAILURE, message=message, mend=mend)


def made(name: str, check: Check) -> Iterator[Finding]:
    """Make one check; an error of it is a finding like any other, so that the next check is made."""
    try:
        yield from check()
    except ZenhubError as problem:
        yield of_error(name, problem)
    except Exception as problem:  # a bug in one check must not hide what the others find
        kind = type(problem).__name__
        yield failure(name, f"could not be checked: unexpected {kind}", "report it; LOG_LEVEL=DEBUG shows more")


def of_error(check: str, problem: ZenhubError) -> Finding:
    """Split an error's text at the first semicolon: what is wrong, then what to do."""
    message, _, mend = str(problem).partition("; ")
    away = problem.exit_code == NOT_AVAILABLE
    return Finding(
        check=check,
        level=Level.FAILURE,
        message=message,
        mend=mend or ("try again later; status.zendesk.com, status.hubspot.com" if away else ""),
        away=away,
    )


def exit_code(findings: Iterable[Finding]) -> int:
    """Return the contract's code: what a person can mend here goes before a vendor that is away."""
    failures = [finding for finding in findings if finding.level is Level.FAILURE]
    if not failures:
        return DONE
    return NOT_AVAILABLE if all(finding.away for finding in failures) else CONFIGURATION


def worst(findings: Iterable[Finding]) -> Level:
    order = list(Level)
    return max((finding.level for finding in findings), key=order.index, default=Level.OK)
