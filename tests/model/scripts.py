"""What a small world has in store, drawn from its seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from tests.fakes.facts import BAD, source_ticket
from tests.model.simulated import Turn

from zenhub_sync.planning.tickets import SourceTicket, Status, ZendeskTicketId

_DELAYS = (0.0, 10.0, 100.0, 3600.0)
# An undisturbed run of one ticket passes 38 effect points.
_LAST_POINT = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Death:
    """The effect point of its run at which the process dies (0: it lives), and when it is started again."""

    at: int
    restart: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """All that happens in one world.

    `turns` are what becomes of the task POSTs, one after the other, `ticket_turns` of the ticket writes; `refused` are
    tickets whose task HubSpot never takes; an `echo` stages every page twice, as a second planner would.
    """

    seed: int
    pages: Sequence[Sequence[SourceTicket]]
    turns: Sequence[Turn]
    ticket_turns: Sequence[Turn]
    refused: frozenset[int]
    deaths: Sequence[Death]
    echo: bool

    @property
    def latest(self) -> dict[int, SourceTicket]:
        """Return every ticket in its last state."""
        return {ticket.id: ticket for page in self.pages for ticket in page}

    @property
    def owed(self) -> frozenset[int]:
        """Return the tickets that are owed a task."""
        return frozenset(ticket.id for ticket in self.latest.values() if ticket.rating == BAD)


def script_of(seed: int) -> Script:
    """Draw a world: one to three tickets, up to three spoilt POSTs, up to two deaths with four restart delays."""
    random = Random(seed)
    tickets = random.choice((1, 1, 1, 1, 2, 3))
    return Script(
        seed=seed,
        pages=_pages(random, tickets),
        turns=random.choices(list(Turn), k=random.choice((1, 2, 2, 3))),
        ticket_turns=random.choices((Turn.WELL, Turn.REPLY_LOST, Turn.NEVER_APPLIED), (16, 1, 1), k=2),
        refused=frozenset(number for number in range(1, tickets + 1) if random.random() < 0.05),
        deaths=[
            Death(at=random.randint(1, _LAST_POINT), restart=random.choice(_DELAYS))
            for _ in range(random.choice((0, 1, 1, 2, 2)))
        ],
        echo=random.random() < 0.1,
    )


def _pages(random: Random, tickets: int) -> list[list[SourceTicket]]:
    """Spread the tickets over one or two pages; some come again on the second, solved."""
    pages: list[list[SourceTicket]] = [[], []]
    for number in range(1, tickets + 1):
        rated = {"rating": BAD} if number == 1 or random.random() < 0.6 else {}
        first = random.choice((0, 0, 1))
        pages[first].append(source_ticket(id=ZendeskTicketId(number), **rated))
        if first == 0 and random.random() < 0.4:
            solved = source_ticket(id=ZendeskTicketId(number), status=Status.SOLVED, generated_at=3_000, **rated)
            pages[1].append(solved)
    return [page for page in pages if page]
