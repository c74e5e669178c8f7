"""Many rows in one statement of PostgreSQL: each column travels as one array, and the statement takes them apart.

psycopg would write an array element by element in Python, which costs more than a statement for each row. So they are
written here, in the words that PostgreSQL reads (postgresql.org/docs/current/arrays.html, "Array Input and Output
Syntax").
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ARRAY,
    BindParameter,
    Boolean,
    Delete,
    Float,
    Insert,
    Integer,
    LargeBinary,
    String,
    TableValuedAlias,
    Text,
    Update,
    bindparam,
    column,
    func,
    select,
)
from sqlalchemy.sql import visitors

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
    from sqlalchemy.sql.type_api import TypeEngine

    Types = Mapping[str, TypeEngine[Any]]
    Column = Sequence[Any]

_PLACE = "place"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetBased:
    """A compiled statement for many rows; `writers` make its parameters out of the columns of those rows."""

    sql: str
    writers: tuple[Callable[[Sequence[Column]], Any], ...]

    def parameters(self, rows: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
        columns = list(zip(*rows, strict=True))
        return tuple(write(columns) for write in self.writers)


@cache
def set_based(statement: Insert | Update | Delete, names: tuple[str, ...]) -> SetBased:
    """Turn a statement for a row with these values into one for many rows."""
    types = _types(statement, names)
    compiled = _of_arrays(statement, types).compile(dialect=spoken())
    writers = {name: _column_writer(names.index(name), _writer(type_)) for name, type_ in types.items()}
    constants = {name: _constantly(value) for name, value in compiled.params.items() if name not in types}
    every = {**constants, **writers}
    return SetBased(sql=str(compiled), writers=tuple(every[name] for name in compiled.positiontup or ()))


def plain_array(values: Column) -> str:
    """Write numbers or truth values as an array: JSON's words are PostgreSQL's, and its null is NULL."""
    return "{" + json.dumps(values)[1:-1] + "}"


def spoken() -> PGDialect_psycopg:
    """Return the dialect as the driver speaks it."""
    from sqlalchemy.dialects.postgresql import psycopg  # it takes its time to load, and is there already if it is used

    return psycopg.dialect(paramstyle="format")  # type: ignore[no-untyped-call] # as SQLAlchemy has it


def _types(statement: Insert | Update | Delete, names: Sequence[str]) -> Types:
    """Return the type of each of these values that the statement asks for."""
    if isinstance(statement, Insert):
        return {name: statement.table.c[name].type for name in names}
    found = {each.key: each.type for each in visitors.iterate(statement) if isinstance(each, BindParameter)}
    return {name: found[name] for name in names if name in found}


def _of_arrays(statement: Insert | Update | Delete, types: Types) -> Insert | Update | Delete:
    rows = _rows(types)
    if isinstance(statement, Insert):
        # In their order, for the database numbers them, and what is numbered last is sent last.
        chosen = select(*(rows.c[name] for name in types)).order_by(rows.c[_PLACE])
        return statement.from_select(list(types), chosen)

    def of_the_row(element: object, **_: object) -> Any:
        return rows.c[element.key] if isinstance(element, BindParameter) and element.key in types else None

    known: Update | Delete = visitors.replacement_traverse(statement, {}, of_the_row)  # type: ignore[assignment] # as given
    return known


def _rows(types: Types) -> TableValuedAlias:
    arrays = [bindparam(name, type_=ARRAY(_element(type_))) for name, type_ in types.items()]
    columns = [column(name, type_) for name, type_ in types.items()]
    return func.unnest(*arrays).table_valued(*columns, with_ordinality=_PLACE).render_derived("given")


def _element(type_: TypeEngine[Any]) -> TypeEngine[Any]:
    """Leave the length of a text to the column it goes to; else the array is gone through twice."""
    return Text() if isinstance(type_, String) else type_


def _column_writer(place: int, write: Callable[[Column], str]) -> Callable[[Sequence[Column]], str]:
    return lambda columns: write(columns[place])


def _constantly(value: object) -> Callable[[Sequence[Column]], object]:
    return lambda _: value


def _writer(type_: TypeEngine[Any]) -> Callable[[Column], str]:
    """Return what writes values of this type, or None, as an array."""
    if isinstance(type_, Integer | Float | Boolean):
        return plain_array
    if isinstance(type_, LargeBinary):
        return _binary
    if isinstance(type_, String):
        return _texts
    raise TypeError(f"how {type_!r} is written as an array is not said in {__name__}")


def _binary(values: Column) -> str:
    return "{" + ",".join(["NULL" if value is None else f'"\\\\x{value.hex()}"' for value in values]) + "}"


def _texts(values: Column) -> str:
    return "{" + ",".join(["NULL" if value is None else f'"{_escaped(value)}"' for value in values]) + "}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
