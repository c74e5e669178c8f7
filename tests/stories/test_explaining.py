"""`explain`: why a ticket stands where it stands, for a person and as a document, without a customer's words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.stories.stage import Stage, set_stage
from tests.stories.test_command_line import command, told

from zenhub_sync.cli.explain_page import describe
from zenhub_sync.cli.sandbox_environment import environment
from zenhub_sync.jobs.explain_ticket import explain_ticket
from zenhub_sync.planning.explain import verdicts
from zenhub_sync.sandbox.hubspot import DEFAULT_SCOPES, PortalOptions
from zenhub_sync.sandbox.seed import seed_many
from zenhub_sync.sandbox.server import Sandbox
from zenhub_sync.sandbox.zendesk import DeskOptions

COMMENT = "Ninguém me respondeu a tempo"


def explained(stage: Stage, number: int) -> dict[str, Any]:
    with stage.worker() as worker:
        told_of = explain_ticket(worker, number)
        return describe(told_of, verdicts(told_of.source, told_of.record.mirrored, worker.policy, stage.clock.now()))


def rules(document: dict[str, Any]) -> dict[int, bool]:
    return {verdict["rule"]: verdict["applies"] for verdict in document["rules"]}


def test_a_ticket_is_explained_from_its_arrival_to_the_end_of_its_escalation(database_url: str) -> None:
    with set_stage(database_url) as stage:
        world = seed_many(stage.sandbox, tickets=20)
        stage.setup()
        number = world.offered[0]
        assert explained(stage, number)["next"] == ["the next import makes its HubSpot ticket"]

        stage.import_()
        document = explained(stage, number)
        assert rules(document)[4] is False
        assert [(each["key"], each["state"]) for each in document["effects"]] == [(f"ticket:{number}:r1", "done")]

        stage.sandbox.desk.rate(number, points=1, comment=COMMENT)
        assert "the next refresh opens escalation 1" in explained(stage, number)["next"]

        stage.refresh()
        ((task, _),) = stage.tasks_of(number).items()
        document = explained(stage, number)
        assert (rules(document)[4], rules(document)[5]) == (True, True)
        assert document["next"] == [f"each refresh looks whether task {task} is completed"]
        assert document["hubspot"]["tasks"][0]["key"] == f"escalation:{number}:1"
        assert document["hubspot"]["roles"] == ["contato_cs"]
        assert (document["zendesk"]["rating"]["points"], document["zendesk"]["rating"]["commented"]) == (1, True)
        assert COMMENT not in json.dumps(document, ensure_ascii=False)

        stage.sandbox.portal.update("tasks", task, {"hs_task_status": "COMPLETED"})
        stage.refresh()
        document = explained(stage, number)
        assert (rules(document)[5], rules(document)[6]) == (False, True)
        assert document["next"] == ["nothing: HubSpot has what it should have"]


def test_a_person_s_move_is_told_as_such(database_url: str) -> None:
    with set_stage(database_url) as stage:
        world = seed_many(stage.sandbox, tickets=20)
        stage.setup()
        stage.import_()
        number = world.offered[0]
        stage.sandbox.portal.update("tickets", stage.hubspot_id(number), {"hs_pipeline_stage": "zenhub_hold"})
        stage.sandbox.desk.set_status(number, "open")
        stage.refresh()

        assert rules(explained(stage, number))[3] is True


def test_the_command_explains_to_a_person_and_to_a_program(tmp_path: Path) -> None:
    with Sandbox(desk_options=DeskOptions(withhold=0), portal_options=PortalOptions(scopes=DEFAULT_SCOPES)) as sandbox:
        number, env = str(seed_many(sandbox, tickets=20).offered[0]), environment(sandbox.base_url)
        command(tmp_path, "setup", env=env)
        command(tmp_path, "import", env=env)

        page = command(tmp_path, "explain", number, env=env)
        document = json.loads(command(tmp_path, "explain", number, "--json", env=env).stdout)
        unknown = command(tmp_path, "explain", "999999999", env=env)
        refused = command(tmp_path, "explain", number, "--json", env=env | {"ZENDESK_CLIENT_SECRET": "wrong-secret"})

    assert (page.returncode, page.stdout.splitlines()[0]) == (0, f"ticket {number}")
    assert document["store"]["hubspot_id"] == document["hubspot"]["id"]
    assert document["troubles"] == []
    assert (unknown.returncode, "999999999" in told(unknown)) == (2, True)
    assert refused.returncode == 3
    half = json.loads(refused.stdout)
    assert (half["zendesk"], half["hubspot"], len(half["troubles"])) == (None, document["hubspot"], 1)


@pytest.mark.parametrize("policy", ["hubspot: {}", "hubspot: {portal_id: 24601}"])
def test_what_is_known_is_told_though_a_vendor_cannot_be_reached(tmp_path: Path, policy: str) -> None:
    (tmp_path / "policy.yaml").write_text(f"{policy}\n")
    with Sandbox(desk_options=DeskOptions(withhold=0), portal_options=PortalOptions(scopes=DEFAULT_SCOPES)) as sandbox:
        number, env = str(seed_many(sandbox, tickets=20).offered[0]), environment(sandbox.base_url)
        env["ZENHUB_CONFIG"] = "policy.yaml"
        command(tmp_path, "setup", env=env)
        command(tmp_path, "import", env=env)
        away = command(tmp_path, "explain", number, "--json", env=env | {"HUBSPOT_BASE_URL": "http://127.0.0.1:1"})

    document = json.loads(away.stdout)
    assert (away.returncode, document["hubspot"]) == (5, None)
    assert (bool(document["zendesk"]["status"]), bool(document["store"]["hubspot_id"])) == (True, True)
    assert any("hubspot" in trouble for trouble in document["troubles"])


def test_nothing_is_told_of_another_portal_than_the_configured_one(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text("hubspot: {portal_id: 999}\n")
    with Sandbox(desk_options=DeskOptions(withhold=0), portal_options=PortalOptions(scopes=DEFAULT_SCOPES)) as sandbox:
        number, env = str(seed_many(sandbox, tickets=20).offered[0]), environment(sandbox.base_url)
        command(tmp_path, "setup", env=env)
        command(tmp_path, "import", env=env)
        ended = command(tmp_path, "explain", number, env=env | {"ZENHUB_CONFIG": "policy.yaml"})

    assert (ended.returncode, ended.stdout) == (3, "")
    assert "hubspot.portal_id says 999" in told(ended)
