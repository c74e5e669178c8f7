"""What a ticket costs in requests and bytes, as counts that no busy machine changes; times are in `benchmarks/`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from benchmarks.bounds import Quota, minimum
from benchmarks.counts import CROWD, about_tickets, allowed, empty, fewest, requests
from benchmarks.crowd import ORGANIZATIONS, USERS, rated_crowd
from benchmarks.disk import stored
from benchmarks.quota import Run, simulate
from benchmarks.stages import Stage, set_stage
from tests.stories import stage as stories

from zenhub_sync.config import Config
from zenhub_sync.jobs.import_tickets import IMPORT
from zenhub_sync.jobs.refresh_tickets import REFRESH
from zenhub_sync.sandbox.seed import seed_many
from zenhub_sync.transport.asking import in_threads

_THOUSANDS = 3
# The pipeline, the ticket properties, the list of companies and two look-ups, whatever the number of tickets.
_ONCE = 5

# Two pages of tickets with their links: one is delivered while the next is staged.
_ROOM = 4_000_000


@pytest.fixture(scope="module")
def imported() -> Iterator[Stage]:
    """Import three pages; the stage is used by the tests of this module alone."""
    with set_stage(1000 * _THOUSANDS) as stage:
        report = stage.run(IMPORT).report
        assert (report.tally.created, report.parked) == (1000 * _THOUSANDS, 0)
        assert stage.bulk.of("zendesk") <= _THOUSANDS
        assert stage.bulk.of("hubspot") <= 15 * _THOUSANDS + _ONCE
        stage.run(REFRESH)
        yield stage


def test_a_refresh_with_nothing_new_takes_three_requests_at_most_and_writes_nothing(imported: Stage) -> None:
    imported.bulk.calls.clear()
    report = imported.run(REFRESH).report
    assert (report.tally.updated, report.tally.created) == (0, 0)
    assert imported.bulk.calls.total() <= 3


@pytest.mark.parametrize("hours", [0, 6], ids=["a moment later", "at the next hour of the schedule"])
def test_open_tasks_cost_a_refresh_with_nothing_new_one_request(tmp_path: Path, hours: int) -> None:
    with open_tasks(tmp_path, 5) as stage:
        stage.refresh()
        stage.clock.advance(hours * 3600)
        requests = stage.refresh().requests
        assert (requests.zendesk, requests.hubspot) == (2, 1)


def test_once_a_day_a_refresh_asks_for_what_the_export_does_not_show(tmp_path: Path) -> None:
    with open_tasks(tmp_path, 5) as stage:
        stage.refresh()
        stage.clock.advance(24 * 3600 - 120)
        told = [stage.refresh().requests for _ in range(2)]
        assert [(each.zendesk, each.hubspot) for each in told] == [(4, 11), (2, 1)]


@contextmanager
def open_tasks(folder: Path, number: int) -> Iterator[stories.Stage]:
    """Let so many tickets be rated badly, and their tasks be made."""
    config = Config.model_validate({"hubspot": {"portal_id": 24601}})
    with stories.set_stage(f"sqlite:///{folder}/zenhub-sync.db", config) as stage:
        world = seed_many(stage.sandbox, tickets=40)
        stage.setup()
        stage.import_()
        for ticket in world.offered[:number]:
            stage.sandbox.desk.rate(ticket, points=1)
        assert stage.refresh().tally.opened == number
        yield stage


def test_a_ticket_takes_three_hundred_bytes_at_most_and_what_waits_for_delivery_a_few_pages(imported: Stage) -> None:
    """As the runs left the file: nothing was pruned, and nothing put together."""
    taken = stored(imported.database).beside(empty())
    assert taken.taken / (1000 * _THOUSANDS) <= 300
    assert taken.free <= _ROOM


def test_a_backfill_of_what_is_there_reads_and_writes_no_ticket_in_hubspot(imported: Stage) -> None:
    imported.bulk.calls.clear()
    tally = imported.backfill().report.tally
    assert (tally.read, tally.unchanged) == (1000 * _THOUSANDS, 1000 * _THOUSANDS)
    assert about_tickets(imported.bulk) == 0


def test_a_backfill_takes_hardly_more_requests_than_the_fewest_possible() -> None:
    with in_threads() as asking, set_stage(10_000, asking=asking) as stage:
        stage.backfill()
        taken = stage.bulk.of("zendesk") + stage.bulk.of("hubspot")
    least = minimum(10_000, people=int(10_000 * USERS), companies=ORGANIZATIONS)
    assert taken <= 1.05 * (least.exports + least.hubspot)


@pytest.fixture(scope="module")
def crowded() -> Iterator[Stage]:
    """Backfill page after page where three tickets share a person and ten an organization, and a quarter is rated."""
    with set_stage(CROWD, crowd=rated_crowd(CROWD)) as stage:
        tally = stage.backfill().report.tally
        assert (tally.created, tally.suppressed) == (CROWD, CROWD * 3 // 100)
        yield stage


@pytest.mark.parametrize(
    ("call", "most"),
    [
        ("/tickets/batch/upsert", 100),
        ("/tickets/batch/read", 30),  # 240 rated ones of each page, and a sample with them
        ("/objects/2026-09/contacts/batch/read", 40),
        ("/contacts/companies/batch/read", 10),
        ("GET /crm/objects/2026-09/companies", 10),
        ("/objects/2026-09/companies/batch/read", 7),  # the first page's organizations; the list tells of all others
        ("/batch/create", 20),
    ],
)
def test_where_many_customers_rate_a_backfill_takes_no_more_of_any_request(
    crowded: Stage, call: str, most: int
) -> None:
    taken = sum(number for name, number in crowded.bulk.calls.items() if name.endswith(call))
    assert 0 < taken <= most


@pytest.mark.parametrize("changed", [1, 100, 101, 1000])
def test_a_refresh_takes_what_the_changes_take_and_two_requests_more(changed: int) -> None:
    with set_stage(1000) as stage:
        stage.run(IMPORT)
        stage.run(REFRESH)
        stage.bulk.changed = changed
        taken = requests(stage)
    assert taken <= allowed(changed)
    assert taken <= fewest(changed) + 2


@pytest.mark.parametrize(("changed", "requests_at_most"), [(0, 5), (1, 8), (1000, 26), (10_000, 215)])
def test_what_a_refresh_may_take_grows_with_what_changed(changed: int, requests_at_most: int) -> None:
    assert allowed(changed) == requests_at_most


def test_no_request_is_refused_for_its_rate() -> None:
    quota = Quota(exports_a_minute=2, hubspot_in_ten_seconds=20, latency=0.5)
    outcome = simulate(Run(job="import", tickets=3000, quota=quota))
    assert outcome.refused == 0
    assert outcome.sent >= 45
