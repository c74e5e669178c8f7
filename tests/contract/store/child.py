"""A process of its own, told by lines on stdin and answering with lines on stdout: `child.py ROLE DATABASE_URL`."""

from __future__ import annotations

import sys

from zenhub_sync.errors import ZenhubError
from zenhub_sync.store.directory import companies_of, replace_domains
from zenhub_sync.store.engine import open_engine, writing
from zenhub_sync.store.leases import Lease, fence
from zenhub_sync.store.migrate import migrate
from zenhub_sync.store.store import Store

COUNTED = "counted.example"


def hold_the_lease(url: str) -> None:
    """Take the lease and keep it until stdin ends, or the process is killed."""
    with Store(open_engine(url)).lease() as held:
        _say(f"holding {held.token}")
        sys.stdin.read()


def freeze(url: str) -> None:
    """Take the lease and stop in the middle of a write, until stdin ends or says to go on."""
    engine = open_engine(url)
    with Store(engine).lease() as held, writing(engine) as connection:
        fence(connection, held)
        _say(f"holding {held.token}")
        sys.stdin.readline()


def count(url: str) -> None:
    """Read a number, add one, write it: 40 times, each in a write transaction under the lease that stdin names."""
    engine = open_engine(url)
    _say("ready")
    token, holder = sys.stdin.readline().rstrip("\n").split(" ", 1)
    held = Lease(token=int(token), holder=holder, seconds=60.0, good_until=0.0)
    for _ in range(40):
        with writing(engine) as connection:
            fence(connection, held)
            number = int(next(iter(companies_of(connection, [COUNTED])[COUNTED])))
            replace_domains(connection, {COUNTED: frozenset({str(number + 1)})}, 0.0)
    _say("done")


def migrate_each(_: str) -> None:
    """Migrate each database that stdin names."""
    _say("ready")
    for line in sys.stdin:
        try:
            found = migrate(open_engine(line.strip()))
            _say(f"found {found.current}")
        except ZenhubError as problem:
            _say(f"failed {problem}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    {"hold": hold_the_lease, "freeze": freeze, "count": count, "migrate": migrate_each}[sys.argv[1]](sys.argv[2])
