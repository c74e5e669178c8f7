"""Slots on both databases: claimed once, whoever asks, and done once their run ended well."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from zenhub_sync.planning.arrivals import Arrival, Arrivals
from zenhub_sync.planning.slots import Attempt, Claim
from zenhub_sync.store import arrivals, slots
from zenhub_sync.store.engine import reading
from zenhub_sync.store.leases import Lease, LeaseLost
from zenhub_sync.store.runs import Run, last_successes, latest_of_each
from zenhub_sync.store.slots import SlotTaken
from zenhub_sync.store.store import StagedPage, Store

FIRST = Attempt(slot="2026-11-22T06:00", due_at=100.0, number=1)
CLAIMED = Claim(slot=FIRST.slot, due_at=100.0, run_id="r1", attempts=1, claimed_at=101.0)


def claims(engine: Engine) -> dict[str, Claim]:
    with reading(engine) as connection:
        return slots.every(connection)


def test_a_first_claim_is_seen_by_all(engine: Engine, store: Store, held: Lease) -> None:
    store.claim_slot("import", None, FIRST, "r1", held, 101.0)

    assert claims(engine) == {"import": CLAIMED}


def test_whoever_saw_less_does_not_claim(engine: Engine, store: Store, held: Lease) -> None:
    store.claim_slot("import", None, FIRST, "r1", held, 101.0)

    with pytest.raises(SlotTaken):
        store.claim_slot("import", None, FIRST, "r2", held, 102.0)
    assert claims(engine)["import"].run_id == "r1"


def test_a_run_that_ended_meanwhile_is_not_repeated(engine: Engine, store: Store, held: Lease) -> None:
    store.claim_slot("import", None, FIRST, "r1", held, 101.0)
    seen = claims(engine)["import"]
    store.begin_run(Run(run_id="r1", job="import", started_at=101.0), held)
    store.finish_run(
        Run(run_id="r1", job="import", started_at=101.0, finished_at=110.0, outcome="ok", exit_code=0), held
    )

    with pytest.raises(SlotTaken):
        store.claim_slot("import", seen, replace(FIRST, number=2), "r2", held, 111.0)
    assert claims(engine)["import"] == replace(CLAIMED, ended_at=110.0, outcome="ok", exit_code=0)


def test_the_next_slot_takes_the_place_of_the_last_and_jobs_do_not_mix(
    engine: Engine, store: Store, held: Lease
) -> None:
    store.claim_slot("import", None, FIRST, "r1", held, 101.0)
    store.claim_slot("refresh", None, FIRST, "r2", held, 102.0)
    following = Attempt(slot="2026-11-23T06:00", due_at=200.0, number=1)

    store.claim_slot("import", claims(engine)["import"], following, "r3", held, 201.0)

    assert {job: claim.run_id for job, claim in claims(engine).items()} == {"import": "r3", "refresh": "r2"}


def test_a_lost_lease_claims_nothing(engine: Engine, store: Store, held: Lease) -> None:
    with pytest.raises(LeaseLost):
        store.claim_slot("import", None, FIRST, "r1", replace(held, token=held.token + 1), 101.0)

    assert claims(engine) == {}


def test_a_run_keeps_why_it_ended_and_the_last_success_of_its_job_is_known(
    engine: Engine, store: Store, held: Lease
) -> None:
    well = Run(run_id="r1", job="import", started_at=1.0, finished_at=2.0, outcome="partial", exit_code=4)
    failed = Run(
        run_id="r2", job="import", started_at=3.0, finished_at=4.0, outcome="failed", exit_code=5, error="x" * 600
    )
    for run in (well, failed):
        store.begin_run(Run(run_id=run.run_id, job=run.job, started_at=run.started_at), held)
        store.finish_run(run, held)

    with reading(engine) as connection:
        assert latest_of_each(connection) == {"import": replace(failed, error="x" * 500)}
        assert last_successes(connection) == {"import": 2.0}


def test_what_comes_in_is_counted_with_the_page(engine: Engine, store: Store, held: Lease) -> None:
    first = Arrivals({(900, Arrival.TICKETS): 2, (900, Arrival.BAD_RATINGS): 1, (1800, Arrival.ESCALATIONS): 1})
    store.stage_page(StagedPage(arrivals=first), held, 2000.0)
    store.stage_page(StagedPage(arrivals=Arrivals({(900, Arrival.TICKETS): 3})), held, 2000.0)

    with reading(engine) as connection:
        assert arrivals.since(connection, 0) == first + Arrivals({(900, Arrival.TICKETS): 3})
        assert arrivals.since(connection, 901) == {(1800, Arrival.ESCALATIONS): 1}
        assert arrivals.last(connection) == 1800
