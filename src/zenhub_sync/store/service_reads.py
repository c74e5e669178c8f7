"""What the service asks of the database between runs, and the alerts that it notes there; from any thread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from zenhub_sync.errors import ConfigProblem
from zenhub_sync.planning.slots import Claim
from zenhub_sync.store import alerts, slots, standing
from zenhub_sync.store.engine import open_engine, parse_url, reading, writing
from zenhub_sync.store.migrate import schema_state


class ServiceReads:
    """Questions to the database that `url` names, each on a connection of its own.

    A service lives for months: no connection stays open over a restored or replaced database, and a SQLite file that
    is gone is not silently made anew by asking. Alerts need no lease: each is claimed by compare-and-set.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._kept = open_engine(url)  # it remembers how statements are written, and connects anew every time

    def claims(self) -> dict[str, Claim]:
        """Return the latest claim of each job."""
        with self._engine() as engine, reading(engine) as connection:
            return slots.every(connection)

    def standing(self, arrivals_since: float) -> standing.Standing:
        """Return how things stand."""
        with self._engine() as engine, reading(engine) as connection:
            return standing.read(connection, arrivals_since)

    def is_migrated(self) -> bool:
        """Tell whether the schema is the one of this program."""
        with self._engine() as engine:
            return schema_state(engine).up_to_date

    def note_troubles(self, troubles: Mapping[str, str], now: float) -> list[alerts.Alert]:
        """Note which troubles there are, and claim what people have to be told of."""
        with self._engine() as engine, writing(engine) as connection:
            alerts.note(connection, troubles, now)
            return alerts.take(connection, now)

    def told(self, alert: alerts.Alert, now: float) -> None:
        """Remember that people were told."""
        with self._engine() as engine, writing(engine) as connection:
            alerts.told(connection, alert, now)

    @contextmanager
    def _engine(self) -> Iterator[Engine]:
        parsed = parse_url(self._url)
        if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").exists():
            raise ConfigProblem(f"database {parsed.database}: the file is gone; restore it, or let a run make it anew")
        try:
            yield self._kept
        finally:
            self._kept.dispose()
