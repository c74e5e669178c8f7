"""What a ticket costs in requests and bytes, as counts that no busy machine changes; times are in `benchmarks/`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from benchmarks.bulk import Bulk
from benchmarks.cost import stored_bytes
from benchmarks.stages import Stage, set_stage

from zenhub_sync.jobs.import_tickets import IMPORT
from zenhub_sync.jobs.refresh_tickets import REFRESH

_THOUSANDS = 3
# The pipeline, the ticket properties, the list of companies and two look-ups, whatever the number of tickets.
_ONCE = 5


def requests(bulk: Bulk) -> tuple[int, int]:
    """Return the requests to Zendesk and HubSpot since the last time they were asked for."""
    counted = bulk.of("zendesk"), bulk.of("hubspot")
    bulk.calls.clear()
    return counted


@pytest.fixture(scope="module")
def imported() -> Iterator[Stage]:
    """Import three pages; the stage is used by the tests of this module alone."""
    with set_stage(1000 * _THOUSANDS) as stage:
        report = stage.run(IMPORT).report
        assert (report.tally.created, report.parked) == (1000 * _THOUSANDS, 0)
        zendesk, hubspot = requests(stage.bulk)
        assert zendesk <= _THOUSANDS
        assert hubspot <= 15 * _THOUSANDS + _ONCE
        stage.run(REFRESH)
        requests(stage.bulk)
        yield stage


def test_a_refresh_with_nothing_new_takes_three_requests_at_most_and_writes_nothing(imported: Stage) -> None:
    report = imported.run(REFRESH).report
    assert (report.tally.updated, report.tally.created) == (0, 0)
    assert sum(requests(imported.bulk)) <= 3


def test_a_ticket_takes_three_hundred_bytes_at_most(imported: Stage) -> None:
    fixed = 40_960  # empty tables and indexes
    assert (stored_bytes(imported) - fixed) / (1000 * _THOUSANDS) <= 300
