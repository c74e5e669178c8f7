"""How far a backfill is: a bar on a terminal, a line now and then elsewhere; both on stderr."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from zenhub_sync.clock import Clock
from zenhub_sync.jobs.backfill_tickets import Step, Watch
from zenhub_sync.jobs.spans import Span

# A log collector keeps every line: one in so many seconds says enough.
_LINE_EVERY = 10.0


@contextmanager
def follow(span: Span, console: Console, clock: Clock, relog: Callable[[], None]) -> Iterator[Watch]:
    """Show the steps that the watch is told of; `relog` lets the log find stderr again, which the bar has taken."""
    console.print(
        f"backfill {span.options()}: if it is interrupted, this same command goes on", highlight=False, soft_wrap=True
    )
    pace = _Pace(clock)
    if not console.is_terminal:
        yield _Lines(console, clock, pace)
        return
    with Progress(
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[tickets]}"),
        TextColumn("{task.fields[left]}"), console=console,
    ) as progress:  # fmt: skip
        relog()
        bar = progress.add_task("reading …", total=1.0, tickets="", left="")

        def advance(step: Step) -> None:
            progress.update(
                bar,
                description=f"{step.reached:%Y-%m-%d}",
                completed=share(step),
                tickets=f"{step.read:,} tickets, {pace.rate(step):,.0f}/min",
                left=pace.left(step),
            )

        yield advance
    relog()


def share(step: Step) -> float:
    """Return the part of the span that is behind, by time: how many tickets lie ahead, Zendesk does not tell."""
    whole = (step.until - step.since).total_seconds()
    return min(1.0, max(0.0, (step.reached - step.since).total_seconds() / whole)) if whole > 0 else 1.0


class _Pace:
    """How fast it goes, measured from the first step of this call: an interrupted one began in the middle."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began = clock.monotonic()
        self._first: tuple[float, float] | None = None

    def rate(self, step: Step) -> float:
        """Return tickets a minute."""
        return 60 * step.read / max(self._clock.monotonic() - self._began, 1.0)

    def left(self, step: Step) -> str:
        """Say how long it may still take, once there is something to go by."""
        now, behind = self._clock.monotonic(), share(step)
        if self._first is None:
            self._first = (now, behind)
        since, at = self._first
        if not at < behind < 1.0 or now <= since:
            return ""
        seconds = (1.0 - behind) * (now - since) / (behind - at)
        return f"about {timedelta(seconds=round(seconds))} left"


class _Lines:
    def __init__(self, console: Console, clock: Clock, pace: _Pace) -> None:
        self._console, self._clock, self._pace = console, clock, pace
        self._next = 0.0

    def __call__(self, step: Step) -> None:
        now, behind = self._clock.monotonic(), share(step)
        if now < self._next and behind < 1.0:
            return
        self._next = now + _LINE_EVERY
        left = self._pace.left(step)
        self._console.print(
            f"backfill: {behind:.0%}, at {step.reached:%Y-%m-%d}, {step.read} tickets read, "
            f"{self._pace.rate(step):.0f}/min" + (f", {left}" if left else ""),
            highlight=False,
            soft_wrap=True,
        )
