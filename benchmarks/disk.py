"""What a SQLite database takes on the disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """The bytes of a database file as a run leaves it, and those of its free pages, which are used before it grows."""

    file: int
    free: int

    @property
    def taken(self) -> int:
        """Return the bytes of all pages that hold something, holes and all."""
        return self.file - self.free

    def beside(self, empty: Disk) -> Disk:
        """Return what is beyond an empty database."""
        return Disk(file=self.file - empty.file, free=self.free)

    def figures(
        self, name: str, tickets: int, *, note: str = "", reason: str = "", peers: str = ""
    ) -> Iterator[Figure]:
        """Say what a ticket takes: of the whole file, and of the pages that hold something."""
        free = (
            f"{self.free / 1e6:.1f} MB are free pages, room for what waits for delivery, whatever the number of tickets"
        )
        why = "; ".join(text for text in (free, reason) if text)
        for part, value, because in ((name, self.file, why), (f"{name}, without free pages", self.taken, reason)):
            yield Figure(
                name=part,
                value=value / tickets,
                unit="bytes/ticket",
                target=300,
                note=note,
                reason=because,
                peers=peers,
            )


def stored(database: Path) -> Disk:
    """Measure a database file, its log emptied into it."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        free, size = (connection.execute(f"PRAGMA {it}").fetchone()[0] for it in ("freelist_count", "page_size"))
    return Disk(file=database.stat().st_size, free=free * size)
