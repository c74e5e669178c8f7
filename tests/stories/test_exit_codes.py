"""Ends of a process that take some preparing: its exit code and what it says."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.stories.test_command_line import command, told

from zenhub_sync.cli.sandbox_environment import environment
from zenhub_sync.sandbox.hubspot import DEFAULT_SCOPES, PortalOptions
from zenhub_sync.sandbox.seed import seed_many
from zenhub_sync.sandbox.server import Sandbox
from zenhub_sync.sandbox.zendesk import DeskOptions


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    scopes = PortalOptions(scopes=DEFAULT_SCOPES)
    with Sandbox(desk_options=DeskOptions(withhold=0), portal_options=scopes) as box:
        yield box


@pytest.mark.parametrize("content", [b"not a database at all " * 200, b"SQLite format 3\x00" + b"\xff" * 4096])
@pytest.mark.parametrize("arguments", [("import",), ("refresh",), ("status",), ("migrate",)], ids=lambda each: each[0])
def test_a_file_that_is_no_database_is_a_problem_of_the_configuration(
    tmp_path: Path, sandbox: Sandbox, content: bytes, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "data").mkdir()
    file = tmp_path / "data" / "zenhub-sync.db"
    file.write_bytes(content)

    ended = command(tmp_path, *arguments, env=environment(sandbox.base_url))

    assert (ended.returncode, "DATABASE_URL" in told(ended)) == (3, True), ended.stderr
    assert file.read_bytes() == content, "whatever it is, it is not ours to change"


def test_a_company_property_that_is_missing_names_the_command_that_makes_it(tmp_path: Path, sandbox: Sandbox) -> None:
    seed_many(sandbox, tickets=30)
    env = environment(sandbox.base_url)
    command(tmp_path, "setup", env=env)
    httpx.delete(
        f"{sandbox.base_url}/crm/properties/2026-09/companies/zendesk_organization_id",
        headers={"Authorization": f"Bearer {env['HUBSPOT_ACCESS_TOKEN']}"},
    ).raise_for_status()

    ended = command(tmp_path, "import", env=env)

    assert (ended.returncode, "zenhub-sync setup" in told(ended)) == (3, True), ended.stderr
    assert "zendesk_organization_id" in told(ended)


def test_a_run_that_is_told_to_end_gives_its_turn_back(tmp_path: Path, sandbox: Sandbox) -> None:
    seed_many(sandbox, tickets=30)
    env = environment(sandbox.base_url)
    command(tmp_path, "setup", env=env)
    waiting = threading.Event()
    sandbox.faults.add("hang_before", path="/incremental/", seconds=5.0, where=lambda _: _note(waiting))
    run = started(tmp_path, env)
    assert waiting.wait(30)

    run.send_signal(signal.SIGTERM)
    _, errors = run.communicate(timeout=30)

    assert run.returncode == 130, errors
    assert "Traceback" not in errors
    sandbox.faults.clear()
    assert command(tmp_path, "import", env=env).returncode == 0


@pytest.mark.parametrize("way", [signal.SIGTERM, signal.SIGINT], ids=lambda way: way.name)
@pytest.mark.parametrize("path", ["/incremental/", "/tickets/batch/upsert", "/pipelines/"])
def test_a_run_that_is_told_to_end_does_not_sit_out_the_pause_that_a_vendor_asked_for(
    tmp_path: Path, sandbox: Sandbox, path: str, way: signal.Signals
) -> None:
    seed_many(sandbox, tickets=30)
    env = environment(sandbox.base_url)
    command(tmp_path, "setup", env=env)
    refused = threading.Event()
    sandbox.faults.add("answer", path=path, status=429, headers={"retry-after": "110"}, where=lambda _: _note(refused))
    run = started(tmp_path, env)
    assert refused.wait(30)

    run.send_signal(way)
    _, errors = run.communicate(timeout=30)

    assert run.returncode == 130, errors
    assert "Traceback" not in errors
    sandbox.faults.clear()
    assert command(tmp_path, "import", env=env).returncode == 0


def test_ctrl_c_ends_no_run_that_was_started_to_ignore_it(tmp_path: Path, sandbox: Sandbox) -> None:
    seed_many(sandbox, tickets=30)
    env = environment(sandbox.base_url)
    command(tmp_path, "setup", env=env)
    refused = threading.Event()
    sandbox.faults.add(
        "answer",
        path="/incremental/",
        status=429,
        headers={"retry-after": "1"},
        where=lambda _: _note(refused),
    )
    run = started(tmp_path, env, ctrl_c="SIG_IGN")
    assert refused.wait(30)

    run.send_signal(signal.SIGINT)
    _, errors = run.communicate(timeout=60)

    assert run.returncode == 0, errors


# As a shell does: what it starts in the background of a script ignores Ctrl-C, and so does what that starts.
_WITH_CTRL_C = """
import os, signal, sys
signal.signal(signal.SIGINT, getattr(signal, sys.argv[1]))
os.execv(sys.executable, [sys.executable, "-m", "zenhub_sync", "import"])
"""


def started(cwd: Path, env: dict[str, str], ctrl_c: str = "SIG_DFL") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _WITH_CTRL_C, ctrl_c],
        cwd=cwd,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _note(arrived: threading.Event) -> bool:
    arrived.set()
    return True


@pytest.mark.parametrize(
    "arguments",
    [("explain",), ("parked", "retry"), ("parked", "drop"), ("match", "unlink"), ("forget",)],
    ids=" ".join,
)
def test_an_id_beyond_what_a_database_holds_is_wrong_usage(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ended = command(tmp_path, *arguments, str(2**63), env=environment("http://127.0.0.1:1"))
    assert (ended.returncode, "less than or equal to" in told(ended)) == (2, True), ended.stderr
