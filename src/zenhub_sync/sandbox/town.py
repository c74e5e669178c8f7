"""The town: how the people of the seeded world set up companies, write tickets and answer surveys."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from zenhub_sync.sandbox import brazil
from zenhub_sync.sandbox.brazil import Customer
from zenhub_sync.sandbox.world import World

# HubSpot's type of a contact's primary company (developers.hubspot.com … associate-records/guide).
_PRIMARY_COMPANY = 1

_CONTACTS_EACH = 2
# No event is younger: exports withhold the latest minute, search lags two.
_SETTLED = timedelta(minutes=10)
_OLDEST = timedelta(days=25)


class Town:
    """Collects what was built so far; all chance comes from the one generator."""

    def __init__(self, world: World, chance: Random) -> None:
        self._portal, self._desk, self._chance = world.portal, world.desk, chance
        self._now = world.clock.now()
        self.owners: list[str] = []
        self.owner_emails: dict[str, str] = {}
        self.organizations: dict[str, int] = {}
        self.companies: dict[int, str] = {}
        self.owner_of: dict[str, str] = {}
        self.requesters: dict[int, tuple[int, ...]] = {}
        self.tickets: list[int] = []
        self._people = 0
        self._plain: list[int] = []

    def hire(self, names: Iterable[tuple[str, str]]) -> None:
        """Give the portal its owners."""
        for first, last in names:
            email = f"{_ascii(first)}.{_ascii(last)}@nuvemsoft.example"
            owner = self._portal.add_owner(email, first, last)
            self.owners.append(owner)
            self.owner_emails[email] = owner

    def settle(self, customer: Customer) -> int:
        """Set a customer up in both accounts: organization and users here, company and contacts there."""
        with self._desk.at(self._now - timedelta(days=90)):
            organization = self._desk.add_organization(customer.name, domain_names=customer.zendesk_domains)
            people = [self._person(customer) for _ in range(_CONTACTS_EACH)]
            self.requesters[organization] = tuple(
                self._desk.add_user(f"{first} {last}", email, organization_id=organization)
                for first, last, email in people
            )
        self.organizations[customer.name] = organization
        if customer in brazil.CUSTOMERS or customer not in brazil.SPECIAL:
            self._plain.append(organization)
        if customer.company:
            company = self.companies[organization] = self.open_company(customer)
            for first, last, email in people:
                names = {"firstname": first, "lastname": last, "email": email}
                self._portal.create("contacts", names, [("companies", company, _PRIMARY_COMPANY)])
        return organization

    def open_company(self, customer: Customer) -> str:
        """Make a company in HubSpot, and note whose it is."""
        properties = {"name": customer.name}
        if customer.domain:
            properties["domain"] = customer.domain
        if customer.owner is not None:
            properties["hubspot_owner_id"] = self.owners[customer.owner]
        company = self._portal.create("companies", properties)
        if customer.owner is not None:
            self.owner_of[company] = self.owners[customer.owner]
        return company

    def regular(self, n: int) -> int:
        """Return the nth organization in which nothing is awkward, round and round."""
        return self._plain[n % len(self._plain)]

    def ticket(self, status: str, *, organization: int | None, created: datetime | None = None, **other: Any) -> int:
        """Write a ticket and move it to a status some time later."""
        created = created or self._some_time_ago()
        subject, description = self._chance.choice(brazil.SUBJECTS)
        with self._desk.at(created):
            ticket = self._desk.add_ticket(
                **{
                    "subject": subject,
                    "description": description,
                    "requester_id": self._requester(organization),
                    "organization_id": organization,
                    "priority": self._chance.choice(brazil.PRIORITIES),
                    "tags": self._chance.sample(brazil.TAGS, self._chance.randint(0, 3)),
                    "via": self._chance.choice(("email", "web", "api")),
                    **other,
                }
            )
        if status != "new":
            with self._desk.at(self._after(created)):
                self._desk.set_status(ticket, status)
        self.tickets.append(ticket)
        return ticket

    def null_ridden(self) -> int:
        """Write a ticket of which nearly everything is missing."""
        nothing: dict[str, Any] = {"subject": None, "description": "", "priority": None, "tags": (), "via": "api"}
        return self.ticket("new", organization=None, requester_id=self._phone_caller(), **nothing)

    def rated(self, *, points: int, comment: str, days_ago: float) -> int:
        """Write a ticket that was solved, and rated that many days ago."""
        when = self._now - timedelta(days=days_ago)
        ticket = self.ticket("new", organization=self.regular(3), created=when - timedelta(days=2))
        with self._desk.at(when - timedelta(hours=4)):
            self._desk.set_status(ticket, "solved")
            self._desk.offer_survey(ticket)
        with self._desk.at(when):
            self._desk.rate(ticket, points=points, comment=comment)
        return ticket

    def endings(self) -> dict[str, int]:
        """Write the tickets that did not end in an ordinary way."""
        long_ago = self._now - timedelta(days=24)
        deleted, scrubbed, source, target = (
            self.ticket("open", organization=self.regular(n), created=long_ago + timedelta(hours=n)) for n in range(4)
        )
        with self._desk.at(self._now - timedelta(days=5)):
            self._desk.delete(deleted)
            self._desk.delete(scrubbed)
            self._desk.merge(source, target)
        with self._desk.at(self._now - timedelta(days=1)):
            self._desk.scrub(scrubbed)
        return {"deleted": deleted, "scrubbed": scrubbed, "merged_source": source, "merged_target": target}

    def solved_lately(self) -> list[int]:
        """Return the solved tickets that nobody was asked about yet."""
        found = (self._desk.ticket(ticket) for ticket in self.tickets)
        return [row["id"] for row in found if row["status"] == "solved" and row["satisfaction_rating"] == _UNASKED]

    def offer(self, tickets: list[int], *, every: int) -> tuple[int, ...]:
        """Ask the requesters of every nth of the tickets for a rating, shortly before now."""
        asked = tuple(tickets[::every])
        with self._desk.at(self._now - _SETTLED):
            for ticket in asked:
                self._desk.offer_survey(ticket)
        return asked

    def accounts(self, offered: tuple[int, ...]) -> dict[str, Any]:
        """Return the fields of `Accounts`."""
        return {
            "owners": self.owner_emails,
            "organizations": self.organizations,
            "companies": self.companies,
            "owner_of": self.owner_of,
            "requesters": self.requesters,
            "tickets": tuple(self.tickets),
            "offered": offered,
        }

    def _person(self, customer: Customer) -> tuple[str, str, str]:
        self._people += 1
        first, last = self._chance.choice(brazil.FIRST_NAMES), self._chance.choice(brazil.LAST_NAMES)
        domain = customer.domain or (customer.zendesk_domains or ("example.com.br",))[0]
        return first, last, f"{_ascii(first)}.{_ascii(last)}{self._people}@{domain}"

    def _phone_caller(self) -> int:
        with self._desk.at(self._now - timedelta(days=90)):
            return self._desk.add_user("Chamada +55 11 90000-0000", None)

    def _requester(self, organization: int | None) -> int:
        if organization is not None:
            return self._chance.choice(self.requesters[organization])
        self._people += 1
        with self._desk.at(self._now - timedelta(days=90)):
            return self._desk.add_user("Helena Avulsa", f"helena{self._people}@gmail.com")

    def _some_time_ago(self) -> datetime:
        latest = self._now - 4 * _SETTLED
        return latest - (_OLDEST - 4 * _SETTLED) * self._chance.random()

    def _after(self, moment: datetime) -> datetime:
        """Return a moment between that one and now."""
        return moment + (self._now - 2 * _SETTLED - moment) * self._chance.uniform(0.05, 0.9)


_UNASKED = {"score": "unoffered"}


def _ascii(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return plain.lower().replace(" ", "")
