"""What is asked in every run, and at every look of the service, costs what changed: no plan reads a table to its end.

Those that do are named here, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from benchmarks.populating import populate
from sqlalchemy import Engine, text
from tests.contract.store.query_plans import overheard, scans
from tests.fakes.facts import escalation, link, mirror_of, write
from tests.postgres import databases

from zenhub_sync.store import standing
from zenhub_sync.store.engine import open_engine, reading, writing
from zenhub_sync.store.leases import Lease
from zenhub_sync.store.matching import Survivor
from zenhub_sync.store.migrate import migrate
from zenhub_sync.store.mirror import Confirmation
from zenhub_sync.store.outbox import Settlement
from zenhub_sync.store.outbox_states import EffectState
from zenhub_sync.store.pruning import Retention
from zenhub_sync.store.staging import SettledBatch, StagedPage
from zenhub_sync.store.store import Store

_TICKETS = 20_000
_NOW = 1_795_000_000
_ASKED = range(5_000, 6_000)
_COMPANY_OF_FEW = "500000017"

Ask = Callable[[Store, Lease], object]


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Yield a migrated database as it is after many tickets, with some effects that wait."""
    with ExitStack() as stack:
        url = f"sqlite:///{tmp_path_factory.mktemp('plans') / 'zenhub-sync.db'}"
        if request.param == "postgres":
            (url,) = stack.enter_context(databases(request.getfixturevalue("postgres_server"), 1))
        engine = open_engine(url)
        stack.callback(engine.dispose)
        migrate(engine)
        with writing(engine) as connection:
            populate(connection, _TICKETS, _NOW)
        store = Store(engine)
        with store.lease() as held:
            waiting = [write(number, 9) for number in range(1, 50)] + [escalation(number) for number in range(1, 5)]
            store.stage_page(StagedPage(effects=waiting), held, _NOW)
        if request.param == "postgres":
            _vacuum(engine)
        yield engine


def _vacuum(engine: Engine) -> None:
    """Do what PostgreSQL's autovacuum does: the planner goes by what it counted."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _look(store: Store, _: Lease) -> object:
    with reading(store._engine) as connection:
        return standing.read(connection, _NOW - 31 * 86_400)


def _settle(store: Store, held: Lease) -> None:
    leased = store.lease_batch(held, _NOW, 100)
    confirmed = [Confirmation(zendesk_id=each.effect.zendesk_id, delivered_revision=9) for each in leased]
    back = [
        Settlement(id=each.id, state=EffectState.PENDING, due_at=_NOW) for each in leased if each.state == "pending"
    ]
    store.settle_batch(SettledBatch(settlements=back, confirmations=confirmed), held, _NOW)


def _deliver(store: Store, held: Lease) -> None:
    """Settle what nobody sends: it is asked for, and stays."""
    ended = [Settlement(id=number, state=EffectState.DONE) for number in range(5_000, 6_000)]
    with pytest.raises(RuntimeError, match="may not become done"):
        store.settle_batch(SettledBatch(settlements=ended), held, _NOW)


ASKED_OFTEN: dict[str, Ask] = {
    "the tickets of a page": lambda store, _: store.known(_ASKED),
    "the links of a page": lambda store, _: store.links(range(1, 100), range(1, 1_000)),
    "what a page changes": lambda store, held: store.stage_page(
        StagedPage(
            mirrored=[mirror_of(number, requester_id=number) for number in range(1, 100)],
            effects=[write(1, 10), link(2, 10)],
            read=list(_ASKED),
        ),
        held,
        _NOW,
    ),
    "what is due": _settle,
    "what was delivered": _deliver,
    "when something is due": lambda store, _: store.next_due(),
    "how much waits": lambda store, _: store.live_count(),
    "what was being sent": lambda store, _: store.interrupted(),
    "what is parked": lambda store, _: store.parked_count(),
    "what may be tried again": lambda store, held: store.unpark(held, _NOW),
    "what may be tried again of some tickets": lambda store, held: store.unpark(held, _NOW, [1, 2, 3]),
    "open escalations": lambda store, _: store.escalated(),
    "tickets to be made again": lambda store, _: store.lost(),
    "tickets that lose their HubSpot ticket": lambda store, held: store.settle_batch(
        SettledBatch(lost=[77, 78]), held, _NOW
    ),
    "tickets of a person": lambda store, _: store.tickets_of(77),
    "tickets of an organization": lambda store, _: store.matching.tickets_of_organization(77),
    "who is led elsewhere": lambda store, _: store.matching.moved(500, _NOW + 1.0),
    "escalations that wait for a company": lambda store, _: store.matching.waiting_unmatched(),
    "a company's history": lambda store, _: store.history(
        mirror_of(1, company_id=_COMPANY_OF_FEW, organization_id=17), _NOW
    ),
    "an organization's history": lambda store, _: store.history(mirror_of(1, organization_id=17), _NOW),
    "all of one ticket": lambda store, _: store.record_of(1_001),
    "what is old": lambda store, held: store.prune(held, Retention(), _NOW - 3_650 * 86_400, 5_000),
    "the last runs": lambda store, _: store.last_runs(20, "import"),
}
SCANNED: dict[str, tuple[Ask, frozenset[str], str]] = {
    "how many are known": (
        lambda store, _: store.known_count(),
        frozenset({"tickets"}),
        "both databases count by reading an index: 7 ms for a million tickets on SQLite, once in a run",
    ),
    "who has nobody": (
        lambda store, _: store.matching.unmatched(2_000),
        frozenset({"organizations", "requesters"}),
        "those who were asked for longest ago come first, until there are enough",
    ),
    "the service's look": (
        _look,
        frozenset({"tickets", "runs"}),
        "the number of tickets, and the newest run of each job",
    ),
    "survivors of a merge": (
        lambda store, held: store.settle_batch(
            SettledBatch(survivors=[Survivor(kind="contacts", merged="1", into="2")]), held, _NOW
        ),
        frozenset({"tickets", "requesters", "organizations"}),
        "somebody merged records in HubSpot: seldom, and one statement for all of a batch",
    ),
    "what match list shows": (
        lambda store, _: store.matching.unmatched_organizations(),
        frozenset({"tickets"}),
        "a person asks for it, and waits a tenth of a second at a million tickets",
    ),
}


def _scanned(engine: Engine, ask: Ask) -> set[str]:
    store = Store(engine)
    with store.lease() as held, overheard(engine) as said:
        ask(store, held)
        heard = list(said)
    assert heard
    with reading(engine) as connection:
        return scans(connection, heard)


@pytest.mark.parametrize("ask", ASKED_OFTEN.values(), ids=ASKED_OFTEN)
def test_no_plan_reads_a_whole_table(engine: Engine, ask: Ask) -> None:
    assert _scanned(engine, ask) == set()


@pytest.mark.parametrize(("ask", "tables", "why"), SCANNED.values(), ids=SCANNED)
def test_a_plan_that_reads_a_whole_table_is_known_and_has_its_reason(
    engine: Engine, ask: Ask, tables: frozenset[str], why: str
) -> None:
    assert _scanned(engine, ask) <= tables, why


def test_a_scan_is_seen_where_there_is_one(engine: Engine) -> None:
    with overheard(engine) as said, reading(engine) as connection:
        connection.execute(text("SELECT revision FROM tickets WHERE revision > 5"))
        assert scans(connection, list(said)) == {"tickets"}
