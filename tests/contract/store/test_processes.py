"""What several processes do to one store, and what one leaves behind when it is killed."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.contract.store.child import COUNTED
from tests.contract.store.processes import children

from zenhub_sync.errors import LeaseHeld
from zenhub_sync.store.directory import fact_noted_at, note_fact
from zenhub_sync.store.engine import open_engine, reading, writing
from zenhub_sync.store.store import Store
from zenhub_sync.store.tables import metadata


def test_the_turn_of_a_process_that_was_killed_is_free_at_once(store: Store, url: str) -> None:
    with children("hold", url) as [child]:
        assert child.hear() == "holding 1"
        with pytest.raises(LeaseHeld, match=f"pid {child.process.pid} "), store.lease():
            pytest.fail("two processes hold the lease")
        child.end()
        with store.lease() as held:
            assert held.token == 2


def test_the_turn_of_a_process_that_is_only_stopped_is_not_free(store: Store, url: str) -> None:
    with children("hold", url) as [child]:
        assert child.hear() == "holding 1"
        os.kill(child.process.pid, signal.SIGSTOP)
        with pytest.raises(LeaseHeld), store.lease():
            pytest.fail("the stopped process may wake up")


def test_a_killed_process_that_nobody_has_buried_yet_is_gone(store: Store, url: str) -> None:
    """In a container the first process may never wait for its children."""
    with children("hold", url) as [child]:
        assert child.hear() == "holding 1"
        child.process.send_signal(signal.SIGKILL)
        os.waitid(os.P_PID, child.process.pid, os.WEXITED | os.WNOWAIT)  # dead, and still a zombie
        with store.lease() as held:
            assert held.token == 2


def test_two_processes_that_count_at_the_same_time_lose_nothing(store: Store, url: str) -> None:
    with store.lease() as held, children("count", url, 2) as counters:
        store.replace_domains({COUNTED: frozenset({"0"})}, held, 0.0)
        assert [counter.hear() for counter in counters] == ["ready"] * 2
        for counter in counters:
            counter.tell(f"{held.token} {held.holder}")
        assert [counter.hear() for counter in counters] == ["done"] * 2
        assert store.companies_of([COUNTED]) == {COUNTED: frozenset({"80"})}


def test_on_sqlite_even_a_write_that_reads_first_loses_nothing(tmp_path: Path) -> None:
    """Where no lease makes others wait, the transaction itself must do so from its beginning."""
    engine = open_engine(f"sqlite:///{tmp_path / 'store.db'}")
    with writing(engine) as connection:
        metadata.create_all(connection)
        note_fact(connection, "number", "0", 0.0)

    def count(_: int) -> None:
        for _ in range(40):
            with writing(engine) as connection:
                number = fact_noted_at(connection, "number") or 0.0
                note_fact(connection, "number", "", number + 1)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(count, range(2)))
    with reading(engine) as connection:
        assert fact_noted_at(connection, "number") == 80
    engine.dispose()
