"""Open the database so that it keeps its promises, on SQLite and on PostgreSQL."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, OperationalError

from zenhub_sync.errors import ConfigProblem, LeaseHeld

R = TypeVar("R")

# A second process waits this long for a writer to finish; our write transactions last well under a second.
LONGEST_WAIT = 30.0
# PostgreSQL ends a write transaction whose process does nothing for so long: it was stopped, or its host is gone.
# Shorter than the lease, so that whoever takes over finds its row free; woken up, the process begins its unit again.
LONGEST_PAUSE = 30.0
# A PostgreSQL server restarts within seconds.
_PATIENCE = (0.2, 0.5, 1.0, 2.0, 5.0)
_BRIEF = 0.02
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_LOCK_NOT_AVAILABLE = "55P03"
_PAUSED_TOO_LONG = "25P03"
_FIND_IT = "find out which (`fuser` on the file; pg_stat_activity), let it end or end it, and run again"


class DatabaseLocked(LeaseHeld):
    """Another process is in the middle of a write, and stays there."""


def parse_url(url: str) -> URL:
    """Take a database URL apart."""
    try:
        return make_url(url)
    except ArgumentError as error:
        raise ConfigProblem(
            "DATABASE_URL is not a database URL; use sqlite:///path/to/file.db or postgresql+psycopg://user@host/name"
        ) from error


def open_engine(url: str, longest_pause: float = LONGEST_PAUSE) -> Engine:
    """Return an engine for a `sqlite:///…` or `postgresql+psycopg://…` URL; nothing is connected yet."""
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(url)
    return _open_postgres(parsed, longest_pause)


def _open_postgres(url: URL, longest_pause: float) -> Engine:
    # Thousands of rows are one statement (`arrays`). Where a key comes twice, and in small lists, it is the driver's
    # executemany, which pipelines (psycopg.org/psycopg3/docs/advanced/pipeline.html).
    engine = create_engine(
        url, pool_pre_ping=True, pool_size=4, connect_args={"connect_timeout": 10}, hide_parameters=True
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("writes"):
            # For this transaction alone: behind a pooler the next one of this session may be somebody else's.
            connection.exec_driver_sql(
                "SELECT set_config('lock_timeout', %s, true), "
                "set_config('idle_in_transaction_session_timeout', %s, true)",
                (_milliseconds(options["wait"]), _milliseconds(longest_pause)),
            )

    return engine


def _open_sqlite(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": LONGEST_WAIT}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        # The driver must not open transactions of its own: its implicit BEGIN is deferred, and two processes that
        # read before they write then lose an update (measured). `write` begins IMMEDIATE instead.
        connection.isolation_level = None
        # Taken by a file that is made now. A payload has more than a kilobyte: of 4 KiB pages, which are the default, a
        # commit writes twice as much.
        connection.execute("PRAGMA page_size = 8192")
        _log_ahead(connection)
        # A commit must outlive a power cut: the cursor moves with it. NORMAL may lose the last ones
        # (sqlite.org/pragma.html#pragma_synchronous), and a page has but three to wait for.
        connection.execute("PRAGMA synchronous = FULL")
        # What was delivered is erased, not only unlinked: payloads hold customers' words.
        connection.execute("PRAGMA secure_delete = ON")
        # The rest stays as SQLite has it. A larger cache_size (16, 64 MB) and mmap_size made no difference outside the
        # noise at a million tickets, for 30 to 270 MB more memory; and a disk error in mapped memory is a signal, not
        # an error (sqlite.org/mmap.html). Temporary tables are small; the log is emptied at the end of each run, so
        # that the default wal_autocheckpoint of 1,000 pages serves. auto_vacuum is off: freed pages are used again,
        # and to move pages at each deletion fragments the file (sqlite.org/pragma.html#pragma_auto_vacuum).

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {_milliseconds(options.get('wait', LONGEST_WAIT))}")
        connection.exec_driver_sql(f"BEGIN {'IMMEDIATE' if options.get('writes') else 'DEFERRED'}")

    return engine


def _log_ahead(connection: sqlite3.Connection) -> None:
    """Switch the file to a write-ahead log, once in its life.

    Two that do so at the same moment do not wait for each other, as they do in transactions (2 of 300 first starts).
    """
    until = time.monotonic() + LONGEST_WAIT
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(_BRIEF)
        else:
            return


def _milliseconds(seconds: float) -> str:
    return str(round(seconds * 1000))


@contextmanager
def writing(engine: Engine, wait: float = LONGEST_WAIT) -> Iterator[Connection]:
    """Run one write transaction: all of it, or nothing; `DatabaseLocked` if another one is in the way for longer."""
    with (
        told_plainly(engine),
        engine.connect().execution_options(writes=True, wait=wait) as connection,
        connection.begin(),
    ):
        yield connection


def in_transaction(
    engine: Engine, work: Callable[[Connection], R], sleep: Callable[[float], None], wait: float = LONGEST_WAIT
) -> R:
    """Do `work` in one write transaction; if the connection is lost on the way, do it again on a fresh one.

    Not after COMMIT was asked for: then it is not known whether it took place, and the next run looks for itself.
    Known it is of a transaction that PostgreSQL had ended before because it paused for too long.
    """
    options = {"writes": True, "wait": wait}
    with told_plainly(engine):
        for pause in _PATIENCE:
            asked_to_commit = False
            try:
                with engine.connect().execution_options(**options) as connection, connection.begin():
                    done = work(connection)
                    asked_to_commit = True
            except DBAPIError as error:
                unknown = asked_to_commit and _state(error) != _PAUSED_TOO_LONG
                if unknown or not _may_pass(error):
                    raise
                sleep(pause)
            else:
                return done
    with writing(engine, wait) as connection:
        return work(connection)


def _may_pass(error: DBAPIError) -> bool:
    """Tell whether a fresh transaction may succeed: the server went away, or the transaction met another one."""
    passing = {"40001", "40P01", "57P01", "57P02", "57P03", _PAUSED_TOO_LONG}
    lost = isinstance(error, OperationalError) and "psycopg" in type(error.orig).__module__ and _state(error) is None
    return error.connection_invalidated or lost or _state(error) in passing


def _state(error: DBAPIError) -> str | None:
    """Return PostgreSQL's code of the error; SQLite has none."""
    return getattr(error.orig, "sqlstate", None)


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
        if _is_locked(error):
            raise DatabaseLocked(f"database {_place(engine)}: another program keeps it locked; {_FIND_IT}") from error
        # Its own subclasses are about what was asked, all but one; the class itself is a file that is no database.
        if type(error) not in {DatabaseError, OperationalError} and _state(error) != _PAUSED_TOO_LONG:
            raise
        raise ConfigProblem(_explain(engine, error)) from error


def _is_locked(error: DatabaseError) -> bool:
    """Tell whether another transaction was in the way for longer than this one waits."""
    code: int = getattr(error.orig, "sqlite_errorcode", 0)
    return code & 0xFF == sqlite3.SQLITE_BUSY or _state(error) == _LOCK_NOT_AVAILABLE


def _place(engine: Engine) -> str:
    return engine.url.set(username=None, password=None, query={}).render_as_string()


def _explain(engine: Engine, error: DBAPIError) -> str:
    where = _place(engine)
    reason = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
    return f"database {where}: {reason}. Check DATABASE_URL, ZENHUB_DATA_DIR, the disk and its permissions"


def checkpoint(engine: Engine) -> None:
    """Empty SQLite's write-ahead log into the database, where deleted content is overwritten; others have none."""
    if engine.dialect.name != "sqlite":
        return
    connection = engine.raw_connection()  # not inside a transaction, where SQLite refuses it
    try:
        # Whoever is still writing will do it at its own end; one that is stopped must not stop us too.
        connection.cursor().execute("PRAGMA busy_timeout = 1000")
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.OperationalError as error:  # the disk is full: as plain a case as in any other statement
        raise OperationalError("PRAGMA wal_checkpoint", None, error) from error
    finally:
        connection.close()
