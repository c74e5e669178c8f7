"""How a ticket was handled is told if Zendesk tells it, and missed by nothing if not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from tests.unit.zendesk.rows import answer, ticket

from zenhub_sync.intake.handled import facts_of
from zenhub_sync.planning.tickets import TicketFacts
from zenhub_sync.transport.errors import Missing, Rejected, ServiceError, Unauthorized, Unavailable
from zenhub_sync.zendesk.models import HandledTickets
from zenhub_sync.zendesk.pages import read_handled_tickets

_SOLVED = "2026-11-21T12:00:00Z"
_TOLD = {
    "tickets": [ticket(1, group_id=7), ticket(2, group_id=8), ticket(3)],
    "groups": [{"id": 7, "name": "N1"}, {"id": 8, "name": None}],
    "metric_sets": [
        {"ticket_id": 1, "replies": 3, "reopens": 1, "solved_at": _SOLVED},
        {"ticket_id": 2, "replies": None, "solved_at": None},
        {"ticket_id": 3, "replies": "many"},
    ],
}


class _Desk:
    def __init__(self, error: ServiceError | None = None) -> None:
        self.error, self.asked = error, [0][:0]

    def handled_tickets(self, ids: Sequence[int]) -> HandledTickets:
        self.asked.append(len(ids))
        if self.error is not None:
            raise self.error
        return read_handled_tickets(answer(_TOLD))


def test_what_zendesk_tells_and_what_it_does_not() -> None:
    assert facts_of(_Desk(), [1, 2, 3, 4]) == {
        1: TicketFacts(group="N1", solved_at=datetime(2026, 11, 21, 12, tzinfo=UTC), replies=3, reopens=1),
        2: TicketFacts(),
        3: TicketFacts(),
        4: TicketFacts(),
    }


def test_a_hundred_are_asked_for_at_once_and_nobody_for_none() -> None:
    desk = _Desk()
    facts_of(desk, range(1, 251))
    facts_of(desk, [])
    assert desk.asked == [100, 100, 50]


@pytest.mark.parametrize(
    "error", [Unauthorized("scope", status=403), Missing("gone", status=404), Rejected("bad", status=400)]
)
def test_a_task_does_without_them(error: ServiceError) -> None:
    assert facts_of(_Desk(error), [1]) == {}


@pytest.mark.parametrize("error", [Unauthorized("token", status=401), Unavailable("down", status=503)])
def test_a_fault_that_concerns_more_than_them_ends_the_run(error: ServiceError) -> None:
    with pytest.raises(type(error)):
        facts_of(_Desk(error), [1])
