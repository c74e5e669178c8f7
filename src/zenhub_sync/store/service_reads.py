"""What the service asks of the database between runs, from any thread."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from zenhub_sync.errors import ConfigProblem
from zenhub_sync.planning.slots import Claim
from zenhub_sync.store import slots
from zenhub_sync.store.engine import open_engine, parse_url, reading


class ServiceReads:
    """Questions to the database that `url` names, each on a connection of its own.

    A service lives for months: no connection stays open over a restored or replaced database, and a SQLite file that
    is gone is not silently made anew by asking.
    """

    def __init__(self, url: str) -> None:
        self._url = url

    def claims(self) -> dict[str, Claim]:
        """Return the latest claim of each job."""
        with self._reading() as connection:
            return slots.every(connection)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        parsed = parse_url(self._url)
        if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").exists():
            raise ConfigProblem(
                f"database {parsed.database}: the file is gone; restore it, or let the next run make it"
            )
        engine = open_engine(self._url)
        try:
            with reading(engine) as connection:
                yield connection
        finally:
            engine.dispose()
