"""Databases for programs of their own, and lanes in which several of them are tried at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from tests.outside.nursery import Nursery, nursery
from tests.postgres import databases

from zenhub_sync.telemetry import configure_logging

X = TypeVar("X")
Y = TypeVar("Y")

LANES = os.cpu_count() or 1

NewDatabase = Callable[[Path], AbstractContextManager[str]]
"""Make a database that nobody has used, for a world with this folder."""


@pytest.fixture(autouse=True)
def quiet_log() -> None:
    configure_logging("ERROR", "json")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> str:
    """Return the name of a database; the test runs once on each."""
    return str(request.param)


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """Yield what starts programs, one at a time; it takes long enough itself to be shared."""
    with nursery(tmp_path_factory.mktemp("nursery")) as started:
        yield started


@pytest.fixture(scope="session")
def other_program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """Yield another one, for tests in which two run at once."""
    with nursery(tmp_path_factory.mktemp("nursery")) as started:
        yield started


@pytest.fixture
def new_database(database: str, request: pytest.FixtureRequest) -> NewDatabase:
    """Return what makes a database, empty and without a schema, as often as it is called."""
    if database == "sqlite":
        return _file
    server: str = request.getfixturevalue("postgres_server")

    @contextmanager
    def on_server(folder: Path) -> Iterator[str]:
        folder.mkdir(parents=True, exist_ok=True)
        with databases(server, 1) as [url]:
            yield url

    return on_server


@contextmanager
def _file(folder: Path) -> Iterator[str]:
    folder.mkdir(parents=True, exist_ok=True)
    yield f"sqlite:///{folder / 'zenhub-sync.db'}"


def in_lanes(act: Callable[[X], Y], things: Iterable[X]) -> list[Y]:
    """Act on all things, several at a time; raise what any of the acts raised."""
    with ThreadPoolExecutor(LANES) as pool:
        return list(pool.map(act, things))
