"""Cut work into requests that HubSpot takes. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

X = TypeVar("X")

# developers.hubspot.com, using-object-apis (2026-09): 100 inputs a batch.
BATCH = 100


def batches(things: Sequence[X], identity: Callable[[X], str], size: int = BATCH) -> list[list[X]]:
    """Cut into batches of at most `size` in which no identity stands twice: HubSpot refuses such a batch whole."""
    cut: list[list[X]] = []
    seen: list[set[str]] = []
    for thing in things:
        name = identity(thing)
        place = next((i for i, names in enumerate(seen) if len(names) < size and name not in names), None)
        if place is None:
            cut.append([thing])
            seen.append({name})
        else:
            cut[place].append(thing)
            seen[place].add(name)
    return cut
