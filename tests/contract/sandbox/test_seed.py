"""The seeded world holds what it says, and is the same every time."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.contract.sandbox.desk_caller import START

from zenhub_sync.sandbox.clock import SandboxClock
from zenhub_sync.sandbox.seed import seed_company, seed_many
from zenhub_sync.sandbox.seeded import Seeded
from zenhub_sync.sandbox.world import World


@pytest.fixture
def world() -> World:
    return World(clock=SandboxClock(START, frozen=True))


@pytest.fixture
def seeded(world: World) -> Seeded:
    return seed_company(world)


def test_the_same_seed_builds_the_same_world(world: World, seeded: Seeded) -> None:
    again = World(clock=SandboxClock(START, frozen=True))
    assert seed_company(again) == seeded
    assert again.desk.records.tickets == world.desk.records.tickets


def test_another_seed_builds_another(world: World, seeded: Seeded) -> None:
    other = World(clock=SandboxClock(START, frozen=True))
    seed_company(other, seed=8)
    assert other.desk.records.tickets != world.desk.records.tickets


@pytest.mark.parametrize("tickets", [30, 60, 90])
def test_as_many_tickets_as_asked_for(world: World, tickets: int) -> None:
    assert len(set(seed_company(world, tickets=tickets).tickets)) == tickets == len(world.desk.records.tickets)


def test_tickets_are_of_every_status_and_of_the_last_25_days(world: World, seeded: Seeded) -> None:
    rows = [world.desk.ticket(ticket) for ticket in seeded.tickets]
    assert {row["status"] for row in rows} == {"new", "open", "pending", "hold", "solved", "closed", "deleted"}
    assert len({row["priority"] for row in rows}) == 5
    for row in rows:
        created, updated = (datetime.fromisoformat(row[name]) for name in ("created_at", "updated_at"))
        assert START - timedelta(days=25) <= created <= updated <= START - timedelta(minutes=9)
        assert row["generated_timestamp"] <= START.timestamp() - 60


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("pending", {"status": "pending"}),
        ("hold", {"status": "hold"}),
        ("deleted", {"status": "deleted"}),
        ("scrubbed", {"status": "deleted", "subject": "SCRUBBED"}),
        ("merged_source", {"status": "closed"}),
        ("null_ridden", {"subject": None, "priority": None, "organization_id": None, "tags": [], "type": None}),
        ("without_organization", {"organization_id": None}),
        ("ai_agent", {"support_type": "ai_agent"}),
    ],
)
def test_each_named_ticket_is_what_its_name_says(
    world: World, seeded: Seeded, name: str, expected: dict[str, Any]
) -> None:
    row = world.desk.ticket(getattr(seeded, name))
    assert {key: row[key] for key in expected} == expected


def test_ratings_wait_are_good_or_were_bad_long_ago(world: World, seeded: Seeded) -> None:
    assert len(seeded.offered) >= 5
    for ticket in seeded.offered:
        row = world.desk.ticket(ticket)
        assert (row["status"], row["satisfaction_rating"]) == ("solved", {"score": "offered"})
    assert world.desk.ticket(seeded.good)["satisfaction_rating"]["score"] == "good"
    bad = world.desk.ticket(seeded.bad_long_ago)
    assert bad["satisfaction_rating"]["score"] == "bad"
    assert datetime.fromisoformat(bad["updated_at"]) == START - timedelta(days=20)


def test_the_customers_of_the_named_tickets_are_awkward_as_named(world: World, seeded: Seeded) -> None:
    def company_of(ticket: int) -> str:
        return seeded.companies[world.desk.ticket(ticket)["organization_id"]]

    def organization_of(ticket: int) -> Any:
        return world.desk.records.organizations[world.desk.ticket(ticket)["organization_id"]]

    def company(ticket: int) -> Any:
        return world.portal.properties_of("companies", company_of(ticket))

    assert not company(seeded.ownerless).get("hubspot_owner_id")
    assert company(seeded.owner_left)["hubspot_owner_id"] == seeded.archived_owner_id
    shared = company(seeded.shared_domain)["domain"]
    found = world.portal.find("companies", "domain", shared)
    assert set(found) == {company_of(seeded.shared_domain), seeded.branch_company_id}
    assert organization_of(seeded.organization_without_domain)["domain_names"] == []
    assert organization_of(seeded.free_mail)["domain_names"] == ["gmail.com"]
    assert world.desk.ticket(seeded.unknown_company)["organization_id"] not in seeded.companies
    assert company(seeded.merged_company)["name"] == "Café do Cerrado"
    assert seeded.merged_away_company_id not in world.portal.ids("companies")


def test_owner_of_tells_the_owner_that_the_portal_tells(world: World, seeded: Seeded) -> None:
    for company in world.portal.ids("companies"):
        owner = world.portal.properties_of("companies", company).get("hubspot_owner_id") or None
        assert seeded.owner_of.get(company) == owner
    ownerless = world.desk.ticket(seeded.ownerless)["organization_id"]
    assert seeded.owner_of_organization(ownerless) is None
    assert len(seeded.owners) == 4


def test_every_requester_of_a_customer_is_a_contact_of_its_company(world: World, seeded: Seeded) -> None:
    for organization, company in seeded.companies.items():
        contacts = world.portal.associated("companies", company, "contacts")
        emails = {world.portal.properties_of("contacts", contact)["email"] for contact in contacts}
        users = [world.desk.records.users[user] for user in seeded.requesters[organization]]
        assert {user["email"] for user in users} <= emails


def test_too_few_tickets_for_one_of_each_kind_are_refused(world: World) -> None:
    with pytest.raises(ValueError, match="at least"):
        seed_company(world, tickets=10)


def test_the_plain_world_has_nothing_awkward(world: World) -> None:
    plain = seed_many(world, tickets=250)
    assert (len(plain.tickets), len(plain.organizations)) == (250, 30)
    assert plain.companies.keys() == set(plain.organizations.values())
    assert plain.owner_of.keys() == set(plain.companies.values())
    statuses = {world.desk.ticket(ticket)["status"] for ticket in plain.tickets}
    assert statuses == {"new", "open", "pending", "hold", "solved", "closed"}
    assert len(plain.offered) >= 30
    assert dataclasses.is_dataclass(plain)
