"""Set-based writes that both databases understand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, Table

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

X = TypeVar("X")

# SQLite allows 32,766 variables a statement, PostgreSQL 65,535; an IN list this long plans well on both.
CHUNK = 500


def insert_into(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Return the INSERT of this database, which knows ON CONFLICT."""
    from sqlalchemy.dialects import postgresql, sqlite  # both together take their time to load, and reading needs none

    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def upsert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows, or overwrite those whose primary key is there."""
    if not rows:
        return
    keys = [column.name for column in table.primary_key]
    statement = insert_into(connection, table)
    overwrite = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=overwrite), list(rows))


def chunks(values: Iterable[X], size: int = CHUNK) -> Iterator[list[X]]:
    """Cut into lists of at most `size`."""
    batch: list[X] = []
    for value in values:
        batch.append(value)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
