"""An open store on each database, and the lease under which it is written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, make_url, text

from zenhub_sync.store.engine import open_engine, writing
from zenhub_sync.store.leases import Lease
from zenhub_sync.store.store import Store
from zenhub_sync.store.tables import metadata


@pytest.fixture(scope="session")
def shared_database(postgres_server: str) -> Iterator[str]:
    """Yield the URL of one PostgreSQL database for all of these tests: to make one takes longer than most of them."""
    name = f"zenhub_store_{os.getpid()}"
    url = make_url(postgres_server).set(drivername="postgresql+psycopg", database=name)
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield url.render_as_string(hide_password=False)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Yield an engine on a database with empty tables, which are those of the migrations (`test_migrations`)."""
    url = f"sqlite:///{tmp_path / 'zenhub-sync.db'}"
    if request.param == "postgres":
        url = request.getfixturevalue("shared_database")
    engine = open_engine(url)
    with writing(engine) as connection:
        metadata.create_all(connection)
        if request.param == "postgres":
            connection.execute(text(f"TRUNCATE {', '.join(metadata.tables)} RESTART IDENTITY"))
    yield engine
    engine.dispose()


@pytest.fixture
def url(engine: Engine) -> str:
    """Return where the database is, for other processes."""
    return engine.url.render_as_string(hide_password=False)


@pytest.fixture
def store(engine: Engine) -> Store:
    return Store(engine)


@pytest.fixture
def held(store: Store) -> Iterator[Lease]:
    with store.lease() as lease:
        yield lease
