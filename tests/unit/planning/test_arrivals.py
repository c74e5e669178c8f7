"""What counts as having come in, and when: a new ticket, a rating that turned bad, an escalation."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.fakes.facts import BAD, GOOD, NOW, plan, source_ticket

from zenhub_sync.planning.arrivals import QUARTER, Arrival
from zenhub_sync.planning.tickets import MirroredTicket, Rating, Score, SourceTicket

OPENED = NOW - timedelta(days=5)
RATED = NOW - timedelta(hours=2)
KNOWN = plan(source_ticket()).mirror
KNOWN_BAD = plan(source_ticket(rating=BAD)).mirror


@pytest.mark.parametrize(
    ("source", "known", "expected"),
    [
        pytest.param(source_ticket(), None, {Arrival.TICKETS: OPENED}, id="a new ticket, when it was opened"),
        pytest.param(source_ticket(), KNOWN, {}, id="a known one came before"),
        pytest.param(
            source_ticket(rating=BAD),
            KNOWN,
            {Arrival.BAD_RATINGS: RATED, Arrival.ESCALATIONS: NOW},
            id="a rating turned bad",
        ),
        pytest.param(
            source_ticket(rating=Rating(score=Score.BAD, at=NOW - timedelta(days=9))),
            KNOWN,
            {Arrival.BAD_RATINGS: NOW - timedelta(days=9)},
            id="an old one counts as a bad rating, not as an escalation",
        ),
        pytest.param(source_ticket(rating=BAD, generated_at=3_000), KNOWN_BAD, {}, id="it is bad still"),
        pytest.param(source_ticket(rating=GOOD), KNOWN, {}, id="a good one"),
        pytest.param(source_ticket(created_at=NOW - timedelta(days=41)), None, {}, id="history of long ago"),
    ],
)
def test_each_kind_is_counted_in_its_quarter_of_an_hour(
    source: SourceTicket, known: MirroredTicket | None, expected: dict[Arrival, datetime]
) -> None:
    counted = {kind: quarter for quarter, kind in plan(source, known).arrivals}

    assert counted == {kind: int(at.timestamp()) // QUARTER * QUARTER for kind, at in expected.items()}
