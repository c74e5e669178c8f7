"""Two programs on one database: one works, the other one says who does."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from pathlib import Path

import pytest
from tests.figures import LONG
from tests.model.tales import SMALL
from tests.outside.conftest import NewDatabase
from tests.outside.nursery import Ended, Nursery
from tests.outside.world import JOBS, Town, town, unharmed

from zenhub_sync.sandbox.http import Request

_HELD = 6
_ROUNDS = 100 if LONG else 10


@pytest.fixture
def programs(program: Nursery, other_program: Nursery) -> Sequence[Nursery]:
    return program, other_program


def test_of_two_that_start_at_once_one_works_and_the_other_says_who_does_since_when(
    database: str, new_database: NewDatabase, tmp_path: Path, programs: Sequence[Nursery], figure: Callable[[str], None]
) -> None:
    """The first round begins with no schema, so two migrations start at once as well."""
    with new_database(tmp_path) as url, town(SMALL, url, tmp_path) as place:
        for number in range(_ROUNDS):
            winner, loser = _race(place, programs, JOBS[number % 2])
            assert (winner.code, loser.code) == (0, _HELD), (winner.err, loser.err)
            assert re.search(r"another run holds the lock: \S+ pid \d+ .*, for \d+ s", loser.err), loser.err
            if number == 0:
                place.pass_the_day("import")
            else:
                place.sandbox.desk.edit(place.about[2], subject=f"Caso {number}")
        assert programs[0].run(["refresh"], place.env).code == 0
        assert place.account() == unharmed("SMALL")
        written = [w.values.get("subject") for w in place.sandbox.ledger.writes(action="update", kind="tickets")]
        told = [subject for subject in written if subject]
        assert sorted(told) == sorted(set(told)), "a change was written twice"
    figure(f"{database}: two programs at once: {_ROUNDS} rounds, all passed")


def test_of_two_migrations_at_once_both_end_well(
    new_database: NewDatabase, tmp_path: Path, programs: Sequence[Nursery]
) -> None:
    for number in range(_ROUNDS):
        with new_database(tmp_path / str(number)) as url, ThreadPoolExecutor(2) as pool:
            env = {"DATABASE_URL": url, "LOG_LEVEL": "WARNING", "LOG_FORMAT": "json"}
            both = [pool.submit(program.run, ["migrate"], env) for program in programs]
            assert [each.result().code for each in both] == [0, 0], [each.result().err for each in both]
            first_words = {each.result().out.split()[0] for each in both}  # "schema … is up to date", at most of one
            assert "migrated" in first_words


def _race(place: Town, programs: Sequence[Nursery], job: str) -> tuple[Ended, Ended]:
    """Start a job twice; whoever gets to Zendesk is kept waiting there until the other one has ended."""
    ended = threading.Event()

    def hold(request: Request) -> None:
        if "incremental" in request.path:
            ended.wait(60)

    place.sandbox.on_request = hold
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(program.run, [job, "--wait", "0"], place.env) for program in programs]
        first = wait(both, timeout=60, return_when=FIRST_COMPLETED).done
        ended.set()
        loser = next(iter(first))
        winner = next(each for each in both if each is not loser)
        return winner.result(), loser.result()
