"""A crowd of processes on each database, that stays for all tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.model.lives import LANES, Crowd, crowd
from tests.postgres import databases


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def people(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crowd]:
    """Yield processes with a database each: all tests run once on SQLite, once on PostgreSQL."""
    if request.param == "sqlite":
        folder = tmp_path_factory.mktemp("lives")
        with crowd([f"sqlite:///{folder / f'{lane}.db'}" for lane in range(LANES)]) as started:
            yield started
    else:
        with databases(request.getfixturevalue("postgres_server"), LANES) as urls, crowd(urls) as started:
            yield started


@pytest.fixture
def database(people: Crowd, request: pytest.FixtureRequest) -> str:
    """Return the name of the database that `people` live on."""
    return str(request.node.callspec.params["people"])
