"""`match list`, `match link` and `match unlink`: an organization that no rule finds a company for."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.stories.stage import Stage, set_stage
from tests.stories.test_command_line import command, told
from tests.stories.test_matched_later import companies_of, customer, tickets_of

from zenhub_sync.cli.sandbox_environment import environment
from zenhub_sync.errors import ConfigProblem, UsageProblem, ZenhubError
from zenhub_sync.jobs.list_unmatched import list_unmatched
from zenhub_sync.jobs.match_organization import link_job
from zenhub_sync.sandbox.hubspot import DEFAULT_SCOPES, PortalOptions
from zenhub_sync.sandbox.seed import seed_many
from zenhub_sync.sandbox.server import Sandbox
from zenhub_sync.sandbox.zendesk import DeskOptions


def imported(stage: Stage) -> int:
    """Let a customer without a company be imported."""
    seed_many(stage.sandbox, tickets=10)
    organization = customer(stage)
    stage.setup()
    stage.import_()
    return organization


def said_by(stage: Stage, company: str) -> str | None:
    return stage.sandbox.portal.properties_of("companies", company).get("zendesk_organization_id")


def test_organizations_are_listed_with_what_they_may_be(database_url: str) -> None:
    with set_stage(database_url) as stage:
        organization = imported(stage)
        company = stage.sandbox.portal.create("companies", {"name": "Padaria Sol Ltda"})
        stage.sandbox.desk.rate(tickets_of(stage, organization)[0], points=1)
        stage.refresh()
        with stage.worker() as worker:
            (row,) = list_unmatched(worker)
        assert (row.organization_id, row.name, row.tickets, row.bad_ratings) == (organization, "Padaria Sol", 2, 1)
        assert [(each.company_id, each.reason) for each in row.suggestions] == [(company, "has the same name")]


def test_a_link_made_by_hand_repairs_all_tickets_and_the_escalation_that_waits(database_url: str) -> None:
    with set_stage(database_url) as stage:
        organization = imported(stage)
        number = tickets_of(stage, organization)[0]
        stage.sandbox.desk.rate(number, points=1)
        assert stage.refresh().parked == 1
        owner = stage.sandbox.portal.add_owner("ana@cs.example", "Ana", "Prado")
        company = stage.sandbox.portal.create("companies", {"name": "Sol", "hubspot_owner_id": owner})

        report = stage.done(link_job(organization, company))

        assert said_by(stage, company) == str(organization)
        assert companies_of(stage, organization) == [{company}, {company}]
        assert [task["hubspot_owner_id"] for task in stage.tasks_of(number).values()] == [owner]
        assert (report.parked, report.tally.updated) == (0, 2)
        written = len(stage.writes())
        stage.done(link_job(organization, company))
        stage.refresh()
        assert len(stage.writes()) == written, "a link made twice, and a refresh after it, write nothing"


def test_a_link_taken_back_leaves_the_organization_to_the_rules(database_url: str) -> None:
    with set_stage(database_url) as stage:
        organization = imported(stage)
        wrong = stage.sandbox.portal.create("companies", {"name": "Lua"})
        stage.done(link_job(organization, wrong))

        stage.done(link_job(organization, None))

        assert not said_by(stage, wrong)
        with stage.worker() as worker:
            assert [row.organization_id for row in list_unmatched(worker)] == [organization]
        right = stage.sandbox.portal.create("companies", {"name": "Sol"})
        stage.done(link_job(organization, right))
        assert companies_of(stage, organization) == [{right}, {right}]


def _archived(stage: Stage, company: str) -> str:
    stage.sandbox.portal.archive("companies", company)
    return company


def _merged(stage: Stage, company: str) -> str:
    stage.sandbox.portal.merge("companies", stage.sandbox.portal.create("companies", {"name": "Grupo"}), company)
    return company


def _of_another(stage: Stage, company: str) -> str:
    stage.sandbox.portal.update("companies", company, {"zendesk_organization_id": "77"})
    return company


def _another_has_it(stage: Stage, company: str) -> str:
    (organization,) = {row["organization_id"] for row in stage.sandbox.desk.records.tickets.values()} & {
        number for number, row in stage.sandbox.desk.records.organizations.items() if row["name"] == "Padaria Sol"
    }
    other = stage.sandbox.portal.create("companies", {"name": "Outra"})
    stage.sandbox.portal.update("companies", other, {"zendesk_organization_id": str(organization)})
    return company


def _without_scope(stage: Stage, company: str) -> str:
    portal = stage.sandbox.portal
    portal.options = replace(portal.options, scopes=DEFAULT_SCOPES - {"crm.objects.companies.write"})
    return company


def _mistyped(_: Stage, __: str) -> str:
    return "999999"


@pytest.mark.parametrize(
    ("spoil", "error", "said"),
    [
        (_archived, UsageProblem, "has no company .*, or it is archived"),
        (_mistyped, UsageProblem, "has no company 999999"),
        (_merged, UsageProblem, "was merged into company .* Link that one"),
        (_of_another, UsageProblem, "is linked with organization 77 already; .* match unlink 77"),
        (_another_has_it, UsageProblem, "is linked with company .* already; .* match unlink"),
        (_without_scope, ConfigProblem, r"the scope crm\.objects\.companies\.write"),
    ],
)
def test_a_link_that_cannot_be_is_refused_and_nothing_is_half_written(
    database_url: str, spoil: Callable[[Stage, str], str], error: type[ZenhubError], said: str
) -> None:
    with set_stage(database_url) as stage:
        organization = imported(stage)
        company = spoil(stage, stage.sandbox.portal.create("companies", {"name": "Sol"}))
        written = len(stage.writes())

        ended = stage.run(link_job(organization, company))

        assert isinstance(ended.error, error)
        with pytest.raises(error, match=said):
            raise ended.error
        assert len(stage.writes()) == written
        assert companies_of(stage, organization) == [set(), set()]
        with stage.worker() as worker:
            link = worker.store.links([organization], ())[0][organization]
            assert (link.company_id, link.how) == (None, None)


def test_an_organization_that_nobody_knows_is_a_slip_of_the_hand(database_url: str) -> None:
    with set_stage(database_url) as stage:
        imported(stage)
        company = stage.sandbox.portal.create("companies", {"name": "Sol"})
        for job in (link_job(404, company), link_job(404, None)):
            ended = stage.run(job)
            assert isinstance(ended.error, UsageProblem)
        assert not said_by(stage, company)


def test_a_link_whose_answer_is_lost_is_found_by_the_next_refresh(database_url: str) -> None:
    """A run that dies after the company was written leaves the property, and the property is a link too."""
    with set_stage(database_url) as stage:
        organization = imported(stage)
        stage.refresh()
        company = stage.sandbox.portal.create("companies", {"name": "Sol"})
        stage.sandbox.portal.update("companies", company, {"zendesk_organization_id": str(organization)})
        stage.refresh()
        assert companies_of(stage, organization) == [{company}, {company}]


def test_the_commands_from_outside(tmp_path: Path) -> None:
    portal = PortalOptions(scopes=DEFAULT_SCOPES)
    with Sandbox(desk_options=DeskOptions(withhold=0), portal_options=portal) as box:
        seed_many(box, tickets=10)
        organization = box.desk.add_organization("Padaria [Sol]", domain_names=())
        requester = box.desk.add_user("Ana", "ana@casa.example", organization_id=organization)
        box.desk.add_ticket(subject="Forno", requester_id=requester, organization_id=organization, description="…")
        company = box.portal.create("companies", {"name": "Padaria Sol"})
        env = environment(box.base_url)
        for arguments in (("setup",), ("import",)):
            assert command(tmp_path, *arguments, env=env).returncode == 0

        listed = json.loads(command(tmp_path, "match", "list", "--json", env=env).stdout)
        (row,) = listed["organizations"]
        assert (row["organization_id"], row["tickets"], row["bad_ratings"]) == (organization, 1, 0)
        assert row["suggestions"] == [{"company_id": company, "name": "Padaria Sol", "reason": "has the same name"}]
        page = command(tmp_path, "match", "list", env={**env, "COLUMNS": "200"}).stdout
        assert "Padaria [Sol]" in page
        assert f"{company} Padaria Sol: has the same name" in page

        assert command(tmp_path, "match", "link", str(organization), "999999", env=env).returncode == 2
        refused = command(tmp_path, "match", "link", str(organization), "Sol", env=env)
        assert (refused.returncode, "COMPANY_ID is a number" in told(refused)) == (2, True)
        linked = command(tmp_path, "match", "link", str(organization), company, env=env)
        assert (linked.returncode, linked.stdout.splitlines()[-1]) == (
            0,
            f"organization {organization} is linked with company {company}",
        )
        empty = command(tmp_path, "match", "list", env=env).stdout
        assert "every organization of a known ticket has its company" in empty
        undone = json.loads(command(tmp_path, "match", "unlink", str(organization), "--json", env=env).stdout)
        assert (undone["job"], undone["outcome"], undone["tickets"]["updated"]) == ("match", "ok", 1)
        again = command(tmp_path, "match", "unlink", str(organization), env=env)
        assert (again.returncode, "is not linked by hand" in told(again)) == (2, True)
