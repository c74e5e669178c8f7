"""What a command does not load: seconds depend on the machine, but which libraries are there does not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

# Each takes 10 to 200 ms to load.
_HEAVY = """
alembic apprise apscheduler asyncio holidays httpx importlib.metadata jinja2 prometheus_client psycopg pydantic rich
sqlalchemy sqlalchemy.dialects.postgresql starlette structlog tenacity uvicorn yaml zenhub_sync.planning.tickets
zenhub_sync.sandbox zenhub_sync.transport
"""

# The command line checks its options with pydantic, and SQLAlchemy reads the store; these two bring the others.
_FOR_STATUS = frozenset({"asyncio", "importlib.metadata", "pydantic", "sqlalchemy"})

_RUN = """
import gc, sys
from zenhub_sync.__main__ import main
looks = gc.get_stats()[0]["collections"]
try:
    main()
except SystemExit as ended:
    print(ended.code, {at_the_end}, file=sys.stderr)
"""


def loaded(folder: Path, *arguments: str) -> frozenset[str]:
    """Return which of the heavy modules a command has loaded that ended well."""
    modules = _at_the_end("*sys.modules", folder, *arguments)
    assert "zenhub_sync.cli.app" in modules
    return frozenset(_HEAVY.split()).intersection(modules)


def _at_the_end(what: str, folder: Path, *arguments: str) -> list[str]:
    """Run a command that ends well and return what there is when it leaves."""
    ended = subprocess.run(
        [sys.executable, "-c", _RUN.format(at_the_end=what), *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    code, *there = ended.stderr.split()
    assert code == "0", ended.stderr
    return there


def test_help_loads_the_command_line_alone(tmp_path: Path) -> None:
    assert loaded(tmp_path, "--help") == frozenset()


def test_status_loads_what_reads_the_store_and_no_more(tmp_path: Path) -> None:
    assert loaded(tmp_path, "status") == _FOR_STATUS


def test_a_schema_that_is_current_needs_no_alembic(tmp_path: Path) -> None:
    assert "alembic" in loaded(tmp_path, "migrate")
    assert "alembic" not in loaded(tmp_path, "migrate")
    assert loaded(tmp_path, "status") == _FOR_STATUS
    assert loaded(tmp_path, "parked", "list") == _FOR_STATUS


def test_the_configuration_that_we_ship_needs_no_jinja(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    shutil.copy(Path(__file__).parents[3] / "config/zenhub-sync.yaml", tmp_path / "config")
    assert loaded(tmp_path, "status") == _FOR_STATUS | {"yaml"}


def test_nothing_that_is_loaded_is_looked_through_for_garbage(tmp_path: Path) -> None:
    looks = "gc.get_stats()[0]['collections'] - looks"
    objects = "len(gc.get_objects()), gc.get_freeze_count()"
    looks_while_loading, looked_through_at_the_end, left_alone = map(
        int, _at_the_end(f"{looks}, {objects}", tmp_path, "status")
    )
    assert looks_while_loading == 0
    assert looked_through_at_the_end < left_alone / 100
