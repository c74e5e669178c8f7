"""A program that is stopped and wakes up later: whoever took over is left alone, and who is kept out is told why."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select
from tests.figures import spread
from tests.model.fate import writes
from tests.model.tales import SMALL, TALES
from tests.outside.conftest import LANES, NewDatabase, in_lanes
from tests.outside.mortal import End
from tests.outside.nursery import Nursery, nursery
from tests.outside.world import JOBS, Town, town, trail_of, unharmed

from zenhub_sync.store.engine import open_engine, reading
from zenhub_sync.store.tables import runs

_HELD = 6
_LEASE = 3.0
_PAUSE = 0.5
# An odd one before the first request that writes: there is nothing but the beginnings and ends of commits till then.
_WITHIN_A_WRITE = 9
_IMPORT = ["import", "--wait", "0"]
_CREATE = "before POST /crm/objects/2026-09/tasks"
_IN_THE_MIDDLE = "it is in the middle of a write"


def test_one_that_was_stopped_past_its_lease_wakes_up_and_writes_no_more(
    database: str, new_database: NewDatabase, tmp_path: Path, program: Nursery, figure: Callable[[str], None]
) -> None:
    points = _try("SMALL", _where_the_turn_is_checked_later, new_database, tmp_path, program)
    figure(f"{database}: SIGSTOP past the lease at {points} effect points, taken over, all passed")


def test_one_that_was_stopped_just_before_it_sends_a_task_sends_it_in_vain_where_the_portal_has_a_key(
    new_database: NewDatabase, tmp_path: Path, program: Nursery
) -> None:
    """It had checked its turn already; HubSpot alone can refuse that task, and it does by the unique key."""
    _try("SMALL, keyed", lambda trail: [trail.index(_CREATE) + 1], new_database, tmp_path, program)


def _where_the_turn_is_checked_later(trail: Sequence[str]) -> list[int]:
    """Return points from that at which the lease is held to that before the run notes its end."""
    held = trail.index("after commit", trail.index("after commit") + 1) + 1
    end = len(trail) - 4  # begin and end of two commits: the run's end, and the lease's
    return [at for at in range(held, end) if trail[at - 1] not in {"before commit", _CREATE}]


def _try(
    name: str,
    choose: Callable[[Sequence[str]], list[int]],
    new_database: NewDatabase,
    folder: Path,
    program: Nursery,
) -> int:
    expected = unharmed(name)
    with new_database(folder / "calm") as url, town(TALES[name], url, folder / "calm") as place:
        trail = trail_of(place, program, "import")
    points = spread(choose(trail), 6)

    def try_share(lane: int) -> None:
        with pair(folder / f"lane{lane}") as programs:
            for at in points[lane::LANES]:
                here = folder / str(at)
                with new_database(here) as url, town(TALES[name], url, here) as place:
                    _stop_and_wake(place, programs, at, trail[at - 1])
                    _complete(place, programs[0])
                    assert place.account() == expected, f"stopped at {at}: {trail[at - 1]}"

    in_lanes(try_share, range(LANES))
    return len(points)


def _stop_and_wake(place: Town, programs: Sequence[Nursery], at: int, where: str) -> None:
    """Stop one past its lease, let the other one do the work, and wake the first."""
    stale, other = programs
    pid = _stopped(place, stale, at)
    while (took_over := other.run(_IMPORT, place.env)).code == _HELD:
        assert f"pid {pid} " in took_over.err
        if _IN_THE_MIDDLE in took_over.err:  # its heartbeat was just writing: safe, and rare
            os.kill(pid, signal.SIGCONT)
            assert stale.wait().code == 0
            return
    assert took_over.code == 0, took_over.err
    place.sandbox.forget_requests()
    before = _run_rows(place)

    os.kill(pid, signal.SIGCONT)
    woken = stale.wait()

    assert (woken.code, "lock" in woken.err) == (_HELD, True), (where, woken.err)
    assert _run_rows(place) == before, "a write to the database with a stale token"
    sent = [path for _, method, path, _ in place.sandbox.requests if writes(method, path)]
    assert len(sent) <= where.startswith("before"), (where, sent)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("what_then", "code"), [(signal.SIGCONT, 0), (signal.SIGKILL, -signal.SIGKILL)])
def test_one_that_was_stopped_within_a_write_keeps_a_file_locked_until_it_goes_on_or_is_ended(
    what_then: signal.Signals,
    code: int,
    new_database: NewDatabase,
    tmp_path: Path,
    program: Nursery,
    other_program: Nursery,
) -> None:
    stale, other = program, other_program
    with new_database(tmp_path) as url, town(SMALL, url, tmp_path) as place:
        pid = _stopped(place, stale, at=_WITHIN_A_WRITE, lease=60.0)
        kept_out = other.run(_IMPORT, place.env)
        assert kept_out.code == _HELD
        assert f"pid {pid} " in kept_out.err
        assert _IN_THE_MIDDLE in kept_out.err

        os.kill(pid, what_then)
        assert stale.wait().code == code
        _complete(place, other)
        assert place.account() == unharmed("SMALL")


@pytest.mark.parametrize("database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_one_that_was_stopped_within_a_write_is_rolled_back_by_the_server_and_taken_over(
    new_database: NewDatabase, tmp_path: Path, program: Nursery, other_program: Nursery
) -> None:
    stale, other = program, other_program
    with new_database(tmp_path) as url, town(SMALL, url, tmp_path) as place:
        pid = _stopped(place, stale, at=_WITHIN_A_WRITE)
        while (took_over := other.run(_IMPORT, place.env)).code == _HELD:
            assert f"pid {pid} " in took_over.err
        assert took_over.code == 0, took_over.err
        before = _run_rows(place)

        os.kill(pid, signal.SIGCONT)
        woken = stale.wait()
        assert (woken.code, "lost its lock" in woken.err) == (_HELD, True), woken.err
        assert _run_rows(place) == before
        _complete(place, other)
        assert place.account() == unharmed("SMALL")


@contextmanager
def pair(folder: Path) -> Iterator[Sequence[Nursery]]:
    with ExitStack() as stack:
        yield [stack.enter_context(nursery(folder / name)) for name in ("one", "other")]


def _complete(place: Town, program: Nursery) -> None:
    for job in JOBS:
        ended = program.run([job], place.env)
        assert ended.code == 0, ended.err
        place.pass_the_day(job)


def _stopped(place: Town, program: Nursery, at: int, lease: float = _LEASE) -> int:
    """Start an import that stops at an effect point, and return its pid once it has."""
    pid = program.start(["import"], place.env, End(at=at, lease_seconds=lease, longest_pause=_PAUSE))
    program.wait_until_stopped()
    return pid


def _run_rows(place: Town) -> list[tuple[object, ...]]:
    engine = open_engine(place.database_url)
    with reading(engine) as connection:
        rows = [tuple(row) for row in connection.execute(select(runs).order_by(runs.c.run_id))]
    engine.dispose()
    return rows
