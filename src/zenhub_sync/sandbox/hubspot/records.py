"""The records of a portal with their values, histories and unique values."""

from __future__ import annotations

from array import array
from bisect import bisect_right, insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from zenhub_sync.sandbox.hubspot.kinds import KINDS, Kind

# Past 2**31, as ids of today's portals are.
_FIRST_ID = 21_000_000_001


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One value a property had, since when, and whose it was."""

    value: str
    at: datetime
    by: str


@dataclass(slots=True, kw_only=True)
class Record:
    """`merged_into` names the survivor that answers in its place; `tombstone` marks one that nothing answers for.

    Only values that are set are kept: a cleared property has none.
    """

    kind: Kind
    id: str
    created_at: datetime
    updated_at: datetime
    values: dict[str, str] = field(default_factory=dict)
    history: dict[str, list[Version]] = field(default_factory=dict)
    archived_at: datetime | None = None
    merged_into: str | None = None
    tombstone: bool = False

    @property
    def live(self) -> bool:
        return self.archived_at is None and self.merged_into is None and not self.tombstone

    @property
    def archived(self) -> bool:
        return self.archived_at is not None and self.merged_into is None and not self.tombstone


Key = tuple[str, str, str]  # object type, property, value


class Holders(Protocol):
    """Which record has a value of a unique property."""

    def get(self, key: Key, /) -> str | None: ...
    def __setitem__(self, key: Key, record_id: str, /) -> None: ...
    def __delitem__(self, key: Key, /) -> None: ...


class Store(Protocol):
    """Where records are that are not in memory."""

    def put(self, record: Record, /) -> None: ...
    def get(self, kind: Kind, record_id: str, /) -> Record | None: ...


class Records:
    """Ids grow over all object types together, so an id of one type is never found among another's.

    With a `store`, no more than about `keep` records stay in memory; their property history is not kept then.
    """

    def __init__(self, store: Store | None = None, holders: Holders | None = None, *, keep: int = 0) -> None:
        self._next_id = _FIRST_ID
        self._records: dict[str, dict[str, Record]] = {name: {} for name in KINDS}
        self._order: dict[str, array[int]] = {name: array("q") for name in KINDS}
        self._holders: Holders = {} if holders is None else holders
        self._store = store
        self._keep = keep

    def new_id(self) -> str:
        self._next_id += 1
        return str(self._next_id)

    def add(self, record: Record) -> None:
        self._records[record.kind.name][record.id] = record
        insort(self._order[record.kind.name], int(record.id))

    def get(self, kind: Kind, record_id: str) -> Record | None:
        record = self._records[kind.name].get(record_id)
        if record is None and self._store is not None:
            record = self._store.get(kind, record_id)
            if record is not None:
                self._records[kind.name][record_id] = record
        return record

    def tidy(self) -> None:
        """Store the records, if there are too many in memory; to be called when nobody is at work on one."""
        if self._store is None or sum(map(len, self._records.values())) <= self._keep:
            return
        for records in self._records.values():
            for record in records.values():
                self._store.put(record)
            records.clear()

    def live(self, kind: Kind, record_id: str) -> Record | None:
        record = self.get(kind, record_id)
        return record if record is not None and record.live else None

    def answering(self, kind: Kind, record_id: str) -> Record | None:
        """Return the record that answers a read of this id: itself, or who it was merged into."""
        record = self.get(kind, record_id)
        while record is not None and record.merged_into is not None:
            record = self.get(kind, record.merged_into)
        return record if record is not None and record.live else None

    def walk(self, kind: Kind, after: int = 0) -> Iterator[Record]:
        """Give all records of a type, oldest first, beginning behind the id `after`."""
        order, records, store = self._order[kind.name], self._records[kind.name], self._store
        for place in range(bisect_right(order, after), len(order)):
            record = records.get(str(order[place]))
            if record is None and store is not None:
                record = store.get(kind, str(order[place]))
            if record is not None:
                yield record

    def holder(self, kind: Kind, name: str, value: str) -> Record | None:
        """Return the live record that has this value of a unique property; values are compared exactly.

        One that is archived or merged away holds nothing: its value is free (not established).
        """
        record_id = self._holders.get((kind.name, name, value))
        return self.live(kind, record_id) if record_id is not None else None

    def write(self, record: Record, name: str, value: str, *, at: datetime, by: str, unique: bool) -> bool:
        """Set or, with an empty value, clear one property; say whether that changed anything."""
        before = record.values.get(name, "")
        if before == value:
            return False
        if unique:
            if self._holders.get((record.kind.name, name, before)) == record.id:
                del self._holders[record.kind.name, name, before]
            if value:
                self._holders[record.kind.name, name, value] = record.id
        if value:
            record.values[name] = value
        else:
            del record.values[name]
        if self._store is None:
            record.history.setdefault(name, []).insert(0, Version(value=value, at=at, by=by))
        return True

    def hold(self, record: Record, name: str) -> None:
        """Take the record's value of a unique property into the index."""
        if name in record.values:
            self._holders[record.kind.name, name, record.values[name]] = record.id

    def alias(self, record: Record, name: str, value: str) -> None:
        """Let one more value of a unique property name this record."""
        if self.holder(record.kind, name, value) is None:
            self._holders[record.kind.name, name, value] = record.id
