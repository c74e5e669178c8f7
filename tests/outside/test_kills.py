"""SIGKILL of the installed program, on real sockets and real database files: nothing lost, nothing made twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.figures import LONG
from tests.outside.blows import Blow
from tests.outside.conftest import LANES, NewDatabase, in_lanes
from tests.outside.lives import Told, live, spread_over, undisturbed

_DAYS = 3
_KILLS_A_RUN = 12
_AT_LEAST = {"sqlite": 2_000 if LONG else 200, "postgres": 1_000 if LONG else 100}


@pytest.fixture(scope="session")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Return what a life comes to in which nothing is killed."""
    folder = tmp_path_factory.mktemp("calm")
    return live(_DAYS, f"sqlite:///{folder / 'zenhub-sync.db'}", folder, undisturbed)


def test_a_calm_life_leaves_nothing_to_wish_for(calm: Told) -> None:
    """Else the lives with kills would be held to a poor example."""
    rated_badly = range(29, 29 + 2 * _DAYS)
    assert calm.tickets == {str(number): 1 for number in range(1, 29 + 2 * _DAYS)}
    assert calm.tasks == {f"ref zenhub:escalation:{number}:1": 1 for number in rated_badly}
    assert (calm.written_again, calm.left) == (0, (0, 0))


def test_nothing_is_deleted_and_no_company_or_contact_is_made(calm: Told) -> None:
    actions = {action for action, _ in calm.deeds}
    assert actions == {"define", "create", "update", "associate"}
    assert {kind for action, kind in calm.deeds if action == "create"} == {"tickets", "tasks"}


def test_killed_over_and_over_at_every_request_it_ends_like_the_calm_one(
    database: str, new_database: NewDatabase, calm: Told, tmp_path: Path, figure: Callable[[str], None]
) -> None:
    def try_one(number: int) -> Told:
        folder = tmp_path / str(number)
        with new_database(folder) as url:
            told = live(_DAYS, url, folder, spread_over(calm.requests, _KILLS_A_RUN, seed=number))
        assert told.account == calm.account, number
        assert (told.tickets, told.tasks) == (calm.tickets, calm.tasks), number
        assert (told.written_again, told.left) == (0, (0, 0)), number
        return told

    struck: list[Blow] = []
    lives = 0
    while len(struck) < _AT_LEAST[database]:
        struck += [blow for told in in_lanes(try_one, range(lives, lives + LANES)) for blow in told.struck]
        lives += LANES

    points = len({(blow.nth, blow.moment) for blow in struck})
    figure(
        f"{database}: {len(struck)} SIGKILLs of the installed program at {points} points in {lives} lives, all passed"
    )
