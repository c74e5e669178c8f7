"""The state of the store in numbers and lists, for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from zenhub_sync.planning.tickets import EscalationState
from zenhub_sync.store import cursors, directory, matching, mirror, outbox, parking, runs, unreadable

UNREADABLE_LISTS = ("surveys_unreadable", "ratings_unreadable")
"""Facts that say which lists of ratings Zendesk does not show us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The state of the store in numbers and lists, for people."""

    tickets: int
    unmatched: int
    escalations: Mapping[EscalationState, int]
    live_effects: int
    parked: Sequence[parking.ParkedEffect]
    unreadable: Sequence[unreadable.UnreadableTicket]
    cursors: Sequence[cursors.Cursor]
    runs: Sequence[runs.Run] = field(default_factory=tuple)
    ownerless: Sequence[matching.OwnerlessCompany] = field(default_factory=tuple)
    unreadable_lists: Sequence[str] = ()


def read(connection: Connection) -> Overview:
    return Overview(
        tickets=mirror.count(connection),
        unmatched=mirror.count_unmatched(connection),
        escalations=mirror.count_by_escalation(connection),
        live_effects=outbox.live(connection),
        parked=parking.parked(connection),
        unreadable=unreadable.every(connection),
        cursors=cursors.every(connection),
        runs=runs.latest(connection),
        ownerless=matching.ownerless(connection),
        unreadable_lists=[name for name in UNREADABLE_LISTS if directory.fact(connection, name)],
    )
