"""What a person decides to give up or to erase, across the tables."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection

from zenhub_sync.store import company_history, directory, mirror, parking, unreadable


def drop(connection: Connection, zendesk_id: int, now: float) -> int:
    """Give up what is parked of a ticket; return how many records that were."""
    return parking.drop(connection, zendesk_id, now) + unreadable.clear(connection, [zendesk_id])


def forget(connection: Connection, zendesk_ids: Collection[int], requester_id: int | None, now: float) -> None:
    """Erase tickets and a person, but for what prevents a second HubSpot ticket or task."""
    mirror.forget(connection, zendesk_ids)
    company_history.forget(connection, zendesk_ids)
    parking.forget(connection, zendesk_ids, now)
    unreadable.clear(connection, zendesk_ids)
    if requester_id is not None:
        directory.forget_requester(connection, requester_id)
