"""The layers of the program, kept by import-linter's contracts in pyproject.toml."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from tests.architecture.repository import PACKAGE, ROOT, run_tool


def test_every_import_respects_the_contracts() -> None:
    result = run_tool("lint-imports", "--no-cache", "--no-logo")
    assert result.returncode == 0, result.stdout + result.stderr


PLANTED = [
    ("planted.py", "", "Imports go downwards"),
    ("settings/planted.py", "import zenhub_sync.config", "Imports go downwards"),
    ("sandbox/planted.py", "import zenhub_sync.errors", "Imports go downwards"),
    ("config/planted.py", "import zenhub_sync.sandbox.http", "Only the command line starts the sandbox"),
    ("planning/planted.py", "import time", "Planning decides with values"),
    ("planning/planted.py", "from zenhub_sync.clock import Clock", "Planning decides with values"),
    ("config/planted.py", "import sqlalchemy.orm", "SQL stays in the store"),
    ("config/planted.py", "import httpx", "HTTP stays in the transport"),
    ("config/planted.py", "import apscheduler.triggers.cron", "APScheduler stays in the service"),
]


@pytest.mark.parametrize(("module", "source", "contract"), PLANTED)
def test_a_planted_violation_breaks_its_contract(module: str, source: str, contract: str, tmp_path: Path) -> None:
    copy = tmp_path / "src" / "zenhub_sync"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / module).write_text(source)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    result = run_tool(
        "lint-imports", "--no-cache", "--no-logo", cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path / "src")}
    )
    verdicts = [line for line in result.stdout.splitlines() if line.startswith(contract)]
    assert "BROKEN" in verdicts[0], result.stdout + result.stderr
