"""Tell at the end how many faults were tried."""

from __future__ import annotations

from dataclasses import dataclass

import pytest


@dataclass(slots=True)
class Count:
    """Faults tried, and those after which something was wrong."""

    kinds: int = 0
    tried: int = 0
    wrong: int = 0
    most_extra: int = 0


_COUNT = pytest.StashKey[Count]()


@pytest.fixture
def count(request: pytest.FixtureRequest) -> Count:
    return request.config.stash.setdefault(_COUNT, Count())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    count = config.stash.get(_COUNT, None)
    if count is not None and count.tried:
        terminalreporter.write_line(
            f"HTTP faults: {count.kinds} kinds, {count.tried} placements tried, {count.tried - count.wrong} passed; "
            f"at most {count.most_extra} requests more than without a fault"
        )
