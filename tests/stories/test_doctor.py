"""`doctor` against the sandbox: what is well, what is wrong, how to mend it, and the exit code."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import httpx
import pytest
from tests.fakes.clock import FakeClock
from tests.stories.stage import NOON, Stage, set_stage
from tests.stories.test_command_line import command

from zenhub_sync.cli.sandbox_environment import environment
from zenhub_sync.clock import Clock
from zenhub_sync.doctor.checkup import check_up
from zenhub_sync.doctor.findings import Level
from zenhub_sync.sandbox.clock import SandboxClock
from zenhub_sync.sandbox.hubspot import DEFAULT_SCOPES, PortalOptions
from zenhub_sync.sandbox.seed import seed_many
from zenhub_sync.sandbox.server import Sandbox
from zenhub_sync.sandbox.zendesk import DeskOptions


@contextmanager
def staged(folder: Path, portal: PortalOptions | None = None) -> Iterator[Stage]:
    box = Sandbox(clock=SandboxClock(NOON, frozen=True), portal_options=portal or PortalOptions(scopes=DEFAULT_SCOPES))
    seed_many(box, tickets=30)
    owner = box.portal.add_owner("ops@acme.example", "Ana", "Ops")
    (folder / "policy.yaml").write_text(f"hubspot: {{portal_id: 24601}}\nowners: {{fallback: '{owner}'}}\n")
    with set_stage(f"sqlite:///{folder}/zenhub-sync.db", sandbox=box) as stage:
        yield stage


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """An account and a portal that are set up, with a fallback owner."""
    with staged(tmp_path) as stage:
        stage.setup()
        yield stage


def visit(
    stage: Stage, folder: Path, change: Mapping[str, str] | None = None, clock: Clock | None = None
) -> dict[str, tuple[str, str]]:
    """Return what is not well, by check: its level and what is said."""
    env = {
        **environment(stage.sandbox.base_url),
        "ZENHUB_CONFIG": "policy.yaml",
        "DATABASE_URL": stage.database_url,
        **(change or {}),
    }
    before = stage.sandbox.ledger.writes()
    given = {name: value for name, value in env.items() if value}
    findings = list(check_up(given, folder, clock or stage.clock, Random(0)))
    assert stage.sandbox.ledger.writes() == before, "it writes nothing"
    assert stage.sandbox.crashes == []
    assert all(finding.mend for finding in findings if finding.level is not Level.OK)
    return {f.check: (f.level.value, f.message) for f in findings if f.level is not Level.OK}


def test_where_all_is_well_there_is_nothing_to_mend(stage: Stage, tmp_path: Path) -> None:
    assert visit(stage, tmp_path) == {}
    stage.import_()
    assert visit(stage, tmp_path) == {}


def test_a_portal_that_is_not_set_up_is_told_what_is_missing(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        found = visit(stage, tmp_path)

    assert {check: level for check, (level, _) in found.items()} == {
        "hubspot.pipeline": "failure",
        "hubspot.tickets": "failure",
        "hubspot.companies": "failure",
    }


def test_a_free_portal_has_no_room_for_a_pipeline(tmp_path: Path) -> None:
    with staged(tmp_path, PortalOptions(scopes=DEFAULT_SCOPES, max_custom_pipelines=0)) as stage:
        found = visit(stage, tmp_path)

    assert "no room" in found["hubspot.pipeline"][1]


@pytest.mark.parametrize(
    ("change", "check", "says"),
    [
        ({"ZENDESK_CLIENT_SECRET": "wrong-secret"}, "zendesk.credential", "401"),
        ({"HUBSPOT_ACCESS_TOKEN": "wrong-token"}, "hubspot.token", "401"),
        ({"HUBSPOT_ACCESS_TOKEN": ""}, "settings", "HUBSPOT_ACCESS_TOKEN"),
        ({"ZENDESK_BASE_URL": "http://example.com"}, "settings", "ZENDESK_BASE_URL"),
        ({"ZENHUB_CONFIG": "missing.yaml"}, "config", "missing.yaml"),
        ({"DATABASE_URL": "sqlite:////proc/nowhere/x.db"}, "database", "/proc"),
    ],
)
def test_one_failure_hides_no_other(
    stage: Stage, tmp_path: Path, change: dict[str, str], check: str, says: str
) -> None:
    stage.sandbox.portal.archive_owner(stage.sandbox.portal.add_owner("gone@acme.example", "Rui", "Foi"))
    (tmp_path / "other.yaml").write_text("hubspot: {portal_id: 999}\n")

    found = visit(stage, tmp_path, {"ZENHUB_CONFIG": "other.yaml", **change})

    assert (found[check][0], says in found[check][1]) == ("failure", True), found
    if not check.startswith("hubspot") and change.keys().isdisjoint({"HUBSPOT_ACCESS_TOKEN", "ZENHUB_CONFIG"}):
        assert "999" in found["hubspot.portal"][1]


def test_an_account_changed_behind_our_back_is_noticed(stage: Stage, tmp_path: Path) -> None:
    desk = stage.sandbox.desk
    desk.options = replace(desk.options, user_is_admin=False, csat="none")
    httpx.delete(
        f"{stage.sandbox.base_url}/crm/properties/2026-09/tickets/zendesk_tags",
        headers={"Authorization": "Bearer pat-na1-sandbox"},
    ).raise_for_status()

    found = visit(stage, tmp_path)

    assert {check: level for check, (level, _) in found.items()} == {
        "zendesk.role": "failure",
        "zendesk.export": "failure",
        "hubspot.tickets": "failure",
    }
    assert "zendesk_tags" in found["hubspot.tickets"][1]


def test_an_api_token_works_with_a_warning(stage: Stage, tmp_path: Path) -> None:
    legacy = {
        "ZENDESK_CLIENT_ID": "",
        "ZENDESK_CLIENT_SECRET": "",
        "ZENDESK_EMAIL": "ops@acme.example",
        "ZENDESK_API_TOKEN": "sandbox-token",
    }

    found = visit(stage, tmp_path, legacy)

    assert list(found) == ["dates.zendesk"]
    assert "2027-04-30, in 159 days" in found["dates.zendesk"][1]


def test_a_clock_that_is_wrong_shows_in_the_dates_of_both_vendors(stage: Stage, tmp_path: Path) -> None:
    found = visit(stage, tmp_path, clock=FakeClock(NOON - timedelta(minutes=5)))

    assert found["clock.zendesk"] == ("failure", "this machine's clock is 300 s behind zendesk's")
    assert found["clock.hubspot"][0] == "failure"


def test_rules_of_the_portals_admin_and_what_they_refused_are_told(tmp_path: Path) -> None:
    rules = PortalOptions(
        scopes=DEFAULT_SCOPES,
        validation_rules={"tickets": {"subject": ("MAX_LENGTH",)}},
        required_on_create={"tickets": ("hs_ticket_category",)},
    )
    with staged(tmp_path, rules) as stage:
        stage.setup()
        stage.import_()
        found = visit(stage, tmp_path)

    assert found["hubspot.rules.tickets"] == (
        "warning",
        "an admin's rules apply to what the worker writes: subject: MAX_LENGTH",
    )
    assert found["records"][0] == "failure"
    assert "MISSING_REQUIRED_PROPERTY on hs_ticket_category" in found["records"][1]


def test_from_outside_it_is_a_report_for_people_and_a_document_for_programs(tmp_path: Path) -> None:
    with Sandbox(desk_options=DeskOptions(withhold=0), portal_options=PortalOptions(scopes=DEFAULT_SCOPES)) as sandbox:
        env = environment(sandbox.base_url)
        command(tmp_path, "setup", env=env)

        told = command(tmp_path, "doctor", env=env)
        document = json.loads(command(tmp_path, "doctor", "--json", env=env).stdout)
        wrong = command(tmp_path, "doctor", env={**env, "ZENDESK_CLIENT_SECRET": "wrong-secret"})

    assert (told.returncode, told.stderr) == (0, "")
    assert "-> set hubspot.portal_id: 24601" in told.stdout
    assert told.stdout.splitlines()[-1].startswith("0 failures, ")
    assert document["outcome"] == "warning"
    assert {each["level"] for each in document["checks"]} == {"ok", "warning"}
    assert wrong.returncode == 3
    assert not (tmp_path / "data").exists()


def test_vendors_that_do_not_answer_give_exit_code_5(tmp_path: Path) -> None:
    ended = command(tmp_path, "doctor", "--json", env=environment("http://127.0.0.1:9"))

    assert ended.returncode == 5, ended.stdout
    failed = [each["check"] for each in json.loads(ended.stdout)["checks"] if each["level"] == "failure"]
    assert failed == ["zendesk.credential", "hubspot.token"]
