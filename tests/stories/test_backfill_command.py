"""`backfill` from outside: killed and started again, beside an import, and given dates that are none."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.stories.test_command_line import command, told

from zenhub_sync.cli.sandbox_environment import environment
from zenhub_sync.sandbox.hubspot import DEFAULT_SCOPES, PortalOptions
from zenhub_sync.sandbox.seed import seed_many
from zenhub_sync.sandbox.server import Sandbox
from zenhub_sync.sandbox.zendesk import DeskOptions

UPSERT = "/tickets/batch/upsert$"


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """Thirty tickets, ten a page, and limits that nobody meets."""
    (tmp_path / "fast.yaml").write_text("zendesk: {per_page: 10, rate_share: 1.0}\nbackfill: {rate_share: 1.0}\n")
    desk, portal = DeskOptions(withhold=0, export_limit=1000), PortalOptions(scopes=DEFAULT_SCOPES)
    with Sandbox(desk_options=desk, portal_options=portal) as box:
        seed_many(box, tickets=30)
        command(tmp_path, "setup", env=env_of(box))
        yield box


def env_of(sandbox: Sandbox, database_url: str | None = None) -> dict[str, str]:
    database = {"DATABASE_URL": database_url} if database_url is not None else {}
    return {**environment(sandbox.base_url), "ZENHUB_CONFIG": "fast.yaml", **database}


def started(folder: Path, env: dict[str, str]) -> subprocess.Popen[str]:
    """Start a backfill as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "zenhub_sync", "backfill", "--since", "60d"],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def hanging(sandbox: Sandbox, *, path: str, nth: int, seconds: float) -> threading.Event:
    """Let one request hang; the event says that it has come."""
    come = threading.Event()
    fault = sandbox.faults.add("hang_before", path=path, nth=nth, seconds=seconds)

    def look(_: object) -> None:
        if fault.seen >= nth - 1:
            come.set()

    sandbox.on_request = lambda request: look(request) if path.strip("$") in request.path else None
    return come


@pytest.mark.parametrize(
    ("way", "where"),
    [(signal.SIGKILL, UPSERT), (signal.SIGTERM, "/incremental/")],
    ids=["killed writing", "told to end reading"],
)
def test_ended_in_any_way_at_any_place_the_same_command_goes_on(
    tmp_path: Path, sandbox: Sandbox, way: signal.Signals, where: str, database_url: str
) -> None:
    env = env_of(sandbox, database_url)
    come = hanging(sandbox, path=where, nth=2, seconds=1.0)
    run = started(tmp_path, env)
    assert come.wait(30)
    run.send_signal(way)
    _, errors = run.communicate(timeout=30)
    assert run.returncode == (-9 if way is signal.SIGKILL else 130), errors
    assert "Traceback" not in errors
    assert "zenhub-sync backfill --since 60d" not in errors, "tomorrow 60d is another day"

    again = command(tmp_path, "backfill", "--since", "60d", "--json", env=env)

    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["range"]["finished"] is True
    portal = sandbox.portal
    mirrored = [portal.properties_of("tickets", each)["zendesk_ticket_id"] for each in portal.ids("tickets")]
    assert sorted(map(int, mirrored)) == list(range(1, 31))
    once_more = command(tmp_path, "backfill", "--since", "60d", env=env)
    assert "is finished" in once_more.stdout


def test_an_import_gets_its_turn_beside_a_backfill_or_says_who_has_it(tmp_path: Path, sandbox: Sandbox) -> None:
    come = hanging(sandbox, path=UPSERT, nth=1, seconds=6.0)
    run = started(tmp_path, env_of(sandbox))
    assert come.wait(30)

    refused = command(tmp_path, "import", "--wait", "0", env=env_of(sandbox))
    waited = command(tmp_path, "import", env=env_of(sandbox))
    _, errors = run.communicate(timeout=60)

    assert (refused.returncode, "another run holds the lock" in told(refused)) == (6, True), refused.stderr
    assert (waited.returncode, run.returncode) == (0, 0), waited.stderr + errors
    status = json.loads(command(tmp_path, "status", "--json", env=env_of(sandbox)).stdout)
    assert status["cursors"].keys() - {"refresh"} == {"import"}, "the backfill's own is gone"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "--since"),
        (("--since", "2025-13"), "a month (2025-01), a day (2025-01-15), or days before today (90d)"),
        (("--since", "2025-02", "--until", "2025-01"), "reads January"),
        (("--since", "2030-01"), "in the future"),
        (("--since", "30d", "--untill", "2d"), "No such option"),
    ],
)
def test_wrong_dates_are_wrong_usage(tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
    ended = command(tmp_path, "backfill", *arguments, env=environment("http://127.0.0.1:9"))

    assert (ended.returncode, says in ended.stderr) == (2, True), ended.stderr
    assert not (tmp_path / "data").exists()


def test_the_help_says_what_a_range_is(tmp_path: Path) -> None:
    shown = " ".join(command(tmp_path, "backfill", "--help", env={}).stdout.split())

    assert "up to but not including --until" in shown
    assert "LAST change" in shown
