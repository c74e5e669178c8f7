"""Open the store that DATABASE_URL names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from zenhub_sync.errors import ConfigProblem
from zenhub_sync.store import overview
from zenhub_sync.store.engine import open_engine, parse_url, reading
from zenhub_sync.store.migrate import SchemaState, migrate, schema_state
from zenhub_sync.store.tables import metadata

if TYPE_CHECKING:
    from zenhub_sync.store.store import Store


def open_store(url: str, holder: str | None = None) -> Store:
    """Return the store, its schema brought up to date; a SQLite file and its folder are made if missing.

    `holder` names the process in the lease; by default, this one.
    """
    from zenhub_sync.store.store import Store  # it brings all that planning knows, and a look at the store needs none

    migrate_database(url)
    return Store(open_engine(url), holder)


def open_store_to_read(url: str) -> Store:
    """Return the store as it is, for reading alone; one that was never made reads as empty."""
    from zenhub_sync.store.store import Store

    return Store(_engine_to_read(url))


def read_overview(url: str) -> overview.Overview:
    """Return the state of the store in numbers and lists; one that was never made reads as empty."""
    engine = _engine_to_read(url)
    try:
        with reading(engine) as connection:
            return overview.read(connection)
    finally:
        engine.dispose()


def _engine_to_read(url: str) -> Engine:
    if _is_not_made(url):
        return _empty_engine()
    engine = open_engine(url)
    try:
        state = schema_state(engine)
        _refuse_another_schema(state)
    except BaseException:
        engine.dispose()
        raise
    if state.current is not None:
        return engine
    engine.dispose()
    return _empty_engine()


def _empty_engine() -> Engine:
    engine = open_engine("sqlite://")
    metadata.create_all(engine)  # no history of it is needed, and Alembic takes its time to load
    return engine


def _refuse_another_schema(state: SchemaState) -> None:
    if not state.known:
        raise ConfigProblem(
            f"database schema {state.current} was made by a newer zenhub-sync than this one; run the newer version"
        )
    if state.current is not None and not state.up_to_date:
        raise ConfigProblem(
            f"database schema {state.current} is older than this program ({state.newest}); run zenhub-sync migrate"
        )


def migrate_database(url: str) -> SchemaState:
    """Bring the schema up to date and return the state found before."""
    path = file_of(url)
    if path is not None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigProblem(
                f"database folder {path.parent}: {error.strerror}; set ZENHUB_DATA_DIR or DATABASE_URL to a place "
                "that can be written"
            ) from error
    engine = open_engine(url)
    try:
        return migrate(engine)
    finally:
        engine.dispose()


def check_database(url: str) -> SchemaState | None:
    """Compare the schema with this program's; None for a SQLite file that is not there. Writes nothing."""
    if _is_not_made(url):
        return None
    engine = open_engine(url)
    try:
        return schema_state(engine)
    finally:
        engine.dispose()


def _is_not_made(url: str) -> bool:
    path = file_of(url)
    return path is not None and not path.exists()


def file_of(url: str) -> Path | None:
    """Return the file of a SQLite URL; None for any other database."""
    parsed = parse_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        return None
    return Path(parsed.database)
