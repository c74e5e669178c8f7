"""Who is associated with whom, in both directions at once."""

from __future__ import annotations

from collections.abc import Mapping

from zenhub_sync.sandbox.hubspot.association_types import TYPES, AssociationType, back, plain
from zenhub_sync.sandbox.hubspot.kinds import KINDS

End = tuple[str, str]  # object type and record id


class Links:
    """A primary association brings the unlabelled one along and is the only primary of its record.

    Live list of a deal's companies, 2025: the primary one shows both types.
    """

    def __init__(self) -> None:
        self._types: dict[End, dict[str, dict[str, set[int]]]] = {}

    def add(self, start: End, end: End, kind: AssociationType) -> bool:
        """Associate two records; say whether anything changed."""
        known = self.types(start, end)
        if kind.id in known:
            return False
        self._displace(start, kind)
        self._displace(end, back(kind))
        for one in {kind, plain(KINDS[kind.from_kind], KINDS[kind.to_kind])}:
            self._cell(start, end).add(one.id)
            self._cell(end, start).add(back(one).id)
        return True

    def remove(self, start: End, end: End, kind: AssociationType | None = None) -> bool:
        """Take one type away, or all: without the unlabelled one the labels go too."""
        known = self.types(start, end)
        gone = known if kind is None or kind == plain(KINDS[start[0]], KINDS[end[0]]) else known & {kind.id}
        for type_id in gone:
            self._cell(start, end).discard(type_id)
            self._cell(end, start).discard(back(TYPES[type_id]).id)
        for here, there in ((start, end), (end, start)):
            if not self._cell(here, there):
                del self._types[here][there[0]][there[1]]
        return bool(gone)

    def types(self, start: End, end: End) -> frozenset[int]:
        return frozenset(self._types.get(start, {}).get(end[0], {}).get(end[1], ()))

    def of(self, start: End, to_kind: str) -> Mapping[str, frozenset[int]]:
        """Return everything of one object type that a record is associated with, by id in ascending order."""
        known = self._types.get(start, {}).get(to_kind, {})
        return {record_id: frozenset(known[record_id]) for record_id in sorted(known, key=int)}

    def move(self, old: End, new: End) -> None:
        """Give all associations of one record to another, as a merge does."""
        for to_kind, ends in list(self._types.get(old, {}).items()):
            for record_id, type_ids in list(ends.items()):
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

    def _cell(self, start: End, end: End) -> set[int]:
        return self._types.setdefault(start, {}).setdefault(end[0], {}).setdefault(end[1], set())
