"""One run at a time per database, and no write by a run that lost its turn.

The lease is a row with a growing token. Its clock is the database's, so hosts need not agree on the time. Every
write transaction renews it first (`fence`), compare-and-set on the token: a process that was stopped past its lease and
wakes up writes nothing. A holder that died on this very host is recognised and replaced at once.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Float, Row, Update, bindparam, literal_column, select, update

from zenhub_sync.errors import ConfigProblem, LeaseHeld
from zenhub_sync.store.engine import DatabaseLocked, in_transaction, reading, writing
from zenhub_sync.store.statements import insert_into
from zenhub_sync.store.tables import lease

# Longer than any single call to a vendor (its total deadline), and shorter than `delivery.settle` by default: a run
# that takes over never looks for a task before a late write of its predecessor has landed.
LEASE_SECONDS = 60.0
_BEATS = 4
_NAME = "worker"
# A run that starts waits this long for another one's write to end.
_LONGEST_WAIT = 5.0
_NOW = {
    "postgresql": "extract(epoch FROM clock_timestamp())",
    "sqlite": "(julianday('now') - 2440587.5) * 86400.0",
}
_BOOT_CLOCK = getattr(time, "CLOCK_BOOTTIME", None)


_NEVER = float("-inf")


class LeaseLost(LeaseHeld):
    """Another run took over while this one was stopped or cut off; it must not write any more."""


@dataclass(slots=True, kw_only=True)
class Lease:
    """The turn of one run; `token` is greater than that of every earlier run.

    `good_until` is on a clock that goes on while the process is stopped.
    """

    token: int
    holder: str
    seconds: float
    good_until: float

    def check(self) -> None:
        """Raise `LeaseLost` if another run may have taken over by now.

        HubSpot cannot check a fencing token, so this is the last thing done before a write that must not be repeated.
        What remains is a freeze between this line and the socket, and it has to last longer than `delivery.settle`.
        """
        if self.good_until == _NEVER:
            raise LeaseLost("this run gave its lock back; what is still on its way for it sends nothing more")
        if _awake_or_not() >= self.good_until:
            raise LeaseLost("this run was stopped for longer than its lock lasts; another one may be at work")

    def end(self) -> None:
        """Be good for nothing any more: the lease is given back next, and a thread of its run may be at work still."""
        self.good_until = _NEVER

    def renewed(self, asked_at: float) -> None:
        """Note that the lease was renewed at, or after, a moment of that clock."""
        self.good_until = max(self.good_until, asked_at + self.seconds)


def who_am_i() -> str:
    """Name this process so that another one on the same host can tell whether it still lives."""
    return f"{socket.gethostname()} pid {os.getpid()} started {_started(os.getpid())} on {_boot()}"


def acquire(
    engine: Engine,
    holder: str,
    seconds: float = LEASE_SECONDS,
    *,
    wait: float = _LONGEST_WAIT,
    sleep: Callable[[float], None] = time.sleep,
) -> Lease:
    """Take the lease if it is free, expired, or held by a dead process of this host; else raise `LeaseHeld`.

    That is also what is raised after `wait` seconds in which another transaction did not let go of its row.
    """
    asked_at = _awake_or_not()
    try:
        token = in_transaction(engine, lambda connection: _take(connection, holder, seconds), sleep, wait)
    except DatabaseLocked as locked:
        raise _in_the_middle(engine, locked) from locked
    return Lease(token=token, holder=holder, seconds=seconds, good_until=asked_at + seconds)


def _take(connection: Connection, holder: str, seconds: float) -> int:
    row = lock_row(connection)
    now = database_now(connection)
    if row.holder and (row.expires_at or 0) > now and not _is_dead(row.holder):
        raise LeaseHeld(
            f"{_who_since_when(row, now)}; wait for it to end "
            f"(if it is gone, its lock ends by itself in {round(row.expires_at - now)} s)"
        )
    connection.execute(
        update(lease)
        .where(lease.c.name == _NAME)
        .values(token=row.token + 1, holder=holder, acquired_at=now, expires_at=now + seconds)
    )
    return int(row.token) + 1


def lock_row(connection: Connection) -> Row[Any]:
    """Keep all others away from the lease until this transaction ends, and return its row."""
    # The row must be there to be locked: two that find none would both think that they are alone.
    connection.execute(insert_into(connection, lease).values(name=_NAME, token=0).on_conflict_do_nothing())
    return connection.execute(select(lease).where(lease.c.name == _NAME).with_for_update()).one()


def _in_the_middle(engine: Engine, locked: DatabaseLocked) -> LeaseHeld:
    """Say who keeps the database locked, as far as that can be read past the lock."""
    with reading(engine) as connection:
        row = connection.execute(select(lease).where(lease.c.name == _NAME)).one_or_none()
        if row is None or row.holder is None or _is_dead(row.holder):
            return locked
        return LeaseHeld(
            f"{_who_since_when(row, database_now(connection))}; it is in the middle of a write and gets no further: "
            "if it was stopped, let it go on (kill -CONT) or end it (kill -KILL); nothing is lost either way"
        )


def _who_since_when(row: Row[Any], now: float) -> str:
    return f"another run holds the lock: {row.holder}, for {round(now - (row.acquired_at or now))} s"


def fence(connection: Connection, held: Lease) -> None:
    """Renew the lease inside a write transaction, or raise `LeaseLost` so that it is rolled back."""
    mine = {"held_token": held.token, "held_by": held.holder, "seconds": held.seconds}
    renewed = connection.execute(_renewal(connection.dialect.name), mine)
    if renewed.rowcount != 1:
        raise LeaseLost("this run lost its lock to another one and stopped; nothing half-done was written")


@cache
def _renewal(dialect: str) -> Update:
    return (
        update(lease)
        .where(lease.c.name == _NAME, lease.c.token == bindparam("held_token"), lease.c.holder == bindparam("held_by"))
        .values(expires_at=literal_column(_NOW[dialect], Float) + bindparam("seconds", type_=Float))
    )


def renew(engine: Engine, held: Lease) -> None:
    """Renew the lease in a transaction of its own."""
    asked_at = _awake_or_not()
    with writing(engine) as connection:
        fence(connection, held)
    held.renewed(asked_at)


def release(engine: Engine, held: Lease, sleep: Callable[[float], None] = time.sleep) -> None:
    """Give the lease back; without effect if it was lost."""
    given_back = (
        update(lease)
        .where(lease.c.name == _NAME, lease.c.token == held.token, lease.c.holder == held.holder)
        .values(holder=None, expires_at=None)
    )
    in_transaction(engine, lambda connection: connection.execute(given_back), sleep)


@contextmanager
def heartbeat(engine: Engine, held: Lease) -> Iterator[None]:
    """Keep the lease alive in a thread while the run waits for vendors; it dies with the process."""
    stopped = threading.Event()

    def beat() -> None:
        while not stopped.wait(held.seconds / _BEATS):
            try:
                renew(engine, held)
            except LeaseLost:
                return  # the run's own next write is refused in the same way, and says so
            except (ConfigProblem, DatabaseLocked):
                continue  # the database is away for a moment; the run's own writes report it

    thread = threading.Thread(target=beat, name="lease-heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def database_now(connection: Connection) -> float:
    """Return Unix seconds by the database's own clock."""
    return float(connection.execute(select(literal_column(_NOW[connection.dialect.name]))).scalar_one())


def _awake_or_not() -> float:
    """Return seconds that go on while the process is stopped, and, where the system tells, while it is suspended."""
    return time.clock_gettime(_BOOT_CLOCK) if _BOOT_CLOCK is not None else time.monotonic()


def _is_dead(holder: str) -> bool:
    """Tell whether the holder was a process of this boot of this host that is certainly gone."""
    words = holder.split(" ")
    if len(words) != 7 or words[0] != socket.gethostname() or words[6] != _boot() or not _boot():
        return False
    return _started(words[2]) not in {words[4], "?"}


def _boot() -> str:
    """Identify the boot and the process namespace; empty where the system does not tell."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}/{os.readlink('/proc/self/ns/pid')}"
    except OSError:
        return ""


def _started(pid: int | str) -> str:
    """Return the start time of a process in clock ticks, so that a reused pid is not mistaken for an old one.

    `-` for one that is gone, `?` for one that this user may not look at.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return "-" if Path("/proc/1/stat").exists() else "?"  # where others are hidden, absence says nothing
    except OSError:
        return "?"
    return "-" if fields[0] == "Z" else fields[19]
