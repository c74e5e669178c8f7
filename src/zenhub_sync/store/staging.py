"""What a page, and the answers to a batch, change in the store, in a transaction of the caller's."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from zenhub_sync.planning.arrivals import Arrivals
from zenhub_sync.planning.effects import Effect
from zenhub_sync.planning.tickets import MirroredTicket
from zenhub_sync.store import arrivals, company_history, cursors, directory, matching, mirror, outbox, unreadable

# A ticket that could not be read is asked for again after this long.
_RETRY_UNREADABLE = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedPage:
    """All that one page of tickets changes in the store."""

    mirrored: Sequence[MirroredTicket] = ()
    effects: Sequence[Effect] = ()
    cursor: cursors.Cursor | None = None
    organizations: Sequence[directory.OrganizationLink] = ()
    requesters: Sequence[directory.RequesterLink] = ()
    unreadable: Sequence[unreadable.UnreadableTicket] = ()
    read: Sequence[int] = ()
    rated_badly: Mapping[int, datetime] = field(default_factory=dict)
    arrivals: Arrivals = field(default_factory=Arrivals)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledBatch:
    """All that the answers to one batch change in the store."""

    settlements: Sequence[outbox.Settlement] = ()
    confirmations: Sequence[mirror.Confirmation] = ()
    survivors: Collection[matching.Survivor] = ()
    lost: Collection[int] = ()
    follow_ups: Sequence[Effect] = ()


def stage(connection: Connection, page: StagedPage, now: float) -> int:
    """Write down what a page changes; return how many of its effects were not there."""
    mirror.save(connection, page.mirrored)
    put = outbox.insert(connection, page.effects, now)
    directory.save_links(connection, page.organizations, page.requesters)
    asked_for = {link.requester_id for link in page.requesters}
    directory.expect_requesters(
        connection, {t.requester_id for t in page.mirrored if t.requester_id is not None} - asked_for
    )
    arrivals.add(connection, page.arrivals)
    company_history.note_bad_ratings(connection, page.rated_badly)
    unreadable.park(connection, page.unreadable, now, now + _RETRY_UNREADABLE)
    unreadable.clear(connection, page.read)
    if page.cursor is not None:
        cursors.move(connection, page.cursor, now)
    return put


def settle(connection: Connection, batch: SettledBatch, now: float) -> None:
    """Write down what the answers say."""
    mirror.confirm(connection, batch.confirmations)
    matching.follow(connection, batch.survivors)
    mirror.lose(connection, batch.lost)
    outbox.settle(connection, batch.settlements, now)
    outbox.insert(connection, batch.follow_ups, now)
