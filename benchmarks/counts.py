"""How many requests and bytes a backfill and a refresh take: counts, the same on every machine."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from benchmarks.bounds import BATCH, PAGE, minimum
from benchmarks.bulk import Bulk
from benchmarks.crowd import ORGANIZATIONS, USERS, rated_crowd
from benchmarks.disk import Disk, stored
from benchmarks.figures import Figure
from benchmarks.stages import Stage, set_stage
from zenhub_sync.jobs.refresh_tickets import REFRESH
from zenhub_sync.transport.asking import in_threads

# A run proves who it is, and reads pipeline and ticket properties before it writes.
TOKEN, PORTAL = 1, 2
# What the n8n flow that this replaces took for 100,000 tickets: each is asked for and written, twice a day.
_FLOW = "n8n flow: ~200,000"
_REFRESH_OF_FLOW = "n8n flow: 909 to 18,182 times the minimum"
_BESIDE = "empty tables take 0.3 MB beside"
# The counted world of many customers: small enough for a test, large enough that new ones come with every page.
CROWD = 10_000
_CROWDED = "every rated ticket is looked for before it is made (3), and contacts and their companies page by page (0.9)"
_LINKS = "links are written page by page, 1,000 of each kind, though HubSpot takes 2,000; and what is read once a run"


def measure(tickets: int) -> Iterator[Figure]:
    """Backfill so many tickets, refresh with nothing new and with one in a hundred changed, and backfill again."""
    with in_threads() as asking, set_stage(tickets, asking=asking) as stage:
        yield from _backfill(stage)
        taken = stored(stage.database).beside(empty())
        yield from taken.figures("store", tickets, note=_BESIDE, peers="dlt to duckdb ~1,600 (all columns)")
        stage.run(REFRESH)
        yield from refresh(stage)
        yield from _backfill_again(stage)
    yield _crowded()


def _crowded() -> Figure:
    """Backfill where three tickets share a person and ten an organization, and a quarter of them is rated."""
    with in_threads() as asking, set_stage(CROWD, asking=asking, crowd=rated_crowd(CROWD)) as stage:
        stage.backfill()
        taken = stage.bulk.of("hubspot")
    return Figure(
        name=f"backfill of {CROWD:,}: N/3 people, N/10 organizations, 24 % rated", value=taken / CROWD * 1000,
        unit="requests/1,000 tickets", target=15, reason=_CROWDED,
    )  # fmt: skip


def refresh(stage: Stage) -> Iterator[Figure]:
    """Refresh a stage that has been refreshed before: with nothing new, then with one ticket in a hundred changed."""
    known = stage.bulk.tickets
    quiet = requests(stage)
    yield Figure(
        name=f"refresh, nothing changed, {known:,} known", value=quiet, unit="requests", target=3, peers=_FLOW,
        note="the token is one of them",
    )  # fmt: skip
    changed = stage.bulk.changed = known // 100
    told = f"{changed:,} of {known:,}"
    taken = requests(stage)
    yield Figure(
        name=f"refresh, {told} changed", value=taken, unit="requests", target=allowed(changed), peers=_FLOW,
        note="Zendesk and HubSpot together; the formula gives the target",
    )  # fmt: skip
    if known >= 100_000:
        yield Figure(name=f"the same, {told}", value=taken, unit="requests", target=39, peers=_FLOW)
    yield Figure(
        name=f"refresh, {told} changed, above the minimum", value=taken - fewest(changed), unit="requests", target=2,
        peers=_REFRESH_OF_FLOW, note="pipeline and properties",
    )  # fmt: skip


def requests(stage: Stage) -> int:
    """Refresh, and return all requests that it took, token included."""
    stage.bulk.calls.clear()
    stage.run(REFRESH)
    return stage.bulk.calls.total()


def allowed(changed: int) -> int:
    """Return how many requests a refresh may take: five, one for 1,000 changes, one for 100 of each kind needed.

    Tickets whose status changed are of two kinds: their stage is read, in case a person moved them, and written.
    """
    return 5 + ceil(changed / PAGE) + 2 * ceil(changed / BATCH)


def fewest(changed: int) -> int:
    """Return the least that a refresh can take: a token, full pages, and full batches of both kinds."""
    return TOKEN + max(1, ceil(changed / PAGE)) + 2 * ceil(changed / BATCH)


def _backfill(stage: Stage) -> Iterator[Figure]:
    tickets = stage.bulk.tickets
    stage.backfill()
    zendesk, hubspot = stage.bulk.of("zendesk"), stage.bulk.of("hubspot")
    for vendor, value, target in (("Zendesk", zendesk, 1), ("HubSpot", hubspot, 15)):
        yield Figure(
            name=f"backfill of {tickets:,}, {vendor}", value=value / tickets * 1000, unit="requests/1,000 tickets",
            target=target, peers="one create a ticket: 1,010" if vendor == "HubSpot" else "",
        )  # fmt: skip
    least = minimum(tickets, people=int(tickets * USERS), companies=ORGANIZATIONS)
    yield Figure(
        name=f"backfill of {tickets:,}, calls / minimum", value=(zendesk + hubspot) / (least.exports + least.hubspot),
        unit="ratio", target=1.05, peers="one create a ticket: 71", reason=_LINKS,
    )  # fmt: skip


def _backfill_again(stage: Stage) -> Iterator[Figure]:
    stage.bulk.changed = 0
    stage.bulk.calls.clear()
    stage.backfill()
    yield Figure(
        name="backfill where nothing needs writing, HubSpot", value=about_tickets(stage.bulk), unit="requests",
        target=0, note="reads and writes of tickets and links",
    )  # fmt: skip


def about_tickets(bulk: Bulk) -> int:
    """Return how many requests read or wrote tickets in HubSpot, or their links."""
    return sum(n for call, n in bulk.calls.items() if "/objects/" in call and "/tickets" in call) + sum(
        n for call, n in bulk.calls.items() if "/associations/" in call
    )


def empty() -> Disk:
    """Return the size of a database file without a ticket."""
    with set_stage(1) as stage:
        with stage.worker():
            pass
        return stored(stage.database)
