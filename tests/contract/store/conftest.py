"""An open store on each database, and the lease under which it is written."""

from __future__ import annotations

import os
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import Engine, make_url

from zenhub_sync.store.engine import open_engine, writing
from zenhub_sync.store.leases import Lease
from zenhub_sync.store.store import Store
from zenhub_sync.store.tables import metadata


@pytest.fixture(scope="session")
def shared_database(postgres_server: str) -> Iterator[str]:
    """Yield the libpq URL of one database for all of these tests: to make one takes longer than most of them."""
    name = f"zenhub_store_{os.getpid()}"
    url = make_url(postgres_server).set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield url
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgres_url(shared_database: str) -> str:
    """Return the SQLAlchemy URL of that database, emptied."""
    with psycopg.connect(shared_database, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return shared_database.replace("postgresql://", "postgresql+psycopg://", 1)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Yield an engine on a database with the newest tables, which are those of the migrations (`test_migrations`)."""
    engine = open_engine(database_url)
    with writing(engine) as connection:
        metadata.create_all(connection)
    yield engine
    engine.dispose()


@pytest.fixture
def store(engine: Engine) -> Store:
    return Store(engine)


@pytest.fixture
def held(store: Store) -> Iterator[Lease]:
    with store.lease() as lease:
        yield lease
