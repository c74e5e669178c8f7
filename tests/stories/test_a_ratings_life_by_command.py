"""What becomes of a bad rating, by command line: decided, told more, merged away, and what `status` says of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.stories.test_command_line import command

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


def _told(folder: Path, *arguments: str, env: Mapping[str, str]) -> dict[str, Any]:
    ended = command(folder, *arguments, "--json", env=env)
    assert ended.returncode == 0, ended.stderr
    document: dict[str, Any] = json.loads(ended.stdout)
    return document


def _task(sandbox: Sandbox, number: int) -> Mapping[str, str]:
    portal = sandbox.portal
    (ticket,) = portal.find("tickets", "zendesk_ticket_id", str(number))
    (task,) = portal.associated("tickets", ticket, "tasks")
    return portal.properties_of("tasks", task)


def test_a_rating_is_heard_to_its_end(tmp_path: Path, sandbox: Sandbox) -> None:
    config = "rules: {confirm_scanner: 5s}\ntask: {due_in: 4bh, reminder: 30m}\n"
    (tmp_path / "zenhub.yaml").write_text(config, "utf-8")
    env = {**environment(sandbox.base_url), "ZENHUB_CONFIG": str(tmp_path / "zenhub.yaml")}
    world = seed_many(sandbox, tickets=30)
    number = world.offered[0]
    _told(tmp_path, "setup", env=env)
    _told(tmp_path, "import", env=env)

    sandbox.desk.rate(number, points=2)
    assert _told(tmp_path, "refresh", env=env)["escalations"]["opened"] == 1
    task = _task(sandbox, number)
    assert task["hs_task_subject"].startswith("[CSAT ruim] Cliente")
    assert int(task["hs_task_reminders"]) > 0
    assert "sem comentário" in task["hs_task_body"]

    sandbox.desk.rate(number, points=2, comment="Só agora consegui escrever <script>")
    _told(tmp_path, "refresh", env=env)
    survivor = sandbox.desk.add_ticket(subject="Fica este", requester_id=None)
    sandbox.desk.merge(number, survivor)
    _told(tmp_path, "refresh", env=env)

    body = _task(sandbox, number)["hs_task_body"].splitlines()
    assert body[-3].endswith("“Só agora consegui escrever &lt;script&gt;”<br>")
    assert f">#{survivor}</a>" in body[-2]
    assert body[-1] == f"ref zenhub:escalation:{number}:1"
    told = _told(tmp_path, "status", env=env)
    assert (told["escalations"]["open"], told["degraded"], told["parked"]) == (1, [], [])


def test_status_names_what_zendesk_does_not_let_us_read(tmp_path: Path, sandbox: Sandbox) -> None:
    env = environment(sandbox.base_url)
    world = seed_many(sandbox, tickets=30)
    sandbox.desk.options = DeskOptions(withhold=0, survey_access=False)
    _told(tmp_path, "setup", env=env)
    _told(tmp_path, "import", env=env)
    sandbox.desk.rate(world.offered[0], points=1, comment="Ruim")

    assert _told(tmp_path, "refresh", env=env)["escalations"]["opened"] == 1, "the ticket's own word is enough"

    surveys, ratings = _told(tmp_path, "status", env=env)["degraded"]
    assert "survey answers (403 or 404)" in surveys
    assert "zendesk.scopes" in ratings
    page = command(tmp_path, "status", env=env).stdout
    assert f"degraded: {surveys}" in page.splitlines()
