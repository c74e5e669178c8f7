"""How much came in, by quarters of an hour; counted in the transaction that stages it, so that nothing counts twice."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, func, select

from zenhub_sync.planning.arrivals import Arrival, Arrivals
from zenhub_sync.store.statements import execute_rows, insert_in
from zenhub_sync.store.tables import arrivals

_COLUMNS = ("quarter", *(kind.value for kind in Arrival))


def add(connection: Connection, counted: Arrivals) -> None:
    quarters: dict[int, dict[str, int]] = {}
    for (quarter, kind), number in counted.items():
        quarters.setdefault(quarter, dict.fromkeys(Arrival, 0))[kind] += number
    rows = [(quarter, *quarters[quarter].values()) for quarter in sorted(quarters)]
    execute_rows(connection, _adding(connection.dialect.name), _COLUMNS, rows, apart=("quarter",))


@cache
def _adding(dialect: str) -> Insert:
    statement = insert_in(dialect, arrivals)
    more: Mapping[str, Any] = {kind: arrivals.c[kind] + statement.excluded[kind] for kind in Arrival}
    return statement.on_conflict_do_update(index_elements=["quarter"], set_=more)


def since(connection: Connection, moment: float) -> Arrivals:
    """Return what came in the quarters that began at that moment or later."""
    rows = connection.execute(select(arrivals).where(arrivals.c.quarter >= moment)).mappings()
    return Arrivals({(row["quarter"], kind): row[kind] for row in rows for kind in Arrival if row[kind]})


def last(connection: Connection) -> int | None:
    """Return the latest quarter in which something came."""
    return connection.execute(select(func.max(arrivals.c.quarter))).scalar_one_or_none()
