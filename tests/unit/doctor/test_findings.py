"""What a visit comes to: one line a check, and the exit code of the contract."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from zenhub_sync.doctor.findings import Finding, Level, exit_code, failure, fine, made, warning, worst
from zenhub_sync.errors import ConfigProblem, ZenhubError
from zenhub_sync.transport.errors import Unauthorized, Unavailable

FINE, WARNED, FAILED = fine("a", "well"), warning("b", "soon", "look"), failure("c", "broken", "mend it")
AWAY = Finding(check="d", level=Level.FAILURE, message="no answer", away=True)


@pytest.mark.parametrize(
    ("findings", "code", "level"),
    [
        ([], 0, Level.OK),
        ([FINE], 0, Level.OK),
        ([FINE, WARNED], 0, Level.WARNING),
        ([WARNED, FAILED], 3, Level.FAILURE),
        ([AWAY], 5, Level.FAILURE),
        ([AWAY, WARNED], 5, Level.FAILURE),
        ([AWAY, FAILED], 3, Level.FAILURE),
    ],
)
def test_what_can_be_mended_here_goes_before_a_vendor_that_is_away(
    findings: list[Finding], code: int, level: Level
) -> None:
    assert (exit_code(findings), worst(findings)) == (code, level)


@pytest.mark.parametrize(
    ("problem", "message", "mend", "away"),
    [
        (ConfigProblem("the file is broken; write it again"), "the file is broken", "write it again", False),
        (Unauthorized("me: 401; check the secret", status=401), "me: 401", "check the secret", False),
        (Unavailable("me: no answer"), "me: no answer", "try again later", True),
        (RuntimeError("a customer's words"), "could not be checked: unexpected RuntimeError", "report it", False),
    ],
)
def test_an_error_of_a_check_is_a_finding_and_the_next_check_is_made(
    problem: Exception, message: str, mend: str, away: bool
) -> None:
    def broken() -> Iterator[Finding]:
        yield FINE
        raise problem

    found = [*made("x", broken), *made("y", lambda: [FINE])]

    assert [finding.check for finding in found] == ["a", "x", "a"]
    assert (found[1].level, found[1].message, found[1].away) == (Level.FAILURE, message, away)
    assert found[1].mend.startswith(mend)


def test_every_warning_and_failure_of_a_known_kind_says_what_to_do() -> None:
    assert all(finding.mend for finding in made("x", lambda: _raise(Unavailable("away"))))


def _raise(problem: ZenhubError) -> list[Finding]:
    raise problem
