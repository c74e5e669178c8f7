"""Rules for "did my task POST happen?": the two we live by, and the five wrong ones, ready to be swapped in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from zenhub_sync.delivery.executor import Recovery
from zenhub_sync.delivery.recovery import TaskReads, recover
from zenhub_sync.delivery.results import Results
from zenhub_sync.delivery.tasks import made
from zenhub_sync.planning.tickets import MirroredTicket, ZendeskTicketId
from zenhub_sync.store.outbox import StoredEffect

SETTLE = 120.0

Search = Callable[[str], str | None]
"""Find a task by its mark through HubSpot's search, which lags."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`recovery` is made for one portal, whose search it may ask; `keyed` portals refuse a second task themselves."""

    name: str
    recovery: Callable[[Search], Recovery]
    settle: float = SETTLE
    keyed: bool = False


def _ours(_search: Search) -> Recovery:
    return recover


def _take_for_absent(_search: Search) -> Recovery:
    def recovery(
        hubspot: TaskReads,
        leased: Sequence[StoredEffect],
        known: Mapping[ZendeskTicketId, MirroredTicket],
        results: Results,
        *,
        keyed: bool = False,
    ) -> None:
        for stored in leased:
            results.again(stored, "sent again without a look")

    return recovery


def _take_for_made(_search: Search) -> Recovery:
    def recovery(
        hubspot: TaskReads,
        leased: Sequence[StoredEffect],
        known: Mapping[ZendeskTicketId, MirroredTicket],
        results: Results,
        *,
        keyed: bool = False,
    ) -> None:
        for stored in leased:
            if stored.sent_at is None:
                results.again(stored, "never sent")
            else:
                # Read back, this id is gone, and a task that is gone counts as done: at most once, come what may.
                made(stored, "0", results)

    return recovery


def _believe_search(search: Search) -> Recovery:
    def recovery(
        hubspot: TaskReads,
        leased: Sequence[StoredEffect],
        known: Mapping[ZendeskTicketId, MirroredTicket],
        results: Results,
        *,
        keyed: bool = False,
    ) -> None:
        for stored in leased:
            task_id = search(stored.effect.key)
            if task_id is not None:
                made(stored, task_id, results)
            else:
                results.again(stored, "not found by search")

    return recovery


A = Rule(name="A create, then record", recovery=_take_for_absent, settle=0.0)
B = Rule(name="B record, then create", recovery=_take_for_made, settle=0.0)
C = Rule(name="C ask search, retry at once", recovery=_believe_search, settle=0.0)
D = Rule(name="D read associations, retry at once", recovery=_ours, settle=0.0)
E = Rule(name="E the same after 60 s", recovery=_ours, settle=60.0)
F = Rule(name="F the same after 120 s", recovery=_ours)
G = Rule(name="G unique key in the portal", recovery=_ours, keyed=True)

WRONG = (A, B, C, D, E)
RIGHT = (F, G)
