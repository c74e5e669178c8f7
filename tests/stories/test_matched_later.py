"""Companies and contacts that appear later, or are merged: tickets and waiting escalations follow by themselves."""

from __future__ import annotations

import pytest
from tests.stories.stage import Stage, set_stage

from zenhub_sync.config import Config
from zenhub_sync.sandbox.seed import seed_many

_PRIMARY = 26


def customer(stage: Stage, *, domain: str | None = "padaria.com.br", external_id: str | None = None) -> int:
    """Let a customer with two solved tickets be there, whom HubSpot does not know; return its organization."""
    desk = stage.sandbox.desk
    organization = desk.add_organization(
        "Padaria Sol", domain_names=(domain,) if domain else (), external_id=external_id
    )
    requester = desk.add_user("Ana", "ana@padaria.com.br", organization_id=organization)
    for subject in ("Forno", "Caixa"):
        number = desk.add_ticket(
            subject=subject, requester_id=requester, organization_id=organization, status="solved", description="…"
        )
        desk.offer_survey(number)
    return organization


def tickets_of(stage: Stage, organization: int) -> list[int]:
    rows = stage.sandbox.desk.records.tickets
    return [number for number, row in rows.items() if row["organization_id"] == organization]


def companies_of(stage: Stage, organization: int) -> list[set[str]]:
    """Return the primary companies of each HubSpot ticket of an organization."""
    portal = stage.sandbox.portal
    found = [portal.associated("tickets", stage.hubspot_id(n), "companies") for n in tickets_of(stage, organization)]
    return [{company for company, types in links.items() if _PRIMARY in types} for links in found]


def test_a_contact_that_appears_later_is_linked_by_a_refresh_some_hours_on(database_url: str) -> None:
    with set_stage(database_url) as stage:
        organization = customer(stage)
        company = stage.sandbox.portal.create("companies", {"name": "Padaria"})
        stage.setup()
        stage.import_()
        stage.sandbox.portal.create("contacts", {"email": "ana@padaria.com.br"}, [("companies", company, 1)])
        stage.clock.advance(5 * 3600)

        stage.refresh()

        assert companies_of(stage, organization) == [{company}, {company}]


@pytest.mark.parametrize("how", ["domain", "property", "contact"])
def test_a_company_that_appears_later_gets_its_tickets_at_the_next_refresh(database_url: str, how: str) -> None:
    with set_stage(database_url) as stage:
        seed_many(stage.sandbox, tickets=10)
        organization = customer(stage)
        stage.setup()
        stage.import_()
        assert companies_of(stage, organization) == [set(), set()]
        stage.refresh()

        portal = stage.sandbox.portal
        properties = {
            "domain": {"domain": "padaria.com.br"},
            "property": {"zendesk_organization_id": str(organization)},
        }
        company = portal.create("companies", {"name": "Padaria", **properties.get(how, {})})
        if how == "contact":
            portal.create("contacts", {"email": "ana@padaria.com.br"}, [("companies", company, 1)])
        report = stage.refresh()

        assert companies_of(stage, organization) == [{company}, {company}]
        assert report.document()["tickets"]["updated"] == 2
        written = len(stage.writes())
        stage.refresh()
        assert len(stage.writes()) == written


def test_unmatched_tickets_cost_one_request_where_nothing_changed(database_url: str) -> None:
    with set_stage(database_url) as stage:
        seed_many(stage.sandbox, tickets=10)
        customer(stage)
        stage.setup()
        stage.import_()

        for _ in range(2):
            requests = stage.refresh().requests
            assert (requests.zendesk, requests.hubspot) == (2, 1)


def test_a_waiting_escalation_follows_the_company_that_appears(database_url: str) -> None:
    with set_stage(database_url) as stage:
        seed_many(stage.sandbox, tickets=10)
        organization = customer(stage)
        stage.setup()
        stage.import_()
        number = tickets_of(stage, organization)[0]
        stage.sandbox.desk.rate(number, points=1, comment="Demorou")
        assert stage.refresh().parked == 1

        owner = stage.sandbox.portal.add_owner("ana@cs.example", "Ana", "Prado")
        company = stage.sandbox.portal.create(
            "companies", {"name": "Padaria", "domain": "padaria.com.br", "hubspot_owner_id": owner}
        )
        report = stage.refresh()

        assert report.parked == 0
        ((task, said),) = stage.tasks_of(number).items()
        assert said["hubspot_owner_id"] == owner
        assert set(stage.sandbox.portal.associated("tasks", task, "companies")) == {company}


def test_a_merged_company_is_followed_by_all_tickets_of_the_organization(database_url: str) -> None:
    with set_stage(database_url) as stage:
        world = seed_many(stage.sandbox, tickets=20)
        organization = stage.sandbox.desk.ticket(world.offered[0])["organization_id"]
        stage.setup()
        stage.import_()
        survivor = stage.sandbox.portal.create("companies", {"name": "Grupo"})
        stage.sandbox.portal.merge("companies", survivor, world.companies[organization])
        stage.clock.advance(25 * 3600)
        stage.sandbox.desk.edit(tickets_of(stage, organization)[0], subject="Mudou")

        stage.refresh()

        assert set(map(frozenset, companies_of(stage, organization))) == {frozenset({survivor})}


def test_an_external_id_that_is_a_companys_id_finds_it_where_the_configuration_says_so(database_url: str) -> None:
    config = Config.model_validate({"matching": {"external_id": True}})
    with set_stage(database_url, config) as stage:
        company = stage.sandbox.portal.create("companies", {"name": "Padaria"})
        organization = customer(stage, domain=None, external_id=company)
        stage.setup()
        stage.import_()
        assert companies_of(stage, organization) == [{company}, {company}]


def test_a_requester_whom_zendesk_shows_no_more_does_not_stay_the_first_to_be_asked_for(database_url: str) -> None:
    with set_stage(database_url) as stage:
        seed_many(stage.sandbox, tickets=10)
        organization = customer(stage)
        requester = stage.sandbox.desk.ticket(tickets_of(stage, organization)[0])["requester_id"]
        stage.setup()
        stage.import_()
        stage.sandbox.desk.delete_user(requester)
        stage.clock.advance(5 * 3600)

        stage.refresh()

        with stage.worker() as worker:
            unmatched = worker.store.matching.unmatched(100)
            assert unmatched.requesters == [requester]
            assert worker.now() - unmatched.asked_at < 60
