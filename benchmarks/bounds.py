"""What the vendors' limits allow at best: pure arithmetic, no measurement.

Limits are full at the start. Zendesk counts exports in fixed minutes, HubSpot requests in the last ten seconds, and
those that read or write associations apart. The cursor of the export is sequential: a page is asked for when the one
before has come, and HubSpot has nothing to do before the first one has.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

PAGE = 1000
BATCH = 100
LINKS = 2000
_MINUTE, _TEN_SECONDS = 60.0, 10.0
# A token before the first page; after the last one its people are looked up, its tickets written, and linked.
_BEFORE, _AFTER = 1, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """What two accounts allow, and how long they take to answer, in seconds."""

    exports_a_minute: int
    hubspot_in_ten_seconds: int
    latency: float

    def __str__(self) -> str:
        return f"{self.exports_a_minute}/min, {self.hubspot_in_ten_seconds}/10 s, {self.latency:g} s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """The fewest requests that bring so many tickets with their companies and contacts into HubSpot."""

    exports: int
    objects: int
    links: int

    @property
    def hubspot(self) -> int:
        return self.objects + self.links


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """The least time in seconds for each reason there is to wait; the longest counts."""

    read: float
    write: float
    chain: float

    @property
    def seconds(self) -> float:
        return max(self.read, self.write, self.chain)

    @property
    def binding(self) -> str:
        """Name what nothing can be faster than."""
        if self.seconds == self.chain:
            return "latency"
        return "Zendesk" if self.seconds == self.read else "HubSpot"


def minimum(tickets: int, people: int, companies: int) -> Calls:
    """Return the fewest requests: full pages, full batches, everybody looked up once.

    A ticket has two links, and a request for links takes 2,000 of one kind: over two pages that is one for each page.
    """
    return Calls(
        exports=max(1, ceil(tickets / PAGE)),
        objects=ceil(tickets / BATCH) + ceil(people / BATCH) + ceil(companies / BATCH),
        links=2 * ceil(tickets / LINKS),
    )


def bound(quota: Quota, calls: Calls) -> Bound:
    """Return the least time in which these requests can be made: reading and writing overlap."""
    full = waits(calls.exports, quota.exports_a_minute, _MINUTE)
    rest = (calls.exports - 1) % quota.exports_a_minute + 1
    most = quota.hubspot_in_ten_seconds
    return Bound(
        read=full + rest * quota.latency,
        write=max(waits(calls.objects, most, _TEN_SECONDS), waits(calls.links, most, _TEN_SECONDS))
        + (_BEFORE + 1 + 1) * quota.latency,
        chain=(_BEFORE + calls.exports + _AFTER) * quota.latency,
    )


def waits(calls: int, most: int, span: float) -> float:
    """Return how long the last of so many calls has to wait where `most` are allowed in each span."""
    return max(0, ceil(calls / most) - 1) * span
