"""A database file that fails under the running program: it says so plainly, and the next run completes."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from tests.figures import LONG
from tests.model.tales import SMALL
from tests.outside.installed import PROGRAM
from tests.outside.nursery import Ended, Nursery
from tests.outside.world import JOBS, Town, town, unharmed

_CONFIG = 3
_HELD = 6
_LIMITED = """
import os, resource, sys
most = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
os.execv(sys.argv[2], sys.argv[2:])
"""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Town]:
    (tmp_path / "data").mkdir()
    with town(SMALL, f"sqlite:///{_file(tmp_path)}", tmp_path) as opened:
        yield opened


def test_a_file_that_another_program_locks_for_a_moment_is_waited_for(
    place: Town, tmp_path: Path, program: Nursery
) -> None:
    with _locked(place, tmp_path, program) as other, ThreadPoolExecutor(1) as pool:
        running = pool.submit(program.run, ["import"], place.env)
        with pytest.raises(TimeoutError):
            running.result(timeout=1)
        assert [service for service, *_ in place.sandbox.requests if service == "zendesk"] == []
        other.execute("ROLLBACK")
        assert running.result(timeout=60).code == 0
    _complete(place, program)


def test_a_file_that_another_program_keeps_locked_is_told_as_a_lock(
    place: Town, tmp_path: Path, program: Nursery
) -> None:
    with _locked(place, tmp_path, program):
        ended = program.run(["import", "--wait", "0"], place.env)
        _told_plainly(ended, _HELD, "zenhub-sync.db", "another program keeps it locked")
    _complete(place, program)


@pytest.mark.parametrize("kilobytes", [16, 48, 96, 150, 200] if LONG else [96])
def test_a_file_that_may_not_grow_ends_the_run_in_plain_words(
    place: Town, tmp_path: Path, program: Nursery, kilobytes: int
) -> None:
    """A quota, as the kernel tells of it."""
    limited = [sys.executable, "-c", _LIMITED, str(kilobytes * 1024), PROGRAM, "import"]
    _told_plainly(_run(limited, place, tmp_path), _CONFIG, "zenhub-sync.db")
    _complete(place, program)


@pytest.mark.parametrize("kilobytes", [64, 128, 160, 200, 256] if LONG else [64, 160])
def test_a_full_disk_ends_the_run_in_plain_words(tmp_path: Path, program: Nursery, kilobytes: int) -> None:
    (tmp_path / "data").mkdir()
    with (
        _mounted(tmp_path / "data", f"size={kilobytes}k"),
        town(SMALL, f"sqlite:///{_file(tmp_path)}", tmp_path) as place,
    ):
        _told_plainly(_run([PROGRAM, "import"], place, tmp_path), _CONFIG, "zenhub-sync.db")
        subprocess.run(["mount", "-o", "remount,size=64m", tmp_path / "data"], check=True)
        _complete(place, program)


def test_a_folder_that_may_not_be_written_is_named(tmp_path: Path, program: Nursery) -> None:
    (tmp_path / "data").mkdir()
    with (
        _mounted(tmp_path / "data", "size=64m"),
        town(SMALL, f"sqlite:///{_file(tmp_path)}", tmp_path) as place,
    ):
        assert program.run(["import"], place.env).code == 0
        place.pass_the_day("import")
        subprocess.run(["mount", "-o", "remount,ro", tmp_path / "data"], check=True)
        _told_plainly(_run([PROGRAM, "import"], place, tmp_path), _CONFIG, "zenhub-sync.db")
        subprocess.run(["mount", "-o", "remount,rw", tmp_path / "data"], check=True)
        assert program.run(["refresh"], place.env).code == 0
        assert place.account() == unharmed("SMALL")


def test_a_folder_of_somebody_else_is_named(place: Town, tmp_path: Path, program: Nursery) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    (tmp_path / "data").chmod(0o555)
    _told_plainly(_run([PROGRAM, "import"], place, tmp_path), _CONFIG, "zenhub-sync.db")
    (tmp_path / "data").chmod(0o755)
    _complete(place, program)


def _file(folder: Path) -> Path:
    return folder / "data" / "zenhub-sync.db"


def _complete(place: Town, program: Nursery) -> None:
    """Play the tale to its end and find nothing lost and nothing made twice."""
    for job in JOBS:
        ended = program.run([job], place.env)
        assert ended.code == 0, ended.err
        place.pass_the_day(job)
    assert place.account() == unharmed("SMALL")


def _told_plainly(ended: Ended, code: int, *words: str) -> None:
    said = [line for line in ended.err.splitlines() if not line.startswith("{")]
    assert (ended.code, len(said)) in [(code, 1), (code, 2)], ended.err
    assert all(word in said[0] for word in words), ended.err


def _run(command: list[str], place: Town, folder: Path) -> Ended:
    ended = subprocess.run(command, cwd=folder, env=place.env, capture_output=True, text=True, timeout=120, check=False)
    return Ended(code=ended.returncode, out=ended.stdout, err=ended.stderr)


@contextmanager
def _locked(place: Town, folder: Path, program: Nursery) -> Iterator[sqlite3.Connection]:
    """Make the database, and let a person's shell be in the middle of a write there."""
    assert program.run(["migrate"], place.env).code == 0
    with closing(sqlite3.connect(_file(folder), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other


@contextmanager
def _mounted(folder: Path, options: str) -> Iterator[None]:
    """Mount a file system of its own on the folder, where that is allowed."""
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=False, capture_output=True)
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)
