"""Troubles that people were told of, so that each is told once, and its end once, by whichever instance is first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, or_, select, update

from zenhub_sync.store.statements import insert_into
from zenhub_sync.store.tables import alerts

# A channel that failed is tried again after this long; so is one whose sender was killed.
RETRY = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """`told_at` None: nobody was told yet. `over_at`: the trouble is over, and that is still to be told."""

    key: str
    message: str
    since: float
    tried_at: float | None = None
    told_at: float | None = None
    over_at: float | None = None


def every(connection: Connection) -> list[Alert]:
    """Return the troubles, oldest first."""
    return [Alert(**row._mapping) for row in connection.execute(select(alerts).order_by(alerts.c.since, alerts.c.key))]


def note(connection: Connection, troubles: Mapping[str, str], now: float) -> None:
    """Take up new troubles, and mark those that are over; one that nobody was told of is forgotten."""
    known = {alert.key: alert for alert in every(connection)}
    for key, message in troubles.items():
        fresh = insert_into(connection, alerts).values(key=key, message=message, since=now)
        latest = {"message": message, "over_at": None}
        connection.execute(fresh.on_conflict_do_update(index_elements=["key"], set_=latest))
    over = [key for key in known if key not in troubles]
    connection.execute(delete(alerts).where(alerts.c.key.in_(over), alerts.c.told_at.is_(None)))
    connection.execute(
        update(alerts).where(alerts.c.key.in_(over), alerts.c.over_at.is_(None)).values(over_at=now, tried_at=None)
    )


def take(connection: Connection, now: float) -> list[Alert]:
    """Claim what has to be told; nobody else gets it while we try."""
    untold = or_(alerts.c.told_at.is_(None), alerts.c.over_at.is_not(None))
    rested = or_(alerts.c.tried_at.is_(None), alerts.c.tried_at <= now - RETRY)
    claimed = update(alerts).where(untold, rested).values(tried_at=now).returning(*alerts.c)
    return sorted((Alert(**row._mapping) for row in connection.execute(claimed)), key=lambda alert: alert.since)


def told(connection: Connection, alert: Alert, now: float) -> None:
    """Remember that people were told: of the trouble, or of its end, which ends the record too."""
    same = (alerts.c.key == alert.key) & (alerts.c.since == alert.since)
    if alert.over_at is not None:
        connection.execute(delete(alerts).where(same, alerts.c.over_at.is_not(None)))
    else:
        connection.execute(update(alerts).where(same).values(told_at=now))
