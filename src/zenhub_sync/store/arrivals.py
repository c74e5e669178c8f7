"""How much came in, by quarters of an hour; counted in the transaction that stages it, so that nothing counts twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, func, select

from zenhub_sync.planning.arrivals import Arrival, Arrivals
from zenhub_sync.store.statements import insert_into
from zenhub_sync.store.tables import arrivals


def add(connection: Connection, counted: Arrivals) -> None:
    quarters: dict[int, dict[str, int]] = {}
    for (quarter, kind), number in counted.items():
        quarters.setdefault(quarter, {"quarter": quarter, **dict.fromkeys(Arrival, 0)})[kind] += number
    if quarters:
        statement = insert_into(connection, arrivals)
        more: Mapping[str, Any] = {kind: arrivals.c[kind] + statement.excluded[kind] for kind in Arrival}
        rows = [quarters[quarter] for quarter in sorted(quarters)]
        connection.execute(statement.on_conflict_do_update(index_elements=["quarter"], set_=more), rows)


def since(connection: Connection, moment: float) -> Arrivals:
    """Return what came in the quarters that began at that moment or later."""
    rows = connection.execute(select(arrivals).where(arrivals.c.quarter >= moment)).mappings()
    return Arrivals({(row["quarter"], kind): row[kind] for row in rows for kind in Arrival if row[kind]})


def last(connection: Connection) -> int | None:
    """Return the latest quarter in which something came."""
    return connection.execute(select(func.max(arrivals.c.quarter))).scalar_one_or_none()
