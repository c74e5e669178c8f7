"""Who has the tickets of a counted world: few people one after the other, or many who come in any order and rate."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import timedelta

USERS = 0.2
ORGANIZATIONS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Who has the tickets: `people` for each ticket, organizations, and whether a quarter of the tickets is rated.

    With ratings, people write in any order, as they do, and history is of more than a year.
    """

    people: float = USERS
    organizations: int = ORGANIZATIONS
    rated: bool = False

    @property
    def days(self) -> int:
        return 400 if self.rated else 20

    @property
    def newest(self) -> timedelta:
        """Return how old the last ticket is; with ratings, too old for a task."""
        return timedelta(days=8 if self.rated else 1)

    def requester(self, number: int, tickets: int) -> int:
        """Return who wrote a ticket; in a plain world one after the other."""
        place = zlib.crc32(str(number).encode()) if self.rated else number
        return place % max(1, int(tickets * self.people)) + 1

    def organization(self, person: int) -> int:
        return person % self.organizations + 1

    def score(self, number: int) -> str:
        """Return how a ticket was rated: three in a hundred badly, 21 well."""
        if not self.rated or number % 100 >= 24:
            return "unoffered"
        return "bad" if number % 100 < 3 else "good"


PLAIN = Crowd()


def rated_crowd(tickets: int) -> Crowd:
    """Return the crowd of an account with many customers, of whom many rate."""
    return Crowd(people=1 / 3, organizations=tickets // 10, rated=True)
