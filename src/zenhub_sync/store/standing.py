"""How things stand, for those who watch from outside: the metrics, the status page, the alerts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, literal_column, select

from zenhub_sync.planning.arrivals import Arrivals
from zenhub_sync.planning.slots import Claim
from zenhub_sync.store import alerts, arrivals, overview, runs, slots
from zenhub_sync.store.outbox_states import LIVE
from zenhub_sync.store.tables import ESCALATED, effects, tickets


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """An escalation that waits for its CSM; `opened_at` None where the store was lost meanwhile."""

    zendesk_id: int
    hubspot_id: str | None
    task_id: str | None
    opened_at: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One consistent state of the store."""

    overview: overview.Overview
    claims: Mapping[str, Claim]
    latest_runs: Mapping[str, runs.Run]
    last_ends: Mapping[str, runs.Run]
    successes: Mapping[str, float]
    oldest_effect: float | None
    cases: Sequence[OpenCase]
    arrivals: Arrivals
    last_arrival: int | None
    alerts: Sequence[alerts.Alert]


def read(connection: Connection, arrivals_since: float) -> Standing:
    return Standing(
        overview=overview.read(connection),
        claims=slots.every(connection),
        latest_runs=runs.latest_of_each(connection),
        last_ends=runs.last_ends(connection),
        successes=runs.last_successes(connection),
        oldest_effect=_oldest_effect(connection),
        cases=_cases(connection),
        arrivals=arrivals.since(connection, arrivals_since),
        last_arrival=arrivals.last(connection),
        alerts=alerts.every(connection),
    )


def _oldest_effect(connection: Connection) -> float | None:
    live = [state.value for state in LIVE]
    return connection.execute(
        select(func.min(effects.c.created_at)).where(effects.c.state.in_(live))
    ).scalar_one_or_none()


def _cases(connection: Connection) -> list[OpenCase]:
    # Ticket by ticket: there are few cases, and many effects of tickets that are none.
    opened_at = (
        select(func.max(effects.c.created_at))
        .where(effects.c.lane == tickets.c.zendesk_id, effects.c.kind == "open_escalation")
        .scalar_subquery()
        .label("opened_at")
    )
    columns = (tickets.c.zendesk_id, tickets.c.hubspot_id, tickets.c.task_id, opened_at)
    rows = connection.execute(
        select(*columns).where(literal_column(ESCALATED)).order_by(opened_at, tickets.c.zendesk_id)
    )
    return [OpenCase(**row._mapping) for row in rows]
