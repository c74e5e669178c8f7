"""What a backfill says of itself while it works."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

from rich.console import Console
from tests.fakes.clock import FakeClock

from zenhub_sync.cli.progress import follow
from zenhub_sync.jobs.backfill_tickets import Step
from zenhub_sync.jobs.spans import Span

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=100)


def step(read: int, days: int) -> Step:
    return Step(read=read, since=SINCE, reached=SINCE + timedelta(days=days), until=UNTIL)


def told(*, terminal: bool) -> str:
    shown, clock = io.StringIO(), FakeClock()
    console = Console(file=shown, force_terminal=terminal, width=100, no_color=True)
    with follow(Span(since=SINCE, until=UNTIL), console, clock, lambda: None) as watch:
        for read, days in ((1000, 20), (1500, 30), (2000, 40), (5000, 100)):
            clock.sleep(6)
            watch(step(read, days))
    return shown.getvalue()


def test_elsewhere_than_on_a_terminal_a_line_now_and_then_says_how_far_how_fast_and_how_long() -> None:
    assert told(terminal=False).splitlines() == [
        "backfill --since 2026-01-01 --until 2026-04-11: if it is interrupted, this same command goes on",
        "backfill: 20%, at 2026-01-21, 1000 tickets read, 10000/min",
        "backfill: 40%, at 2026-02-10, 2000 tickets read, 6667/min, about 0:00:36 left",
        "backfill: 100%, at 2026-04-11, 5000 tickets read, 12500/min",
    ]


def test_on_a_terminal_there_is_a_bar() -> None:
    shown = told(terminal=True)

    assert "100%" in shown
    assert "5,000 tickets, 12,500/min" in shown
    assert "━" in shown
