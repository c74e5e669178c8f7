"""With `--json` a job that never began says so as one that failed does: by its document on stdout."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest
from tests.stories.test_command_line import command

from zenhub_sync.cli.sandbox_environment import environment
from zenhub_sync.store.opening import open_store

NOBODY = "http://127.0.0.1:9"
BACKFILL = ("backfill", "--since", "30d")


def document(ended: subprocess.CompletedProcess[str], code: int) -> dict[str, object]:
    """Return the one document on stdout; everything in it but ids and times is told at once."""
    assert ended.returncode == code, ended.stderr
    assert "error: " in ended.stderr
    said: dict[str, object] = json.loads(ended.stdout)
    assert said.pop("run_id")
    assert str(said.pop("started_at")) <= str(said.pop("finished_at"))
    return said


def failed(job: str, *, dry_run: bool = False) -> dict[str, object]:
    return {
        "job": job,
        "outcome": "failed",
        "dry_run": dry_run,
        "tickets": {"read": 0, "created": 0, "updated": 0, "unchanged": 0, "parked": 0},
        "escalations": {"opened": 0, "closed": 0, "suppressed": 0},
        "requests": {"zendesk": 0, "hubspot": 0},
        **({"plan": []} if dry_run else {}),
    }


@pytest.fixture
def env(tmp_path: Path) -> Mapping[str, str]:
    return {**environment(NOBODY), "DATABASE_URL": f"sqlite:///{tmp_path}/state.db"}


@pytest.mark.parametrize("job", ["import", "refresh"])
def test_a_run_that_waited_in_vain_for_its_turn(tmp_path: Path, env: Mapping[str, str], job: str) -> None:
    with closing(open_store(env["DATABASE_URL"])) as store, store.lease():
        ended = command(tmp_path, job, "--json", "--wait", "0", env=env)

    assert document(ended, 6) == failed(job)


@pytest.mark.parametrize("job", [("import",), ("refresh",), BACKFILL], ids=lambda job: job[0])
@pytest.mark.parametrize(
    "change",
    [{"ZENDESK_CLIENT_ID": ""}, {"DATABASE_URL": "sqlite:////proc/nowhere/state.db"}],
    ids=["settings", "database"],
)
def test_a_run_that_something_here_keeps_from_beginning(
    tmp_path: Path, env: Mapping[str, str], change: Mapping[str, str], job: tuple[str, ...]
) -> None:
    ended = command(tmp_path, *job, "--json", env={**env, **change})

    assert document(ended, 3) == failed(job[0])


@pytest.mark.parametrize("job", [("import",), BACKFILL], ids=lambda job: job[0])
def test_a_dry_run_that_has_no_configuration(tmp_path: Path, env: Mapping[str, str], job: tuple[str, ...]) -> None:
    ended = command(tmp_path, *job, "--dry-run", "--json", env={**env, "ZENHUB_CONFIG": "missing.yaml"})

    assert document(ended, 3) == failed(job[0], dry_run=True)


def test_a_backfill_of_a_span_that_is_none(tmp_path: Path, env: Mapping[str, str]) -> None:
    ended = command(tmp_path, "backfill", "--since", "yesterday", "--json", env=env)

    assert document(ended, 2) == failed("backfill")


def test_for_a_person_stdout_stays_empty(tmp_path: Path, env: Mapping[str, str]) -> None:
    ended = command(tmp_path, "import", env={**env, "ZENHUB_CONFIG": "missing.yaml"})

    assert (ended.returncode, ended.stdout) == (3, "")
