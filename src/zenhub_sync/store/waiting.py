"""Those who wait for the lease say so, in a row beside it; a holder in no hurry gives it back."""

from __future__ import annotations

import time
from contextlib import suppress

from sqlalchemy import Connection, Engine, select

from zenhub_sync.store.engine import DatabaseLocked, in_transaction, reading
from zenhub_sync.store.leases import database_now
from zenhub_sync.store.statements import insert_into
from zenhub_sync.store.tables import lease

_WANTED = "wanted"
_HEARD_WITHIN = 0.5


def want(engine: Engine, seconds: float) -> None:
    """Say that somebody waits for the lease, and will for so many seconds; a holder in no hurry gives it back."""

    def say(connection: Connection) -> None:
        until = {"expires_at": database_now(connection) + seconds}
        said = insert_into(connection, lease).values(name=_WANTED, token=0, **until)
        connection.execute(said.on_conflict_do_update(index_elements=["name"], set_=until))

    with suppress(DatabaseLocked):  # who is in the middle of a write hears of it the next time
        in_transaction(engine, say, time.sleep, _HEARD_WITHIN)


def wanted(engine: Engine) -> bool:
    """Tell whether somebody waits for the lease."""
    with reading(engine) as connection:
        until = connection.execute(select(lease.c.expires_at).where(lease.c.name == _WANTED)).scalar_one_or_none()
        return until is not None and until > database_now(connection)
