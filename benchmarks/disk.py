"""What a SQLite database takes on the disk."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def stored_bytes(database: Path) -> int:
    """Return the size of the database file without what is pruned after a month and without free pages."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("DELETE FROM effects WHERE state IN ('done', 'superseded') AND kind != 'open_escalation'")
        connection.commit()
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return database.stat().st_size
