"""The measurement of the installed program: what it says of itself is what the sandbox saw."""

from __future__ import annotations

import pytest
from benchmarks.installed import OPEN, Outcome, run

_TICKETS = 1_500
# For each page: ten batches of tickets at most, two of links, and the look-ups of its people; and once a run: pipeline,
# properties, companies.
_A_PAGE, _ONCE = 18, 6


@pytest.fixture(scope="module")
def imported() -> Outcome:
    return run(_TICKETS, OPEN)


def test_the_program_counts_what_the_sandbox_counts(imported: Outcome) -> None:
    report = imported.spent.report
    assert report["tickets"]["created"] == imported.made("create", "tickets") == _TICKETS
    token = 1
    assert report["requests"] == {"zendesk": token + imported.of("zendesk"), "hubspot": imported.of("hubspot")}


def test_two_pages_take_two_exports_and_full_batches_and_nothing_is_refused(imported: Outcome) -> None:
    assert imported.of("zendesk", "incremental") == imported.of("zendesk") == 2
    assert imported.of("hubspot") <= 2 * _A_PAGE + _ONCE
    assert imported.of("hubspot", status=429) + imported.of("zendesk", status=429) == 0


def test_every_ticket_has_its_links_and_the_process_its_figures(imported: Outcome) -> None:
    assert imported.made("associate", "tickets") > 1.8 * _TICKETS
    assert imported.spent.wall > 0 < imported.spent.cpu
    assert 30 < imported.spent.memory < 1_000
    assert imported.stored.file > imported.stored.free >= 0
