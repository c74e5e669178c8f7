"""Bring the schema up to date, once, however many processes start at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from zenhub_sync.errors import ConfigProblem
from zenhub_sync.store.engine import reading, writing

if TYPE_CHECKING:
    from alembic.config import Config

# The last of the migrations: no one has to load Alembic to learn that there is nothing for it to do.
NEWEST = "0002"

# Any number that no other program in the same database is likely to lock.
_ADVISORY_LOCK = 7_363_401_276


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaState:
    """`current` None: an empty database. `known` False: a newer program has been here."""

    current: str | None
    newest: str
    known: bool

    @property
    def up_to_date(self) -> bool:
        return self.current == self.newest


def schema_state(engine: Engine) -> SchemaState:
    """Compare the database with the migrations of this program; writes nothing."""
    with reading(engine) as connection:
        return _state(connection)


def migrate(engine: Engine) -> SchemaState:
    """Run the missing migrations under a lock; return the state found before. Refuse a schema from the future."""
    found = schema_state(engine)
    if found.up_to_date:
        return found  # as nearly always, and even while another process keeps the database locked
    with _alone(engine) as connection:
        before = _state(connection)
        if not before.known:
            raise ConfigProblem(
                f"database schema {before.current} was made by a newer zenhub-sync than this one (it knows "
                f"{before.newest}); run the newer version, or restore the backup from before the upgrade"
            )
        if not before.up_to_date:
            _upgrade(connection)
        return before


def _upgrade(connection: Connection) -> None:
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """Hold the migration lock: BEGIN IMMEDIATE on SQLite, a transaction's advisory lock on PostgreSQL."""
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK})
        yield connection


def _current(connection: Connection) -> str | None:
    """Return the revision that Alembic noted in the database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _state(connection: Connection) -> SchemaState:
    current = _current(connection)
    return SchemaState(current=current, newest=NEWEST, known=current in {None, NEWEST} or current in revisions())


def revisions() -> frozenset[str]:
    """Return the revisions of which there are migrations, by the names of their files: `0001_first_schema.py`."""
    return frozenset(file.name.partition("_")[0] for file in (_migrations() / "versions").glob("*_*.py"))


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_migrations()).replace("%", "%%"))
    return config


def _migrations() -> Path:
    """Find the migrations: inside the wheel, or at the top of a source checkout."""
    package = Path(__file__).resolve().parents[1]
    packed = package / "migrations"
    return packed if packed.is_dir() else package.parents[1] / "migrations"
