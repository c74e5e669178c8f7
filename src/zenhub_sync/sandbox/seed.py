"""Worlds to start from, built by the hands of people, the same for the same seed."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from zenhub_sync.sandbox import brazil
from zenhub_sync.sandbox.brazil import Customer
from zenhub_sync.sandbox.seeded import Accounts, Seeded
from zenhub_sync.sandbox.town import Town
from zenhub_sync.sandbox.world import World

# How many tickets the awkward kinds take.
_CASES = 18

# Of a multitude, one requester in so many is no contact in HubSpot; and when its tickets changed last.
_STRANGERS = 10
_OLDEST, _NEWEST = timedelta(days=25), timedelta(minutes=10)

_STATES = ("new", "open", "open", "pending", "hold", "solved", "solved", "solved", "closed", "closed")


def seed_company(world: World, *, tickets: int = 60, seed: int = 7) -> Seeded:
    """Build a software company's customers and `tickets` tickets of the last 25 days, every awkward kind included."""
    if tickets < _CASES + len(_STATES):
        raise ValueError(f"at least {_CASES + len(_STATES)} tickets are needed to have one of each kind")
    town = Town(world, Random(seed))
    town.hire(brazil.OWNERS)
    for customer in (*brazil.CUSTOMERS, *brazil.SPECIAL):
        town.settle(customer)
    branch = town.open_company(brazil.SHARED_BRANCH)
    loser = town.open_company(brazil.MERGED_AWAY)
    survivor = town.companies[town.organizations[brazil.MERGED.name]]
    world.portal.merge("companies", survivor, loser)
    del town.owner_of[loser]
    left = town.owners[brazil.LEFT]
    world.portal.archive_owner(left)
    cases = _cases(town)
    for n in range(tickets - _CASES):
        town.ticket(_STATES[n % len(_STATES)], organization=town.regular(n))
    offered = town.offer(town.solved_lately(), every=2)
    return Seeded(
        **town.accounts(offered),
        **cases,
        archived_owner_id=left,
        merged_away_company_id=loser,
        branch_company_id=branch,
    )


def seed_many(world: World, *, tickets: int = 250, organizations: int = 30, seed: int = 7) -> Accounts:
    """Build the plain scenario: customers that all have domain, company and owner, and tickets in every state."""
    town = Town(world, Random(seed))
    town.hire(brazil.OWNERS[: brazil.LEFT])
    for n in range(organizations):
        domain = f"cliente{n + 1:02d}.com.br"
        town.settle(Customer(name=f"Cliente {n + 1:02d}", domain=domain, owner=n % brazil.LEFT))
    for n in range(tickets):
        town.ticket(_STATES[n % len(_STATES)], organization=town.regular(n))
    return Accounts(**town.accounts(town.offer(town.solved_lately(), every=2)))


def seed_multitude(world: World, *, tickets: int, seed: int = 7) -> Seeded:
    """Build the company of `seed_company`, and around it as many tickets as are missing to that number.

    Those are of 3.6 KB and of plain customers: each has an organization, a company and an owner, nine of ten requesters
    are contacts. They have neither history nor ratings until a hand is laid on them. The world should be one with
    `keep`.
    """
    seeded = seed_company(world, seed=seed)
    number = tickets - world.desk.records.highest_ticket
    if number < 1:
        raise ValueError(f"a multitude begins with {world.desk.records.highest_ticket + 1} tickets")
    multitude = world.desk.add_multitude(number, since=_OLDEST, until=_NEWEST)
    owners = [owner for owner in seeded.owners.values() if owner != seeded.archived_owner_id]
    companies = {
        organization: world.portal.create(
            "companies",
            {
                "name": multitude.name_of(organization),
                "domain": multitude.domain_of(organization),
                "hubspot_owner_id": owners[organization % len(owners)],
            },
        )
        for organization in multitude.organizations
    }
    world.portal.fill(
        (
            {"email": multitude.email_of(person), "firstname": "Pessoa", "lastname": str(person)},
            companies[multitude.organization_of(person)],
        )
        for person in multitude.people
        if person % _STRANGERS
    )
    return seeded


def _cases(town: Town) -> dict[str, Any]:
    """Make one ticket of every awkward kind and name it."""
    by_customer = {
        "ownerless": brazil.OWNERLESS,
        "owner_left": brazil.OWNER_LEFT,
        "shared_domain": brazil.SHARED,
        "merged_company": brazil.MERGED,
        "organization_without_domain": brazil.NO_DOMAIN,
        "free_mail": brazil.FREE_MAIL,
        "unknown_company": brazil.UNKNOWN,
    }
    cases: dict[str, Any] = {
        name: town.ticket("solved", organization=town.organizations[customer.name])
        for name, customer in by_customer.items()
    }
    cases["without_organization"] = town.ticket("open", organization=None)
    cases["null_ridden"] = town.null_ridden()
    cases["pending"] = town.ticket("pending", organization=town.regular(0))
    cases["hold"] = town.ticket("hold", organization=town.regular(1))
    cases["ai_agent"] = town.ticket("open", organization=town.regular(2), support_type="ai_agent")
    cases["good"] = town.rated(points=5, comment=brazil.COMMENT_GOOD, days_ago=3)
    cases["bad_long_ago"] = town.rated(points=1, comment=brazil.COMMENT_BAD, days_ago=20)
    return cases | town.endings()
