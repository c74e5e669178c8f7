"""A process that was stopped inside a write transaction keeps others out: they say who does, and it ends."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, update
from tests.contract.store.processes import Child, children

from zenhub_sync.errors import LeaseHeld
from zenhub_sync.store import leases
from zenhub_sync.store.engine import DatabaseLocked, in_transaction, open_engine, writing
from zenhub_sync.store.leases import LeaseLost
from zenhub_sync.store.migrate import migrate
from zenhub_sync.store.store import Store
from zenhub_sync.store.tables import lease

_MOMENT = 0.2


@pytest.fixture
def frozen(url: str) -> Iterator[Child]:
    """Yield a process that holds the lease and was stopped in the middle of a write."""
    with children("freeze", url) as [child]:
        assert child.hear() == "holding 1"
        os.kill(child.process.pid, signal.SIGSTOP)
        yield child


def test_the_next_one_waits_a_moment_and_says_who_is_in_the_way_since_when(engine: Engine, frozen: Child) -> None:
    said = rf"another run holds the lock: \S+ pid {frozen.process.pid} .*, for \d+ s; it is in the middle of a write"
    with pytest.raises(LeaseHeld, match=said) as caught:
        leases.acquire(engine, leases.who_am_i(), wait=_MOMENT)
    assert caught.value.exit_code == 6


def test_the_next_one_works_as_soon_as_the_frozen_one_was_ended(engine: Engine, frozen: Child) -> None:
    frozen.end()
    assert leases.acquire(engine, leases.who_am_i()).token == 2


def test_a_lock_that_is_not_ours_is_told_as_one(engine: Engine, store: Store) -> None:
    """A backup, or a person's shell: nobody holds the lease."""
    with store.lease():
        pass
    with writing(engine) as connection:
        leases.lock_row(connection)
        with pytest.raises(DatabaseLocked, match="another program keeps it locked; find out which") as caught:
            leases.acquire(engine, leases.who_am_i(), wait=_MOMENT)
    assert caught.value.exit_code == 6


def test_a_schema_that_is_up_to_date_is_found_so_while_the_database_is_locked(database_url: str) -> None:
    engine, other = open_engine(database_url), open_engine(database_url)
    migrate(engine)
    with writing(other) as connection:
        leases.lock_row(connection)
        assert migrate(engine).up_to_date
    engine.dispose()
    other.dispose()


@pytest.mark.postgres
@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
@pytest.mark.parametrize("at_commit", [False, True])
@pytest.mark.parametrize("taken_over", [False, True])
def test_postgres_ends_the_write_of_a_frozen_process_which_begins_again_when_it_wakes(
    engine: Engine, url: str, *, taken_over: bool, at_commit: bool
) -> None:
    held, pausing, tries = leases.acquire(engine, "frozen"), open_engine(url, longest_pause=_MOMENT), []

    def work(connection: Connection) -> None:
        tries.append(connection)
        leases.fence(connection, held)
        if len(tries) == 1:
            with writing(engine) as other:
                leases.lock_row(other)  # is had as soon as PostgreSQL ends this very transaction
                if taken_over:
                    other.execute(update(lease).values(token=2, holder="another"))
            if not at_commit:
                leases.fence(connection, held)

    if taken_over:
        with pytest.raises(LeaseLost):
            in_transaction(pausing, work, lambda _: None)
    else:
        in_transaction(pausing, work, lambda _: None)
    assert len(tries) == 2
    pausing.dispose()
