"""A PostgreSQL server that goes away under the running program: it is found again, and nothing is lost."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from tests.model.tales import SMALL
from tests.outside.nursery import Nursery
from tests.outside.world import JOBS, Town, town, unharmed
from tests.postgres import OwnServer, databases, own_server

from zenhub_sync.sandbox.http import Request

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def server() -> Iterator[OwnServer]:
    if os.environ.get("TEST_POSTGRES_URL"):
        pytest.skip("a server that is not ours is not restarted")
    with own_server() as started:
        yield started


@pytest.mark.parametrize(("mode", "request_number"), [("fast", 1), ("immediate", 8), ("fast", 14), ("immediate", 18)])
def test_a_server_that_restarts_in_the_middle_of_a_run_is_found_again(
    tmp_path: Path, program: Nursery, server: OwnServer, mode: str, request_number: int
) -> None:
    requests = itertools.count(1)

    def restart(_: Request) -> None:
        if next(requests) == request_number:
            server.restart(mode)

    with databases(server.url, 1) as [url], town(SMALL, url, tmp_path) as place:
        place.sandbox.on_request = restart
        _complete(place, program)
        assert next(requests) > request_number


@pytest.mark.parametrize("request_number", [1, 9, 17, 21])
def test_connections_that_are_cut_between_transactions_are_made_again(
    tmp_path: Path, program: Nursery, postgres_server: str, request_number: int
) -> None:
    requests = itertools.count(1)

    with databases(postgres_server, 1) as [url], town(SMALL, url, tmp_path) as place:

        def cut(_: Request) -> None:
            if next(requests) == request_number:
                _terminate(url, waiting=False)

        place.sandbox.on_request = cut
        _complete(place, program)
        assert next(requests) > request_number


@pytest.mark.parametrize("table", ["lease", "tickets", "effects", "cursors", "runs"])
def test_a_connection_that_is_cut_inside_a_transaction_loses_nothing(
    tmp_path: Path, program: Nursery, postgres_server: str, table: str
) -> None:
    """We hold the table; the program waits for it within its transaction, and there its connection is cut."""
    with databases(postgres_server, 1) as [url], town(SMALL, url, tmp_path) as place, ThreadPoolExecutor(1) as pool:
        assert program.run(["migrate"], place.env).code == 0
        with psycopg.connect(_libpq(url)) as holder:
            holder.execute(sql.SQL("LOCK TABLE {} IN EXCLUSIVE MODE").format(sql.Identifier(table)))
            running = pool.submit(program.run, ["import"], place.env)
            while not _terminate(url, waiting=True):
                assert not running.done(), running.result().err
            holder.rollback()
        ended = running.result(timeout=60)
        assert ended.code == 0, ended.err
        _complete(place, program)


def _complete(place: Town, program: Nursery) -> None:
    """Play the tale to its end and find nothing lost and nothing made twice."""
    for job in JOBS:
        ended = program.run([job], place.env)
        assert ended.code == 0, ended.err
        place.pass_the_day(job)
    assert place.account() == unharmed("SMALL")


def _terminate(url: str, *, waiting: bool) -> int:
    """Cut the connections of the program, or those that wait for a lock alone; return how many."""
    with psycopg.connect(_libpq(url), autocommit=True) as connection:
        cut = connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND (NOT %s OR wait_event_type = 'Lock')",
            [waiting],
        ).fetchall()
    return len(cut)


def _libpq(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")
