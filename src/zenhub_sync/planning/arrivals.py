"""What came in, and when: the counts behind the chart of the status page, and behind the alarm at silence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum

from zenhub_sync.planning.tickets import MirroredTicket, Score, SourceTicket

QUARTER = 900
"""Every time zone in use is a multiple of a quarter of an hour away from UTC."""

# The chart shows 30 days; of a long history no more is counted.
_KEPT = timedelta(days=40)


class Arrival(StrEnum):
    """The kinds that are counted, named as in the store."""

    TICKETS = "tickets"
    BAD_RATINGS = "bad_ratings"
    ESCALATIONS = "escalations"


Arrivals = Counter[tuple[int, Arrival]]
"""How many of each kind came in each quarter of an hour, named by its beginning in Unix seconds."""


def arrivals_of(
    source: SourceTicket, known: MirroredTicket | None, now: datetime, *, opens: bool
) -> tuple[tuple[int, Arrival], ...]:
    """Return what to count: a ticket when it was opened, a bad rating when it was given, an escalation now."""
    return tuple(
        (int(at.timestamp()) // QUARTER * QUARTER, kind)
        for at, kind in _moments(source, known, now, opens=opens)
        if now - _KEPT < at
    )


def _moments(
    source: SourceTicket, known: MirroredTicket | None, now: datetime, *, opens: bool
) -> Iterator[tuple[datetime, Arrival]]:
    if known is None:
        yield source.created_at, Arrival.TICKETS
    if source.rating.score is Score.BAD and (known is None or known.score is not Score.BAD):
        yield source.rating.at or source.updated_at, Arrival.BAD_RATINGS
    if opens:
        yield now, Arrival.ESCALATIONS
