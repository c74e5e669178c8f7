"""Look at a database without changing it: what it is, how far its schema is, and whether it takes a write."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from sqlalchemy import Connection, Engine, text

from zenhub_sync.errors import ConfigProblem
from zenhub_sync.store.engine import open_engine, writing
from zenhub_sync.store.migrate import SchemaState, schema_state
from zenhub_sync.store.opening import file_of


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseState:
    """`schema` None: the database is not there yet, and the first job makes it."""

    product: str
    schema: SchemaState | None


def examine_database(url: str) -> DatabaseState:
    """Return what the database is, or raise `ConfigProblem` if it cannot be used; a write is begun and taken back."""
    path = file_of(url)
    if path is not None and not path.exists():
        _check_folder(path.parent)
        return DatabaseState(product="SQLite", schema=None)
    engine = open_engine(url)
    try:
        state = schema_state(engine)
        return DatabaseState(product=_try_to_write(engine, made=state.current is not None), schema=state)
    finally:
        engine.dispose()


def _try_to_write(engine: Engine, *, made: bool) -> str:
    with writing(engine) as connection:
        if made:
            connection.execute(text("UPDATE lease SET token = token"))
        product = _product(connection)
        connection.rollback()
        return product


def _product(connection: Connection) -> str:
    if connection.dialect.name == "postgresql":
        return f"PostgreSQL {connection.execute(text('SHOW server_version')).scalar_one()}"
    return f"SQLite {connection.execute(text('SELECT sqlite_version()')).scalar_one()}"


def _check_folder(folder: Path) -> None:
    """Raise unless the folder, or the nearest one above it, takes a new file; the one that is tried has no name."""
    nearest = next(above for above in (folder, *folder.absolute().parents) if above.exists())
    try:
        with TemporaryFile(dir=nearest):
            return
    except OSError as problem:
        raise ConfigProblem(
            f"database folder {folder}: nothing can be written in {nearest} ({problem.strerror}); set "
            "ZENHUB_DATA_DIR or DATABASE_URL to a place that can be written"
        ) from problem
