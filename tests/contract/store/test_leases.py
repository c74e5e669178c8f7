"""One run at a time, and no write by a run that lost its turn."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, select, text, update
from tests.fakes.facts import mirror_of, write

from zenhub_sync.errors import LeaseHeld
from zenhub_sync.store import leases
from zenhub_sync.store.cursors import Cursor
from zenhub_sync.store.engine import reading, writing
from zenhub_sync.store.leases import LEASE_SECONDS, Lease, LeaseLost
from zenhub_sync.store.outbox import Settlement
from zenhub_sync.store.outbox_states import EffectState
from zenhub_sync.store.runs import Run
from zenhub_sync.store.staging import SettledBatch, StagedPage
from zenhub_sync.store.store import Store
from zenhub_sync.store.tables import lease

_ELSEWHERE = "other-host pid 1 started 5 on boot/pid:[1]"

Write = Callable[[Store, Lease], object]


def test_a_second_holder_is_told_who_has_it_since_when_and_what_to_do(engine: Engine) -> None:
    leases.acquire(engine, _ELSEWHERE)
    _shift(engine, acquired_at=-90.0)
    with pytest.raises(
        LeaseHeld, match=rf"another run holds the lock: {re.escape(_ELSEWHERE)}, for 9\d s; wait"
    ) as caught:
        leases.acquire(engine, leases.who_am_i())
    assert caught.value.exit_code == 6


def test_the_turn_is_free_again_when_it_was_given_back(store: Store) -> None:
    tokens = []
    for _ in range(3):
        with store.lease() as held:
            tokens.append(held.token)
    assert tokens == [1, 2, 3]


def test_the_turn_is_given_back_by_a_run_that_fails(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.lease():
        _ = 1 / 0
    with store.lease() as held:
        assert held.token == 2


def test_a_turn_that_was_given_back_is_good_for_no_request_of_a_thread_that_is_still_at_work(store: Store) -> None:
    with store.lease() as held:
        held.check()
    with pytest.raises(LeaseLost, match="gave its lock back"):
        held.check()


def test_a_lease_that_ran_out_is_taken_over(engine: Engine) -> None:
    old = leases.acquire(engine, _ELSEWHERE)
    _shift(engine, expires_at=-LEASE_SECONDS - 0.1)
    new = leases.acquire(engine, leases.who_am_i())
    assert new.token > old.token


@pytest.mark.parametrize(
    "holder",
    [
        "other-host pid 999999 started 5 on boot/pid:[1]",
        "somebody",
        "",
        "{host} pid 999999 started 5 on another-boot/pid:[1]",
        "{host} pid 999999 started 5 on ",
        "{host} pid 999999 started 5 on {boot} or so",
    ],
)
def test_a_holder_of_whom_nothing_is_known_counts_as_alive(engine: Engine, holder: str) -> None:
    me = leases.who_am_i().split(" ")
    named = holder.format(host=me[0], boot=me[6])
    leases.acquire(engine, named or "x y z")
    with pytest.raises(LeaseHeld):
        leases.acquire(engine, leases.who_am_i())


def test_a_process_that_is_gone_from_this_host_is_replaced_at_once(engine: Engine) -> None:
    host, _, _, _, _, _, boot = leases.who_am_i().split(" ")
    leases.acquire(engine, f"{host} pid 4194305 started 5 on {boot}")  # a pid above the system's highest
    assert leases.acquire(engine, leases.who_am_i()).token == 2


def test_a_pid_that_was_given_to_another_process_is_not_mistaken_for_the_old_one(engine: Engine) -> None:
    host, _, pid, _, _, _, boot = leases.who_am_i().split(" ")
    leases.acquire(engine, f"{host} pid {pid} started 5 on {boot}")
    assert leases.acquire(engine, leases.who_am_i()).token == 2


def _stage(store: Store, held: Lease) -> None:
    store.stage_page(
        StagedPage(mirrored=[mirror_of(2)], effects=[write(2)], cursor=Cursor(name="import", start_time=1)), held, 9.0
    )


def _settle(store: Store, held: Lease) -> None:
    store.settle_batch(SettledBatch(settlements=[Settlement(id=1, state=EffectState.PARKED)]), held, 9.0)


_ENDED = Run(run_id="r0", job="import", started_at=0.5, outcome="ok")
_WRITES: dict[str, Write] = {
    "stage a page": _stage,
    "lease a batch": lambda store, held: store.lease_batch(held, 9.0, 10),
    "settle a batch": _settle,
    "begin a run": lambda store, held: store.begin_run(Run(run_id="r", job="import", started_at=1.0), held),
    "finish a run": lambda store, held: store.finish_run(_ENDED, held),
    "unpark": lambda store, held: store.unpark(held, 9.0),
    "replace the domains": lambda store, held: store.replace_domains({"a.example": frozenset("1")}, held, 9.0),
    "note a fact": lambda store, held: store.note_fact("f", "x", held, 9.0),
}


@pytest.mark.parametrize("write_of", _WRITES)
def test_a_run_that_lost_its_turn_writes_nothing(engine: Engine, store: Store, write_of: str) -> None:
    stale = leases.acquire(engine, _ELSEWHERE)
    store.stage_page(StagedPage(mirrored=[mirror_of(1)], effects=[write(1), write(3)]), stale, 1.0)
    store.settle_batch(SettledBatch(settlements=[Settlement(id=2, state=EffectState.PARKED)]), stale, 1.0)
    store.begin_run(Run(run_id="r0", job="import", started_at=0.5), stale)
    _shift(engine, expires_at=-LEASE_SECONDS - 1)
    with store.lease() as held:
        before = _everything(engine)
        with pytest.raises(LeaseLost, match="lost its lock"):
            _WRITES[write_of](store, stale)
        assert _everything(engine) == before
        _WRITES[write_of](store, held)
        assert _everything(engine) != before


def test_a_run_that_lost_its_turn_does_not_give_back_its_successors(engine: Engine, store: Store) -> None:
    stale = leases.acquire(engine, _ELSEWHERE)
    _shift(engine, expires_at=-LEASE_SECONDS - 1)
    with store.lease() as held:
        leases.release(engine, stale)
        store.note_fact("still", "mine", held, 1.0)


def test_every_write_renews_the_lease(engine: Engine, store: Store) -> None:
    held = leases.acquire(engine, leases.who_am_i())
    _shift(engine, expires_at=-50.0)
    ends = _ends_at(engine)
    store.note_fact("f", "x", held, 1.0)
    assert _ends_at(engine) >= ends + 50


def test_the_heartbeat_renews_the_lease_while_the_run_waits(engine: Engine) -> None:
    held = leases.acquire(engine, leases.who_am_i(), seconds=1.0)
    ends, good_until = _ends_at(engine), held.good_until
    with leases.heartbeat(engine, held):
        _wait_until(lambda: _ends_at(engine) > ends + 0.2)
    assert held.good_until > good_until
    assert not _is_beating()


def test_the_heartbeat_leaves_a_successors_lease_alone_and_ends(engine: Engine) -> None:
    stale = leases.acquire(engine, _ELSEWHERE, seconds=0.04)
    _shift(engine, expires_at=-1.0)
    leases.acquire(engine, "yet another", seconds=500.0)
    ends = _ends_at(engine)
    with leases.heartbeat(engine, stale):
        _wait_until(lambda: not _is_beating())
    assert _ends_at(engine) == ends


def test_a_run_that_was_stopped_for_longer_than_its_lease_knows_it_before_it_asks(engine: Engine) -> None:
    """What must not be repeated is preceded by this question, which no database has to answer."""
    leases.acquire(engine, leases.who_am_i()).check()
    _shift(engine, expires_at=-LEASE_SECONDS - 1)
    late = leases.acquire(engine, leases.who_am_i(), seconds=0.0)
    with pytest.raises(LeaseLost, match="stopped for longer"):
        late.check()
    late.renewed(time.monotonic() + 60)
    late.check()


def test_one_of_two_that_start_at_the_same_moment_gets_the_turn(engine: Engine) -> None:
    """The second one reads the row while the first one, about to commit, has it: it must not overwrite what it read."""
    leases.release(engine, leases.acquire(engine, _ELSEWHERE))
    with ThreadPoolExecutor(1) as pool:
        with writing(engine) as connection:
            connection.execute(
                update(lease).values(token=2, holder=_ELSEWHERE, acquired_at=2e9, expires_at=4e9)  # the year 2096
            )
            second = pool.submit(leases.acquire, engine, leases.who_am_i())
            if engine.dialect.name == "postgresql":
                _wait_until(lambda: _is_anyone_waiting_for_a_lock(engine))
        with pytest.raises(LeaseHeld, match="other-host"):
            second.result(timeout=30)


def test_many_that_start_at_the_same_moment_take_turns(engine: Engine) -> None:
    """The very first lease of a database, which has no row to lock yet."""
    start = threading.Barrier(4)

    def contend(number: int) -> bool:
        start.wait()
        try:
            leases.acquire(engine, f"host-{number} pid 1 started 1 on boot")
        except LeaseHeld:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(contend, range(4))) == [False, False, False, True]


def _shift(engine: Engine, **seconds: float) -> None:
    """Let the lease look as if it had been taken, or would end, at another time."""
    with writing(engine) as connection:
        connection.execute(update(lease).values({name: lease.c[name] + by for name, by in seconds.items()}))


def _ends_at(engine: Engine) -> float:
    with reading(engine) as connection:
        return float(connection.execute(select(lease.c.expires_at)).scalar_one())


def _is_anyone_waiting_for_a_lock(engine: Engine) -> bool:
    question = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with reading(engine) as connection:
        return bool(connection.execute(question).scalar_one())


def _is_beating() -> bool:
    return any(thread.name == "lease-heartbeat" for thread in threading.enumerate())


def _wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < deadline, "it did not happen within 20 s"


def _everything(engine: Engine) -> list[object]:
    """Return all that a run writes, and whose turn it is."""
    with reading(engine) as connection:
        tables = ("tickets", "effects", "cursors", "company_domains", "facts", "runs", "unreadable")
        rows = [tuple(row) for table in tables for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY 1"))]  # noqa: S608 - names of ours
        return [*rows, connection.execute(select(lease.c.token, lease.c.holder)).one()]
