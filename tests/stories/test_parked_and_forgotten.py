"""What an operator does about records that wait, and about a person who asks to be forgotten."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.stories.test_command_line import command, told

from zenhub_sync.cli.sandbox_environment import environment
from zenhub_sync.sandbox.seed import seed_many
from zenhub_sync.sandbox.seeded import Accounts
from zenhub_sync.sandbox.server import Sandbox
from zenhub_sync.sandbox.zendesk import DeskOptions

COMMENT = "Palavras que ninguém deve guardar"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(desk_options=DeskOptions(withhold=0)) as box:
        yield box


def with_a_parked_escalation(folder: Path, sandbox: Sandbox) -> tuple[Accounts, int, str]:
    """Let a company without an owner be rated badly; return the ticket and its company."""
    world, env = seed_many(sandbox, tickets=12), environment(sandbox.base_url)
    command(folder, "setup", env=env)
    command(folder, "import", env=env)
    ticket = world.offered[0]
    company = world.companies[sandbox.desk.ticket(ticket)["organization_id"]]
    sandbox.portal.update("companies", company, {"hubspot_owner_id": ""})
    sandbox.desk.rate(ticket, points=1, comment=COMMENT)
    assert command(folder, "refresh", env=env).returncode == 4
    return world, ticket, company


def test_a_parked_escalation_is_listed_and_retried_when_its_cause_is_mended(tmp_path: Path, sandbox: Sandbox) -> None:
    world, ticket, company = with_a_parked_escalation(tmp_path, sandbox)
    env = environment(sandbox.base_url)

    (listed,) = json.loads(command(tmp_path, "parked", "list", "--json", env=env).stdout)["parked"]
    assert (listed["ticket"], listed["what"]) == (ticket, "open_escalation")
    assert command(tmp_path, "parked", "retry", str(ticket), env=env).returncode == 4, "the cause is still there"
    sandbox.portal.update("companies", company, {"hubspot_owner_id": next(iter(world.owners.values()))})
    assert command(tmp_path, "parked", "retry", env=env).returncode == 0

    assert len(sandbox.portal.ids("tasks")) == 1
    assert "nothing is parked" in command(tmp_path, "parked", "list", env=env).stdout


def test_what_is_dropped_is_given_up_for_good(tmp_path: Path, sandbox: Sandbox) -> None:
    _, ticket, _ = with_a_parked_escalation(tmp_path, sandbox)
    env = environment(sandbox.base_url)

    assert command(tmp_path, "parked", "drop", str(ticket), env=env).returncode == 0
    assert command(tmp_path, "refresh", env=env).returncode == 0

    assert sandbox.portal.ids("tasks") == ()
    again = command(tmp_path, "parked", "drop", str(ticket), env=env)
    assert (again.returncode, "parked list" in told(again)) == (2, True)


def test_a_forgotten_person_leaves_no_words_and_nothing_is_written_of_her_again(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    world, env = seed_many(sandbox, tickets=12), environment(sandbox.base_url)
    command(tmp_path, "setup", env=env)
    command(tmp_path, "import", env=env)
    ticket = world.offered[0]
    sandbox.desk.rate(ticket, points=1, comment=COMMENT)
    command(tmp_path, "refresh", env=env)
    requester = sandbox.desk.ticket(ticket)["requester_id"]
    (task,) = sandbox.portal.ids("tasks")
    assert COMMENT in sandbox.portal.properties_of("tasks", task)["hs_task_body"]

    forgotten = command(tmp_path, "forget", str(requester), "--requester", "--hubspot", env=env)
    sandbox.desk.edit(ticket, subject="Outra vez")
    assert command(tmp_path, "refresh", env=env).returncode == 0

    assert forgotten.returncode == 0, forgotten.stderr
    (hubspot_id,) = sandbox.portal.find("tickets", "zendesk_ticket_id", str(ticket))
    said = sandbox.portal.properties_of("tickets", hubspot_id)
    assert said["subject"] == f"#{ticket}"
    assert not any(said.get(name) for name in ("content", "zendesk_requester_email", "zendesk_csat_comment"))
    assert sandbox.portal.properties_of("tasks", task)["hs_task_body"].endswith(f"ref zenhub:escalation:{ticket}:1")
    assert COMMENT not in sandbox.portal.properties_of("tasks", task)["hs_task_body"]
    for file in (tmp_path / "data").iterdir():
        assert COMMENT.encode() not in file.read_bytes()
    assert len(sandbox.portal.ids("tasks")) == 1


def test_an_unknown_number_is_wrong_usage(tmp_path: Path, sandbox: Sandbox) -> None:
    ended = command(tmp_path, "forget", "999", env=environment(sandbox.base_url))

    assert (ended.returncode, "knows neither" in told(ended)) == (2, True)
