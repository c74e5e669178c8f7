"""Carry the whole state from one database to another, of the same kind or not: one JSON document a line.

The first line says what follows, the last that nothing is missing. What waits for delivery goes along with its texts.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, LargeBinary, Table, func, select, text
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, StatementError

from zenhub_sync.errors import ConfigProblem
from zenhub_sync.store.engine import reading, writing
from zenhub_sync.store.leases import Lease, fence
from zenhub_sync.store.migrate import schema_state
from zenhub_sync.store.tables import effects, lease, metadata

_FORMAT = "zenhub-sync state 1"
_AT_ONCE = 1000
# Who has the turn is a matter of each database.
_TABLES = {table.name: table for table in metadata.sorted_tables if table is not lease}
_BROKEN = "the file is not a whole export of zenhub-sync state export"


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """How many rows of each table were carried."""

    rows: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.rows.values())


def export_state(engine: Engine, write: Callable[[str], object]) -> Carried:
    """Write every row, a line each; hold the lease meanwhile, so that nothing moves."""
    rows: dict[str, int] = {}
    with reading(engine) as connection:
        write(_line({"format": _FORMAT, "schema": schema_state(engine).current}))
        for name, table in _TABLES.items():
            rows[name] = 0
            for row in connection.execution_options(yield_per=_AT_ONCE).execute(select(table)):
                write(_line({"table": name, "row": _encoded(table, row._mapping)}))
                rows[name] += 1
        write(_line({"end": rows}))
    return Carried(rows=rows)


def import_state(engine: Engine, lines: Iterable[str], held: Lease) -> Carried:
    """Fill an empty database, in one transaction: all of it, or nothing if a line is missing or wrong."""
    rest = iter(lines)
    _check_head(_document(next(rest, "")), engine)
    rows = dict.fromkeys(_TABLES, 0)
    try:
        with writing(engine) as connection:
            _check_empty(connection)
            for table, batch in _batches(_rows(rest, rows)):
                connection.execute(table.insert(), batch)
            _continue_numbers(connection)
            fence(connection, held)
    except (IntegrityError, DataError, StatementError, ValueError, TypeError) as problem:
        if isinstance(problem, OperationalError):
            raise
        raise ConfigProblem(f"{_BROKEN}: it holds a value that no row can have; nothing was imported") from problem
    return Carried(rows=rows)


def _check_head(head: Mapping[str, Any], engine: Engine) -> None:
    if head.get("format") != _FORMAT:
        raise ConfigProblem(f"{_BROKEN}; give the file that it wrote")
    current = schema_state(engine).current
    if head.get("schema") != current:
        raise ConfigProblem(
            f"the export is of schema {head.get('schema')}, this program has {current}; export and import with one and "
            "the same version of zenhub-sync, and upgrade afterwards"
        )


def _check_empty(connection: Connection) -> None:
    full = [
        name for name, table in _TABLES.items() if connection.execute(select(func.count()).select_from(table)).scalar()
    ]
    if full:
        raise ConfigProblem(
            f"the database is not empty ({', '.join(full)}); state import wants a new one, so that nothing is "
            "mixed or lost"
        )


def _rows(lines: Iterator[str], counted: dict[str, int]) -> Iterator[tuple[Table, dict[str, Any]]]:
    """Yield each row with its table; raise unless the last line agrees with what was seen."""
    for line in lines:
        document = _document(line)
        if "end" in document:
            if document["end"] != counted or next(lines, "").strip():
                raise ConfigProblem(f"{_BROKEN}: its last line does not agree with what stands before")
            return
        table = _TABLES.get(str(document.get("table")))
        row = document.get("row")
        if table is None or not isinstance(row, dict) or set(row) != set(table.columns.keys()):
            raise ConfigProblem(f"{_BROKEN}: it holds a row that this program does not know")
        counted[table.name] += 1
        yield table, _decoded(table, row)
    raise ConfigProblem(f"{_BROKEN}: it ends too early; nothing was imported")


def _batches(rows: Iterable[tuple[Table, dict[str, Any]]]) -> Iterator[tuple[Table, list[dict[str, Any]]]]:
    waiting: list[dict[str, Any]] = []
    before: Table | None = None
    for table, row in rows:
        if before is not None and (table is not before or len(waiting) == _AT_ONCE):
            yield before, waiting
            waiting = []
        before = table
        waiting.append(row)
    if before is not None:
        yield before, waiting


def _continue_numbers(connection: Connection) -> None:
    """Let PostgreSQL's counter go on behind the imported ids; SQLite counts from the highest by itself."""
    if connection.dialect.name == "postgresql":
        highest = select(func.coalesce(func.max(effects.c.id), 0) + 1).scalar_subquery()
        connection.execute(select(func.setval(text("pg_get_serial_sequence('effects', 'id')"), highest, False)))  # noqa: FBT003 - SQL's own


def _document(line: str) -> dict[str, Any]:
    try:
        document = json.loads(line)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise ConfigProblem(f"{_BROKEN}; nothing was imported")
    return document


def _line(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"


def _encoded(table: Table, row: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        column.name: base64.b64encode(row[column]).decode()
        if _is_binary(column) and row[column] is not None
        else row[column]
        for column in table.columns
    }


def _decoded(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        column.name: base64.b64decode(row[column.name], validate=True)
        if _is_binary(column) and row[column.name] is not None
        else row[column.name]
        for column in table.columns
    }


def _is_binary(column: Any) -> bool:
    return isinstance(column.type, LargeBinary)
