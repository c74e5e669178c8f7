"""Many lives at once: processes that each have a database of their own, and say of every life how it ended."""

from __future__ import annotations

import functools
import gc
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.queues import SimpleQueue

from sqlalchemy import Engine, event
from tests.fakes.asking import Scattered
from tests.model.fate import Fate, Strike, writes
from tests.model.life import Life
from tests.model.tales import TALES

from zenhub_sync.store.engine import open_engine, writing
from zenhub_sync.store.migrate import migrate
from zenhub_sync.store.tables import metadata
from zenhub_sync.telemetry import configure_logging
from zenhub_sync.transport.asking import OneByOne

LANES = os.cpu_count() or 1

# A run that died may have sent what it had not settled: for each batch on its way one write of tickets, links to
# companies and to contacts.
_REPEATED_BY_ONE_DEATH = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A tale, and what strikes it; with a `seed`, several pages are on their way in the order that it decides."""

    tale: str
    strikes: tuple[Strike, ...] = ()
    seed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How a life ended; no complaint means that nothing was lost and nothing made twice."""

    case: Case
    trail: tuple[str, ...]
    struck: int
    complaint: str | None


class Crowd:
    """Processes that live lives, each case once: what fate decides is the same every time."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool
        self._verdicts: dict[Case, Verdict] = {}

    def live(self, cases: Iterable[Case]) -> list[Verdict]:
        """Return the verdict of every case, in the same order."""
        asked = list(cases)
        new = [case for case in dict.fromkeys(asked) if case not in self._verdicts]
        self._verdicts.update(zip(new, self._pool.map(judge, new, chunksize=4), strict=True))
        return [self._verdicts[case] for case in asked]

    def trail(self, tale: str) -> tuple[str, ...]:
        """Return the effect points of a tale in which nothing goes wrong."""
        return self.live([Case(tale=tale)])[0].trail


@contextmanager
def crowd(urls: Sequence[str]) -> Iterator[Crowd]:
    """Start a process for each of the empty databases."""
    context = get_context("spawn")
    databases: SimpleQueue[str] = context.SimpleQueue()
    for url in urls:
        databases.put(url)
    with ProcessPoolExecutor(len(urls), mp_context=context, initializer=_settle, initargs=(databases,)) as pool:
        yield Crowd(pool)


_home: list[Engine] = []


def _settle(databases: SimpleQueue[str]) -> None:
    """Make this process at home in one of the databases."""
    configure_logging("ERROR", "json")
    engine = open_engine(databases.get())
    migrate(engine)
    if engine.dialect.name == "sqlite":
        # Here processes die and the machine does not: what was committed need not reach the disk.
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF"))
        engine.dispose()
    _home.append(engine)
    gc.freeze()  # modules are not garbage; looking at them again and again takes a fifth of the time


def _empty(engine: Engine) -> Engine:
    with writing(engine) as connection:
        for table in metadata.sorted_tables:
            connection.execute(table.delete())
    return engine


def _lived(case: Case) -> Life:
    asking = OneByOne() if case.seed is None else Scattered(case.seed)
    life = Life(tale=TALES[case.tale], engine=_empty(_home[0]), fate=Fate.of(*case.strikes), asking=asking)
    life.live()
    return life


@functools.cache
def _unharmed(tale: str, seed: int | None) -> tuple[dict[str, object], int]:
    life = _lived(Case(tale=tale, seed=seed))
    return life.account(), _writes(life)


def judge(case: Case) -> Verdict:
    """Live one life and compare its end with that of a life in which nothing went wrong."""
    expected, _ = _unharmed(case.tale, None)
    _, needed = _unharmed(case.tale, case.seed)
    try:
        life = _lived(case)
    except AssertionError as failure:
        return Verdict(case=case, trail=(), struck=0, complaint=str(failure))
    complaint = _complaint(life, expected, needed)
    return Verdict(case=case, trail=tuple(life.fate.trail), struck=life.fate.struck, complaint=complaint)


def _complaint(life: Life, expected: dict[str, object], needed: int) -> str | None:
    account, sent = life.account(), _writes(life)
    if account != expected:
        return str({name: (account[name], expected[name]) for name in expected if account[name] != expected[name]})
    if sent > needed + _REPEATED_BY_ONE_DEATH * life.asking.at_once * life.fate.struck:
        return f"{sent} writing requests where {needed} are enough"
    unread, written = life.again()
    return f"{unread} tickets read and {written} records written again" if unread or written else None


def _writes(life: Life) -> int:
    return sum(writes(method, path) for _, method, path, _ in life.world.requests)
