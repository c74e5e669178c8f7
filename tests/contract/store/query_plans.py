"""How a database means to answer: which of its larger tables it reads from end to end."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, event

# Those that grow with what exists; of all others there are few rows, or those of some days.
_LARGE = ("tickets", "effects", "requesters", "organizations", "runs")
# A scan of one of these reads only what the index was made to hold: few of all the rows.
_PARTIAL = frozenset({
    "tickets_unmatched", "tickets_escalated", "tickets_by_escalation", "tickets_lost", "tickets_deleted",
})  # fmt: skip
_SQLITE_SCAN = re.compile(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?")
_POSTGRES_SCANS = ("Seq Scan", "Index Scan", "Index Only Scan", "Bitmap Index Scan")


@dataclass(frozen=True, slots=True)
class Said:
    """A statement with its values, as the database got it."""

    statement: str
    values: Any


@contextmanager
def overheard(engine: Engine) -> Iterator[list[Said]]:
    """Hear what is asked of the database."""
    said: list[Said] = []

    def hear(_c: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        said.append(Said(statement, values[0] if many else values))

    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", hear)


def scans(connection: Connection, said: Sequence[Said]) -> set[str]:
    """Return the large tables that these statements read from end to end."""
    explain = _of_postgres if connection.dialect.name == "postgresql" else _of_sqlite
    asked = [each for each in said if re.match(r"\s*(SELECT|UPDATE|DELETE)\b", each.statement)]
    return {table for each in asked if "set_config" not in each.statement for table in explain(connection, each)}


def _of_sqlite(connection: Connection, said: Said) -> Iterator[str]:
    for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said.statement}", said.values):
        scan = _SQLITE_SCAN.match(row.detail)
        if scan is not None and scan[1] in _LARGE and scan[2] not in _PARTIAL:
            yield scan[1]


def _of_postgres(connection: Connection, said: Said) -> Iterator[str]:
    (row,) = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {said.statement}", said.values)
    plan = row[0] if isinstance(row[0], list) else json.loads(row[0])
    for node in _nodes(plan[0]["Plan"]):
        index = node.get("Index Name", "")
        whole = node["Node Type"] == "Seq Scan" or not (node.get("Index Cond") or index in _PARTIAL)
        if node["Node Type"] in _POSTGRES_SCANS and whole:
            table = node.get("Relation Name") or index
            if table in _LARGE:
                yield table


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)
