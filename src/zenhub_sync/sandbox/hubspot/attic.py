"""Where a portal of a million records keeps those it has no use for at the moment: a temporary SQLite file.

SQLite deletes the file by itself, also when the process is killed (https://sqlite.org/inmemorydb.html, "temporary
databases"). Nothing is ever rolled back: there is one transaction, without a journal.
"""

from __future__ import annotations

import marshal
import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta

from zenhub_sync.sandbox.hubspot.kinds import Kind
from zenhub_sync.sandbox.hubspot.records import Key, Record
from zenhub_sync.sandbox.hubspot.times import EPOCH, milliseconds

End = tuple[str, str]

_TABLES = """
CREATE TABLE records (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, packed BLOB NOT NULL);
CREATE TABLE keys (key TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE links (start INTEGER, to_kind TEXT, to_id INTEGER, types TEXT NOT NULL,
                    PRIMARY KEY (start, to_kind, to_id)) WITHOUT ROWID;
"""
_LARGEST_ID = 2**63


class Attic:
    """Records, unique values and associations on disk; the caller holds the lock."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        # Values of 2 KB fill pages of 4 KB badly. 32 MB of cache hold the upper levels of all three trees.
        for pragma in ("page_size = 16384", "cache_size = -32768", "journal_mode = OFF", "synchronous = OFF"):
            self._file.execute(f"PRAGMA {pragma}")
        self._file.executescript(_TABLES)
        self._file.execute("BEGIN")
        self._shapes: dict[tuple[str, ...], int] = {}
        self._names: list[tuple[str, ...]] = []
        self.keys = Keys(self._file)
        self.links = StoredCells(self._file)

    def put(self, record: Record) -> None:
        """Store a record as it is now, but for the history of its properties."""
        names = tuple(record.values)
        shape = self._shapes.setdefault(names, len(self._names))
        if shape == len(self._names):
            self._names.append(names)
        moments = (record.created_at, record.updated_at, record.archived_at)
        state = (*map(_number, moments), record.merged_into, record.tombstone, shape, tuple(record.values.values()))
        row = (int(record.id), record.kind.name, marshal.dumps(state))
        self._file.execute("INSERT OR REPLACE INTO records VALUES (?, ?, ?)", row)

    def get(self, kind: Kind, record_id: str) -> Record | None:
        """Return a new copy of a record."""
        if not record_id.isascii() or not record_id.isdecimal() or int(record_id) >= _LARGEST_ID:
            return None
        query = "SELECT packed FROM records WHERE id = ? AND kind = ?"
        found = self._file.execute(query, (int(record_id), kind.name)).fetchone()
        if found is None or str(int(record_id)) != record_id:
            return None
        created, updated, archived, merged_into, tombstone, shape, values = marshal.loads(found[0])  # noqa: S302 - ours
        return Record(
            kind=kind,
            id=record_id,
            created_at=_moment(created),
            updated_at=_moment(updated),
            values=dict(zip(self._names[shape], values, strict=True)),
            archived_at=None if archived is None else _moment(archived),
            merged_into=merged_into,
            tombstone=tombstone,
        )


class Keys:
    """Which record has a value of a unique property."""

    def __init__(self, file: sqlite3.Connection) -> None:
        self._file = file

    def get(self, key: Key) -> str | None:
        found = self._file.execute("SELECT id FROM keys WHERE key = ?", (_text(key),)).fetchone()
        return None if found is None else str(found[0])

    def __setitem__(self, key: Key, record_id: str) -> None:
        self._file.execute("INSERT OR REPLACE INTO keys VALUES (?, ?)", (_text(key), record_id))

    def __delitem__(self, key: Key) -> None:
        self._file.execute("DELETE FROM keys WHERE key = ?", (_text(key),))


class StoredCells:
    """The types of each association; ids are unique over all object types, so a start needs none."""

    def __init__(self, file: sqlite3.Connection) -> None:
        self._file = file

    def get(self, start: End, end: End) -> frozenset[int]:
        query = "SELECT types FROM links WHERE start = ? AND to_kind = ? AND to_id = ?"
        found = self._file.execute(query, (int(start[1]), end[0], int(end[1]))).fetchone()
        return frozenset() if found is None else _types(found[0])

    def put(self, start: End, end: End, types: frozenset[int]) -> None:
        place = (int(start[1]), end[0], int(end[1]))
        if types:
            row = (*place, ",".join(map(str, sorted(types))))
            self._file.execute("INSERT OR REPLACE INTO links VALUES (?, ?, ?, ?)", row)
        else:
            self._file.execute("DELETE FROM links WHERE start = ? AND to_kind = ? AND to_id = ?", place)

    def of(self, start: End, to_kind: str) -> Mapping[str, frozenset[int]]:
        query = "SELECT to_id, types FROM links WHERE start = ? AND to_kind = ? ORDER BY to_id"
        found = self._file.execute(query, (int(start[1]), to_kind)).fetchall()
        return {str(to_id): _types(types) for to_id, types in found}

    def kinds_of(self, start: End) -> list[str]:
        query = "SELECT DISTINCT to_kind FROM links WHERE start = ? ORDER BY to_kind"
        return [kind for (kind,) in self._file.execute(query, (int(start[1]),)).fetchall()]


def _text(key: Key) -> str:
    kind, name, value = key
    return f"{kind}.{name}={value}"


def _types(text: str) -> frozenset[int]:
    return frozenset(map(int, text.split(",")))


def _number(moment: datetime | None) -> int | None:
    return None if moment is None else milliseconds(moment)


def _moment(number: int) -> datetime:
    return EPOCH + timedelta(milliseconds=number)
