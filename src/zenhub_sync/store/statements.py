"""Set-based reads and writes that both databases understand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import (
    ARRAY,
    BindParameter,
    Column,
    ColumnElement,
    Connection,
    Delete,
    Dialect,
    Insert,
    String,
    Table,
    Update,
    any_,
    bindparam,
    cast,
    func,
    select,
)

from zenhub_sync.store.arrays import plain_array, set_based, spoken

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

X = TypeVar("X")

# SQLite allows 32,766 variables a statement, PostgreSQL 65,535; an IN list this long plans well on both.
CHUNK = 500

_IDS = "ids"

# A statement of arrays holds so many rows: a page of tickets. It is made as one text.
_AT_ONCE = 1000


def insert_into(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Return the INSERT of this database, which knows ON CONFLICT."""
    return insert_in(connection.dialect.name, table)


@cache
def insert_in(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Return the INSERT of the database that goes by this name."""
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # it takes its time to load, and is there already if it is used

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table)


def upsert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows, or overwrite those whose primary key is there."""
    if not rows:
        return
    connection.execute(_overwriting(connection.dialect.name, table, tuple(rows[0])), list(rows))


def of_row(name: str, column: Column[X]) -> BindParameter[X]:
    """Stand for the value that each row has under this name; it is of the type of this column."""
    return bindparam(name, type_=column.type)


def insert_rows(
    connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]], *, key: str | None
) -> int:
    """Insert thousands of rows, given as tuples of these columns; return how many were put.

    One whose `key` is taken is not put; without `key`, the row with the same primary key is overwritten.
    """
    statement = _inserting(connection.dialect.name, table, columns, key)
    keys = (key,) if key is not None else tuple(column.name for column in table.primary_key)
    return execute_rows(connection, statement, columns, rows, apart=keys)


def execute_rows(
    connection: Connection,
    statement: Insert | Update | Delete,
    names: tuple[str, ...],
    rows: Sequence[tuple[Any, ...]],
    *,
    apart: tuple[str, ...],
) -> int:
    """Execute a statement for thousands of rows, one after the other, and return how many rows it touched.

    The rows are tuples of its parameters, in an UPDATE or DELETE those made by `of_row`. Two rows that differ in the
    parameters `apart` must touch different rows of the table, and read no others: then PostgreSQL does a thousand of
    them in one statement with the same result. Where two do not differ, each is a statement of its own there, too.

    The values go to the driver as they are: SQLAlchemy's own way takes a dict of each row apart, name by name, at twice
    the cost of the writing itself. The statement is compiled once, so it must be one that is kept.
    """
    if not rows:
        return 0
    if connection.dialect.name == "postgresql" and _differ(rows, [names.index(name) for name in apart]):
        many = set_based(statement, names)
        return sum(_execute(connection, many.sql, many.parameters(part)) for part in chunks(rows, _AT_ONCE))
    text = _text(connection.dialect.name, statement, names)
    given = [text.arrange((*row, *text.constants)) for row in rows] if text.arrange is not None else list(rows)
    return _execute(connection, text.sql, given)


def among(dialect: str, column: Column[Any]) -> ColumnElement[bool]:
    """Tell whether the column holds one of the `ids` that are given when the statement is executed (`listed`).

    They travel as one parameter, however many they are: each element of an IN list is a parameter of its own, and
    naming it costs more than finding its row. Made for statements that are kept: SQLAlchemy's elements point at each
    other, so that one made for each use would stay, ids and all, until the garbage collector comes by.
    """
    if dialect == "postgresql":
        return column == any_(cast(bindparam(_IDS, type_=String), ARRAY(column.type)))
    values = func.json_each(bindparam(_IDS, type_=String)).table_valued("value")
    return column.in_(select(values.c.value))


def listed(connection: Connection, ids: Iterable[int]) -> dict[str, Any]:
    """Return the parameter that `among` asks for."""
    return {_IDS: plain_array(list(ids)) if connection.dialect.name == "postgresql" else json.dumps(list(ids))}


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


@cache
def _overwriting(dialect: str, table: Table, columns: tuple[str, ...]) -> Insert:
    keys = [column.name for column in table.primary_key]
    statement = insert_in(dialect, table)
    overwrite = {name: statement.excluded[name] for name in columns if name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=overwrite)


@cache
def _inserting(dialect: str, table: Table, columns: tuple[str, ...], key: str | None) -> Insert:
    if key is None:
        return _overwriting(dialect, table, columns)
    return insert_in(dialect, table).on_conflict_do_nothing(index_elements=[key])


def _differ(rows: Sequence[tuple[Any, ...]], places: Sequence[int]) -> bool:
    return len(set(map(itemgetter(*places), rows))) == len(rows)


def _execute(connection: Connection, sql: str, values: Any) -> int:
    return max(connection.exec_driver_sql(sql, values).rowcount, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """A compiled statement; `arrange` puts a row and the constants in its order, None where that is the row's own."""

    sql: str
    constants: tuple[Any, ...]
    arrange: Callable[[tuple[Any, ...]], tuple[Any, ...]] | None


@cache
def _text(dialect: str, statement: Insert | Update | Delete, names: tuple[str, ...]) -> _Text:
    columns = list(names) if isinstance(statement, Insert) else None
    compiled = statement.compile(dialect=_spoken(dialect), column_keys=columns)
    order = tuple(compiled.positiontup or ())
    fixed = tuple(dict.fromkeys(name for name in order if name not in names))
    every = (*names, *fixed)
    arrange = itemgetter(*map(every.index, order)) if order != names else None
    return _Text(sql=str(compiled), constants=tuple(compiled.params[name] for name in fixed), arrange=arrange)


def _spoken(dialect: str) -> Dialect:
    if dialect == "postgresql":
        return spoken()
    from sqlalchemy.dialects import sqlite

    return sqlite.dialect()
