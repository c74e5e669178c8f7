"""Where faults are known to do harm. Each is expected to fail: once it passes, its line has to go."""

from __future__ import annotations

from tests.model.faults.workshop import KnownDefect

KNOWN: tuple[KnownDefect, ...] = (
    KnownDefect(
        kind="cursor goes back",
        endpoint="export",
        why="the sweep compares a cursor only with the one just sent",
    ),
    KnownDefect(
        kind="empty page", endpoint="export", why="empty pages with ever new cursors keep the sweep busy for ever"
    ),
    KnownDefect(
        kind="cursor goes back", endpoint="owners", why="the owner list compares a cursor only with the one just sent"
    ),
    KnownDefect(
        kind="empty page", endpoint="owners", why="empty pages with ever new cursors keep the owner list busy for ever"
    ),
    KnownDefect(
        kind="401 revoked",
        endpoint="task key",
        why="a refused credential is taken for a portal without the task property, and the run goes on",
    ),
)
