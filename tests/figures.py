"""How much is tried by default and how much by hand, and the figures that are shown at the end of a run.

`ZENHUB_TESTS=long pytest tests/model tests/outside` tries everything; the default takes a fixed, evenly spread part of
it, so that a red run can be repeated and all tests together stay within minutes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TypeVar

import pytest

T = TypeVar("T")

LONG = os.environ.get("ZENHUB_TESTS") == "long"

_FIGURES = pytest.StashKey[list[str]]()


def spread(things: Sequence[T], most: int) -> list[T]:
    """Return all of the things in the long form, else at most so many of them, evenly spread."""
    if LONG or len(things) <= most:
        return list(things)
    return [things[n * len(things) // most] for n in range(most)]


@pytest.fixture
def figure(pytestconfig: pytest.Config) -> Callable[[str], None]:
    """Note a figure that is shown at the end of the run."""
    return pytestconfig.stash.setdefault(_FIGURES, []).append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Show the figures."""
    figures = config.stash.get(_FIGURES, [])
    if figures:
        terminalreporter.section("tried and passed")
        for line in sorted(figures):
            terminalreporter.line(line)
