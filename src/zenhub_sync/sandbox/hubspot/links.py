"""Who is associated with whom, in both directions at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from zenhub_sync.sandbox.hubspot.association_types import TYPES, AssociationType, back, plain
from zenhub_sync.sandbox.hubspot.kinds import KINDS

End = tuple[str, str]  # object type and record id


class Cells(Protocol):
    """The types of association from one record to another; none, where nothing was put."""

    def get(self, start: End, end: End, /) -> frozenset[int]: ...
    def put(self, start: End, end: End, types: frozenset[int], /) -> None: ...
    def of(self, start: End, to_kind: str, /) -> Mapping[str, frozenset[int]]: ...
    def kinds_of(self, start: End, /) -> list[str]: ...


class CellsInMemory:
    """Cells as nested dicts."""

    def __init__(self) -> None:
        self._types: dict[End, dict[str, dict[str, frozenset[int]]]] = {}

    def get(self, start: End, end: End) -> frozenset[int]:
        return self._types.get(start, {}).get(end[0], {}).get(end[1], frozenset())

    def put(self, start: End, end: End, types: frozenset[int]) -> None:
        ends = self._types.setdefault(start, {}).setdefault(end[0], {})
        if types:
            ends[end[1]] = types
        else:
            ends.pop(end[1], None)

    def of(self, start: End, to_kind: str) -> Mapping[str, frozenset[int]]:
        known = self._types.get(start, {}).get(to_kind, {})
        return {record_id: known[record_id] for record_id in sorted(known, key=int)}

    def kinds_of(self, start: End) -> list[str]:
        return list(self._types.get(start, {}))


class Links:
    """A primary association brings the unlabelled one along and is the only primary of its record.

    Live list of a deal's companies, 2025: the primary one shows both types.
    """

    def __init__(self, cells: Cells | None = None) -> None:
        self._cells = cells or CellsInMemory()

    def add(self, start: End, end: End, kind: AssociationType) -> bool:
        """Associate two records; say whether anything changed."""
        known = self.types(start, end)
        if kind.id in known:
            return False
        self._displace(start, kind)
        self._displace(end, back(kind))
        self._put(start, end, known | {kind.id, plain(KINDS[kind.from_kind], KINDS[kind.to_kind]).id})
        return True

    def remove(self, start: End, end: End, kind: AssociationType | None = None) -> bool:
        """Take one type away, or all: without the unlabelled one the labels go too."""
        known = self.types(start, end)
        gone = known if kind is None or kind == plain(KINDS[start[0]], KINDS[end[0]]) else known & {kind.id}
        self._put(start, end, known - gone)
        return bool(gone)

    def types(self, start: End, end: End) -> frozenset[int]:
        return self._cells.get(start, end)

    def of(self, start: End, to_kind: str) -> Mapping[str, frozenset[int]]:
        """Return everything of one object type that a record is associated with, by id in ascending order."""
        return self._cells.of(start, to_kind)

    def move(self, old: End, new: End) -> None:
        """Give all associations of one record to another, as a merge does."""
        for to_kind in self._cells.kinds_of(old):
            for record_id, type_ids in self.of(old, to_kind).items():
                end = (to_kind, record_id)
                taken = {TYPES[type_id] for type_id in type_ids}
                self.remove(old, end)
                if end != new:
                    self._take(new, end, taken)

    def _take(self, new: End, end: End, types: set[AssociationType]) -> None:
        for one in types:
            holds_one = one.one and any(one.id in held for held in self.of(new, end[0]).values())
            self.add(new, end, plain(KINDS[one.from_kind], KINDS[one.to_kind]) if holds_one else one)

    def _displace(self, start: End, kind: AssociationType) -> None:
        if not kind.one:
            return
        for record_id, type_ids in self.of(start, kind.to_kind).items():
            if kind.id in type_ids:
                self.remove(start, (kind.to_kind, record_id), kind)

    def _put(self, start: End, end: End, types: frozenset[int]) -> None:
        self._cells.put(start, end, types)
        self._cells.put(end, start, frozenset(back(TYPES[type_id]).id for type_id in types))
