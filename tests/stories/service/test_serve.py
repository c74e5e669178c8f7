"""The service from outside: due jobs once, two instances, the end at SIGTERM, and what a failing job does to it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from tests.stories.service.recorder import recorder
from tests.stories.service.served import serving
from tests.stories.test_command_line import command

from zenhub_sync.cli.sandbox_environment import environment
from zenhub_sync.sandbox.seed import seed_many
from zenhub_sync.sandbox.server import Sandbox


@pytest.fixture
def env(tmp_path: Path, sandbox: Sandbox) -> dict[str, str]:
    """An account with 40 tickets and a portal that is set up."""
    seed_many(sandbox, tickets=40)
    env = environment(sandbox.base_url)
    assert command(tmp_path, "setup", env=env).returncode == 0
    return env


def noted(event: Event) -> Callable[[object], bool]:
    """Return a condition that always holds, and tells that it was asked."""

    def note(_: object) -> bool:
        event.set()
        return True

    return note


def runs(folder: Path, env: dict[str, str]) -> list[tuple[str, str]]:
    status = json.loads(command(folder, "status", "--json", env=env).stdout)
    return [(run["job"], run["outcome"]) for run in reversed(status["last_runs"])]


def test_with_an_empty_database_both_jobs_run_at_once_and_sigterm_ends_it_well(
    tmp_path: Path, sandbox: Sandbox, env: dict[str, str]
) -> None:
    with serving(tmp_path, env) as served:
        served.hear("run_ended", job="refresh")
        assert served.end() == 0

    assert served.heard[-1]["event"] == "service_ended"
    assert runs(tmp_path, env) == [("import", "ok"), ("refresh", "ok")]
    assert len(sandbox.portal.ids("tickets")) == 40


def test_a_second_start_finds_nothing_due(tmp_path: Path, env: dict[str, str]) -> None:
    with serving(tmp_path, env) as served:
        served.hear("run_ended", job="refresh")
        served.end()

    with serving(tmp_path, env) as again:
        again.hear("service_started")
        assert again.end() == 0

    assert again.events("slot_claimed") == []
    assert len(runs(tmp_path, env)) == 2


def test_two_instances_never_run_a_slot_twice(
    tmp_path: Path, sandbox: Sandbox, env: dict[str, str], database_url: str
) -> None:
    env |= {"DATABASE_URL": database_url}
    sandbox.faults.add("hang_after", service="zendesk", path="incremental", seconds=0.5, count=None)
    with serving(tmp_path, env) as one, serving(tmp_path, env) as other:
        one.hear("caught_up")
        other.hear("caught_up")
        assert (one.end(), other.end()) == (0, 0)

    claimed = [said["job"] for served in (one, other) for said in served.events("slot_claimed")]
    assert sorted(claimed) == ["import", "refresh"]
    assert runs(tmp_path, env) == [("import", "ok"), ("refresh", "ok")]


def test_sigterm_in_the_middle_of_an_import_is_obeyed_and_the_next_start_completes_it(
    tmp_path: Path, sandbox: Sandbox, env: dict[str, str]
) -> None:
    writing = Event()
    sandbox.faults.add("hang_after", path="tickets/batch/upsert", seconds=1.0, where=noted(writing))
    with serving(tmp_path, env | {"ZENHUB_CONFIG": "small.yaml"}) as served:
        (tmp_path / "small.yaml").write_text("zendesk: {per_page: 10}\n")
        served.hear("slot_claimed", job="import")
        assert writing.wait(30)
        assert served.end() == 0

    assert runs(tmp_path, env) == [("import", "failed")]
    half = len(sandbox.portal.ids("tickets"))
    assert 0 < half < 40, "the batch in hand was finished, the rest was not begun"
    with serving(tmp_path, env) as again:
        again.hear("run_ended", job="refresh")
        assert again.end() == 0
    assert runs(tmp_path, env) == [("import", "failed"), ("import", "ok"), ("refresh", "ok")]
    assert len(sandbox.portal.ids("tickets")) == 40


def test_a_second_signal_leaves_at_once_and_nothing_is_lost(
    tmp_path: Path, sandbox: Sandbox, env: dict[str, str]
) -> None:
    writing = Event()
    sandbox.faults.add("hang_after", path="tickets/batch/upsert", seconds=30.0, where=noted(writing))
    with serving(tmp_path, env) as served:
        assert writing.wait(30)
        served.signal()
        served.hear("service_ending")
        assert served.end() == 130

    assert command(tmp_path, "import", env=env).returncode == 0
    assert len(sandbox.portal.ids("tickets")) == 40


def test_a_job_that_fails_does_not_end_the_service(tmp_path: Path, sandbox: Sandbox, env: dict[str, str]) -> None:
    with serving(tmp_path, env | {"HUBSPOT_ACCESS_TOKEN": "wrong-token"}) as served:
        failed = served.hear("run_failed", job="import")
        served.hear("caught_up")
        assert served.process.poll() is None
        assert served.end() == 0

    assert "HUBSPOT_ACCESS_TOKEN" in failed["because"]
    assert runs(tmp_path, env)[0] == ("import", "failed")


@pytest.mark.parametrize(
    "change",
    [
        {"ZENDESK_CLIENT_ID": ""},
        {"ZENHUB_CONFIG": "missing.yaml"},
        {"DATABASE_URL": "sqlite:////proc/nowhere/x.db"},
        {"ZENHUB_HTTP_PORT": "99999"},
    ],
)
def test_a_bad_configuration_ends_it_at_the_start_with_exit_code_3(
    tmp_path: Path, sandbox: Sandbox, change: dict[str, str]
) -> None:
    env = {name: value for name, value in {**environment(sandbox.base_url), **change}.items() if value}
    with serving(tmp_path, env) as served:
        assert served.ended() == 3


def test_health_asks_the_service_beside_it(tmp_path: Path, env: dict[str, str]) -> None:
    with serving(tmp_path, env) as served:
        port = served.hear("listening")["url"].rpartition(":")[2]
        there = env | {"ZENHUB_HTTP_PORT": port}
        served.hear("caught_up")
        well = command(tmp_path, "health", env=there)
        live = command(tmp_path, "health", "--live", env=there)
        (tmp_path / "data" / "zenhub-sync.db").rename(tmp_path / "away.db")
        ill = command(tmp_path, "health", env=there)
        served.end()
    gone = command(tmp_path, "health", env=there)

    assert (well.returncode, json.loads(well.stdout)["ready"]) == (0, True)
    assert (live.returncode, live.stdout) == (0, "ok\n")
    assert (ill.returncode, json.loads(ill.stderr)["ready"]) == (1, False)
    assert (gone.returncode, "no answer from 127.0.0.1" in gone.stderr) == (1, True)


def test_a_port_that_is_taken_is_said_at_the_start(tmp_path: Path, env: dict[str, str]) -> None:
    with serving(tmp_path, env) as one:
        port = one.hear("listening")["url"].rpartition(":")[2]
        with serving(tmp_path, env | {"ZENHUB_HTTP_PORT": port}) as other:
            assert other.ended() == 3

    assert any("ZENHUB_HTTP_PORT" in said["event"] for said in other.heard)


def test_a_one_shot_command_tells_the_heartbeat_service_too(tmp_path: Path, env: dict[str, str]) -> None:
    with recorder() as (url, heard):
        beats = env | {"ZENHUB_HEARTBEAT_IMPORT_URL": f"{url}/ping/key"}
        assert command(tmp_path, "import", "--dry-run", env=beats).returncode == 0
        assert heard == []
        assert command(tmp_path, "import", env=beats).returncode == 0

    assert [path.partition("?")[0] for path, _ in heard] == ["/ping/key/start", "/ping/key"]
