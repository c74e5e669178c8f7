"""Open the database so that it keeps its promises, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, OperationalError

from zenhub_sync.errors import ConfigProblem

R = TypeVar("R")

# A second process waits this long for a writer to finish; our write transactions last well under a second.
BUSY_TIMEOUT_MS = 30_000
# A PostgreSQL server restarts within seconds.
_PATIENCE = (0.2, 0.5, 1.0, 2.0, 5.0)


def parse_url(url: str) -> URL:
    """Take a database URL apart."""
    try:
        return make_url(url)
    except ArgumentError as error:
        raise ConfigProblem(
            "DATABASE_URL is not a database URL; use sqlite:///path/to/file.db or postgresql+psycopg://user@host/name"
        ) from error


def open_engine(url: str) -> Engine:
    """Return an engine for a `sqlite:///…` or `postgresql+psycopg://…` URL; nothing is connected yet."""
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(url)
    return create_engine(
        parsed, pool_pre_ping=True, pool_size=4, connect_args={"connect_timeout": 10}, hide_parameters=True
    )


def _open_sqlite(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        # The driver must not open transactions of its own: its implicit BEGIN is deferred, and two processes that
        # read before they write then lose an update (measured). `write` begins IMMEDIATE instead.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA journal_mode = WAL")
        # A commit must outlive a power cut: the cursor moves with it.
        connection.execute("PRAGMA synchronous = FULL")
        # What was delivered is erased, not only unlinked: payloads hold customers' words.
        connection.execute("PRAGMA secure_delete = ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        mode = "IMMEDIATE" if connection.get_execution_options().get("writes") else "DEFERRED"
        connection.exec_driver_sql(f"BEGIN {mode}")

    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Run one write transaction: all of it, or nothing."""
    with (
        told_plainly(engine),
        engine.connect().execution_options(writes=True) as connection,
        connection.begin(),
    ):
        yield connection


def in_transaction(engine: Engine, work: Callable[[Connection], R], sleep: Callable[[float], None]) -> R:
    """Do `work` in one write transaction; if the connection is lost on the way, do it again on a fresh one.

    Not after COMMIT was asked for: then it is not known whether it took place, and the next run looks for itself.
    """
    with told_plainly(engine):
        for wait in _PATIENCE:
            asked_to_commit = False
            try:
                with engine.connect().execution_options(writes=True) as connection, connection.begin():
                    done = work(connection)
                    asked_to_commit = True
            except OperationalError as error:
                if asked_to_commit or not _may_pass(error):
                    raise
                sleep(wait)
            else:
                return done
    with writing(engine) as connection:
        return work(connection)


def _may_pass(error: OperationalError) -> bool:
    """Tell whether a fresh transaction may succeed: the server went away, or the transaction met another one."""
    passing = {"40001", "40P01", "57P01", "57P02", "57P03"}
    lost = "psycopg" in type(error.orig).__module__ and getattr(error.orig, "sqlstate", None) is None
    return error.connection_invalidated or lost or getattr(error.orig, "sqlstate", None) in passing


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Read one consistent state."""
    with told_plainly(engine), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def told_plainly(engine: Engine) -> Iterator[None]:
    """Turn a database that cannot be used into a sentence with what to do; anything else is a bug and stays one."""
    try:
        yield
    except DatabaseError as error:
        # Its own subclasses are about what was asked, all but one; the class itself is a file that is no database.
        if type(error) not in {DatabaseError, OperationalError}:
            raise
        raise ConfigProblem(_explain(engine, error)) from error


def _explain(engine: Engine, error: DBAPIError) -> str:
    where = engine.url.set(username=None, password=None, query={}).render_as_string()
    reason = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
    return f"database {where}: {reason}. Check DATABASE_URL, ZENHUB_DATA_DIR, the disk and its permissions"


def checkpoint(engine: Engine) -> None:
    """Empty SQLite's write-ahead log into the database, where deleted content is overwritten; others have none."""
    if engine.dialect.name == "sqlite":
        connection = engine.raw_connection()  # not inside a transaction, where SQLite refuses it
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()
