"""The program from outside: commands, exit codes, one JSON document, and errors that a person can act on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from zenhub_sync.cli.sandbox_environment import environment
from zenhub_sync.sandbox.hubspot import DEFAULT_SCOPES, PortalOptions
from zenhub_sync.sandbox.seed import seed_many
from zenhub_sync.sandbox.server import Sandbox
from zenhub_sync.sandbox.zendesk import DeskOptions

SECRETS = ("sandbox-secret", "pat-na1-sandbox", "wrong-secret", "wrong-token")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A sandbox on real time that shows its last minute, so that nothing has to be waited for."""
    scopes = PortalOptions(scopes=DEFAULT_SCOPES)
    with Sandbox(desk_options=DeskOptions(withhold=0), portal_options=scopes) as box:
        yield box


def command(folder: Path, *arguments: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the program as a process of its own, with nothing of our environment but the way to Python."""
    ended = subprocess.run(
        [sys.executable, "-m", "zenhub_sync", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **env},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    for secret in SECRETS:
        assert secret not in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr
    return ended


def told(ended: subprocess.CompletedProcess[str]) -> str:
    """Return the error lines, without the log."""
    lines = [line for line in ended.stderr.splitlines() if line and not line.startswith("{")]
    assert len(lines) <= 4, ended.stderr
    return "\n".join(lines)


def test_the_demo_needs_nothing_and_ends_with_its_outcome(tmp_path: Path) -> None:
    ended = command(tmp_path, "demo", "--json", env={})

    assert ended.returncode == 0
    outcome = json.loads(ended.stdout)
    assert (outcome["escalations"], outcome["tasks"], outcome["writes_of_a_second_run"]) == (1, 1, 0)
    assert list(tmp_path.iterdir()) == [], "the demo leaves nothing behind"


def test_the_commands_of_a_first_day(tmp_path: Path, sandbox: Sandbox) -> None:
    world, env = seed_many(sandbox, tickets=30), environment(sandbox.base_url)

    assert command(tmp_path, "setup", "--dry-run", env=env).returncode == 0
    assert json.loads(command(tmp_path, "setup", "--json", env=env).stdout)["made"] != []
    assert command(tmp_path, "migrate", "--check", env=env).returncode == 3
    dry = json.loads(command(tmp_path, "import", "--dry-run", "--json", env=env).stdout)
    assert (dry["dry_run"], dry["tickets"]["created"], len(dry["plan"])) == (True, 30, 30)
    assert not (tmp_path / "data").exists(), "a dry run writes nothing anywhere"
    done = json.loads(command(tmp_path, "import", "--json", env=env).stdout)
    assert list(done) == [
        "run_id", "job", "outcome", "dry_run", "started_at", "finished_at", "tickets", "escalations", "requests",
    ]  # fmt: skip
    assert (done["outcome"], done["tickets"]["created"]) == ("ok", 30)
    sandbox.desk.rate(world.offered[0], points=1)
    refreshed = command(tmp_path, "refresh", env=env)
    assert (refreshed.returncode, "1 escalations opened" in refreshed.stdout) == (0, True)
    assert command(tmp_path, "migrate", "--check", env=env).returncode == 0
    status = json.loads(command(tmp_path, "status", "--json", env=env).stdout)
    assert (status["tickets"], status["escalations"]["open"], status["parked"]) == (30, 1, [])
    assert [run["job"] for run in status["last_runs"]] == ["refresh", "import"]
    assert set(status["next_runs"]) == {"import", "refresh"}


def test_parked_records_give_exit_code_4(tmp_path: Path, sandbox: Sandbox) -> None:
    world, env = seed_many(sandbox, tickets=30), environment(sandbox.base_url)
    command(tmp_path, "setup", env=env)
    command(tmp_path, "import", env=env)
    organization = sandbox.desk.ticket(world.offered[0])["organization_id"]
    sandbox.portal.update("companies", world.companies[organization], {"hubspot_owner_id": ""})
    sandbox.desk.rate(world.offered[0], points=1)

    ended = command(tmp_path, "refresh", "--json", env=env)

    assert ended.returncode == 4
    assert json.loads(ended.stdout)["outcome"] == "partial"
    assert "owners.fallback" in command(tmp_path, "status", env=env).stdout.replace("\n", " ")


@pytest.mark.parametrize(
    ("change", "arguments", "code", "says"),
    [
        ({}, ("import", "--bogus"), 2, "No such option"),
        ({"ZENDESK_CLIENT_ID": ""}, ("import",), 3, "ZENDESK_CLIENT_ID"),
        ({"ZENDESK_SUBDOMAIN": "a.b"}, ("import",), 3, "one DNS label"),
        ({"ZENDESK_CLIENT_SECRET": "wrong-secret"}, ("import",), 3, "OAuth clients"),
        ({"HUBSPOT_ACCESS_TOKEN": "wrong-token"}, ("import",), 3, "HUBSPOT_ACCESS_TOKEN"),
        ({"HUBSPOT_ACCESS_TOKEN": "wrong-token"}, ("setup",), 3, "HUBSPOT_ACCESS_TOKEN"),
        ({"HUBSPOT_BASE_URL": "http://example.com"}, ("import",), 3, "HUBSPOT_BASE_URL"),
        ({"DATABASE_URL": "mysql://root:hunter2@db/x"}, ("import",), 3, "DATABASE_URL"),
        ({"ZENHUB_DATA_DIR": "/proc/nowhere"}, ("import",), 3, "/proc/nowhere"),
        ({"ZENHUB_CONFIG": "missing.yaml"}, ("import",), 3, "missing.yaml"),
        ({"ZENHUB_CONFIG": "typo.yaml"}, ("import",), 3, "max_rating_age"),
        ({}, ("import",), 3, "zenhub-sync setup"),
    ],
)
def test_what_is_wrong_is_said_in_plain_lines_with_the_right_exit_code(
    tmp_path: Path, sandbox: Sandbox, change: Mapping[str, str], arguments: tuple[str, ...], code: int, says: str
) -> None:
    seed_many(sandbox, tickets=30)
    (tmp_path / "typo.yaml").write_text("rules: {max_rating_ages: 7d}\n")
    env = {name: value for name, value in {**environment(sandbox.base_url), **change}.items() if value}

    ended = command(tmp_path, *arguments, env=env)

    assert (ended.returncode, says in told(ended)) == (code, True), ended.stderr


def test_a_missing_scope_is_named(tmp_path: Path) -> None:
    scopes = PortalOptions(scopes=DEFAULT_SCOPES - {"crm.objects.companies.read"})
    with Sandbox(desk_options=DeskOptions(withhold=0), portal_options=scopes) as sandbox:
        seed_many(sandbox, tickets=30)
        env = environment(sandbox.base_url)
        command(tmp_path, "setup", env=env)

        ended = command(tmp_path, "import", env=env)

    assert (ended.returncode, "crm.objects.companies.read" in told(ended)) == (3, True), ended.stderr


def test_a_vendor_that_cannot_be_reached_gives_exit_code_5(tmp_path: Path) -> None:
    ended = command(tmp_path, "import", "--json", env=environment("http://127.0.0.1:9"))

    assert (ended.returncode, "127.0.0.1" in told(ended) or "zendesk" in told(ended)) == (5, True), ended.stderr
    assert json.loads(ended.stdout)["outcome"] == "failed"
