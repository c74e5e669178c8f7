"""`config` and `history` from outside."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.stories.test_command_line import command, told

from zenhub_sync.cli.sandbox_environment import environment
from zenhub_sync.sandbox.hubspot import DEFAULT_SCOPES, PortalOptions
from zenhub_sync.sandbox.seed import seed_many
from zenhub_sync.sandbox.server import Sandbox
from zenhub_sync.sandbox.zendesk import DeskOptions


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(desk_options=DeskOptions(withhold=0), portal_options=PortalOptions(scopes=DEFAULT_SCOPES)) as box:
        yield box


def test_config_shows_what_holds_and_where_it_comes_from(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text("rules: {max_rating_age: 3d}\n")
    env = {**environment("http://127.0.0.1:9"), "ZENHUB_CONFIG": "policy.yaml"}

    shown = command(tmp_path, "config", "show", env=env)
    document = json.loads(command(tmp_path, "config", "show", "--json", env=env).stdout)

    lines = {line.split()[0]: line.split()[1:] for line in shown.stdout.splitlines() if line}
    assert lines["rules.max_rating_age"] == ['"3d"', "(file)"]
    assert lines["HUBSPOT_ACCESS_TOKEN"] == ["(set)", "(environment)"]
    assert {"key": "rules.max_rating_age", "value": "3d", "origin": "file"} in document["config"]


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        ("locale: en\n", 0, "policy.yaml is valid"),
        ("locals: en\nrules: {max_rating_age: soon}\n", 3, "did you mean locale"),
    ],
)
def test_config_is_validated_without_any_account(tmp_path: Path, content: str, code: int, says: str) -> None:
    (tmp_path / "policy.yaml").write_text(content)

    ended = command(tmp_path, "config", "validate", "policy.yaml", env={})
    document = json.loads(command(tmp_path, "config", "validate", "policy.yaml", "--json", env={}).stdout)

    assert (ended.returncode, says in ended.stdout + told(ended)) == (code, True), ended.stderr
    assert (document["valid"], document["file"]) == (code == 0, "policy.yaml")


def test_the_schema_is_json_for_editors(tmp_path: Path) -> None:
    assert "rules" in json.loads(command(tmp_path, "config", "schema", env={}).stdout)["properties"]


def test_history_tells_what_each_run_did_the_newest_first(tmp_path: Path, sandbox: Sandbox) -> None:
    seed_many(sandbox, tickets=30)
    env = environment(sandbox.base_url)
    assert "no run yet" in command(tmp_path, "history", env=env).stdout
    command(tmp_path, "setup", env=env)
    command(tmp_path, "import", env=env)
    command(tmp_path, "import", env={**env, "HUBSPOT_ACCESS_TOKEN": "wrong-token"})
    command(tmp_path, "refresh", env=env)

    runs = json.loads(command(tmp_path, "history", "--json", env=env).stdout)["runs"]
    of_imports = json.loads(command(tmp_path, "history", "--job", "import", "--limit", "1", "--json", env=env).stdout)

    assert [(run["job"], run["outcome"]) for run in runs][::2] == [("refresh", "ok"), ("import", "ok")]
    assert (runs[-1]["report"]["tickets"]["created"], runs[-1]["error"]) == (30, None)
    assert [run["job"] for run in of_imports["runs"]] == ["import"]
    head, newest, *_ = command(tmp_path, "history", env=env).stdout.splitlines()
    assert head.split() == ["job", "started", "took", "outcome", "read", "created", "updated", "parked", "tasks", "why"]
    assert newest.split()[0] == "refresh"
    assert command(tmp_path, "history", "--limit", "0", env=env).returncode == 2


def test_the_plan_of_a_dry_run_counts_first_and_puts_tasks_before_the_rest(tmp_path: Path, sandbox: Sandbox) -> None:
    world, env = seed_many(sandbox, tickets=30), environment(sandbox.base_url)
    command(tmp_path, "setup", env=env)
    command(tmp_path, "import", env=env)
    sandbox.desk.set_status(world.offered[1], "open")
    sandbox.desk.rate(world.offered[0], points=1)

    lines = command(tmp_path, "refresh", "--dry-run", env=env).stdout.splitlines()

    assert lines[0].startswith("refresh (dry run): ")
    assert [line.strip() for line in lines[1:4]] == [
        "2 to update",
        "2 of those to move to another stage",
        "1 tasks to give to a CSM",
    ]
    rows = [line.split() for line in lines if line.split()[:1] in ([str(world.offered[0])], [str(world.offered[1])])]
    assert [row[:3] for row in rows] == [
        [str(world.offered[0]), "updated", "contato_cs"],
        [str(world.offered[1]), "updated", "open"],
    ]
    assert rows[0][3] == "yes"


def test_completion_is_there_for_shells(tmp_path: Path) -> None:
    assert "_ZENHUB_SYNC_COMPLETE" in command(tmp_path, "--show-completion", "bash", env={"SHELL": "/bin/bash"}).stdout
