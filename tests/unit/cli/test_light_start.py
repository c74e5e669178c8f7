"""What a command does not load: seconds depend on the machine, but which libraries are there does not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

# Each takes 10 to 200 ms to load.
_HEAVY = """
alembic apprise apscheduler asyncio holidays httpx importlib.metadata jinja2 prometheus_client psycopg pydantic rich
sqlalchemy starlette structlog tenacity uvicorn yaml zenhub_sync.sandbox
"""

_RUN = """
import sys
from zenhub_sync.__main__ import main
try:
    main()
except SystemExit as ended:
    print(ended.code, *sys.modules, file=sys.stderr)
"""


def loaded(folder: Path, *arguments: str) -> frozenset[str]:
    """Return which of the heavy modules a command has loaded that ended well."""
    ended = subprocess.run(
        [sys.executable, "-c", _RUN, *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    code, *modules = ended.stderr.split()
    assert (code, "zenhub_sync.cli.app" in modules) == ("0", True), ended.stderr
    return frozenset(_HEAVY.split()).intersection(modules)


def test_help_loads_the_command_line_alone(tmp_path: Path) -> None:
    assert loaded(tmp_path, "--help") == frozenset()
