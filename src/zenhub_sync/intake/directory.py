"""Look up the companies and contacts of tickets, in batches, and remember the answers with their age.

Nothing here is asked per ticket: organizations by the company's unique property, domains in a local index, requesters
by e-mail, all in batch reads; what was asked less than `age` ago is taken from the store.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Protocol

from zenhub_sync.intake.company_index import CompanyIndex, CompanyList, Listing, companies_in
from zenhub_sync.intake.matching import match_of
from zenhub_sync.intake.organizations import CompanyReads, OrganizationLookup
from zenhub_sync.intake.requesters import ContactReads, look_up_requesters
from zenhub_sync.planning.tickets import Match
from zenhub_sync.store.directory import OrganizationLink, RequesterLink
from zenhub_sync.store.store import Store
from zenhub_sync.transport.asking import Asking, Coming, OneByOne
from zenhub_sync.zendesk.models import Organization, Ticket, User

# A portal of so many companies is listed in one request, which is no more than a question whether anything changed.
_ONE_PAGE = 100


class DirectoryReads(CompanyReads, CompanyList, ContactReads, Protocol):
    """The part of the HubSpot client that reads companies and contacts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Who the tickets of a page belong to, as Zendesk tells it."""

    organization_ids: frozenset[int]
    requester_ids: frozenset[int]
    users: Mapping[int, User]
    organizations: Mapping[int, Organization]

    @classmethod
    def of(cls, tickets: Iterable[Ticket], users: Iterable[User], organizations: Iterable[Organization]) -> People:
        tickets = list(tickets)
        return cls(
            organization_ids=frozenset(t.organization_id for t in tickets if t.organization_id is not None),
            requester_ids=frozenset(t.requester_id for t in tickets if t.requester_id is not None),
            users={user.id: user for user in users},
            organizations={organization.id: organization for organization in organizations},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The matches by ticket, and what was newly learned: `index` is a freshly read company index, if it was read."""

    matches: Mapping[int, Match] = field(default_factory=dict)
    organizations: Sequence[OrganizationLink] = ()
    requesters: Sequence[RequesterLink] = ()
    index: CompanyIndex | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Asked:
    """Who is looked up for the tickets of a page, left out those who are known or asked for already."""

    organizations: frozenset[int]
    requesters: frozenset[int]
    companies: Coming[list[OrganizationLink]]
    contacts: Coming[list[RequesterLink]]


@dataclass(slots=True, kw_only=True)
class Directory:
    """Answer for one run; a company index that is too old is read again once.

    Pages may be asked for before the answers to earlier ones are taken; they are taken in the order of asking.
    """

    hubspot: DirectoryReads
    store: Store
    age: timedelta
    free_mail: frozenset[str]
    external_ids: bool = False
    listing: Listing = field(default_factory=Listing)
    _under_way: list[Asked] = field(default_factory=list)

    def ask(self, people: People, now: float, asking: Asking) -> Asked:
        """Begin to look up who is unknown or too old."""
        known_orgs, known_people = self.store.links(people.organization_ids, people.requester_ids)
        stale = now - self.age.total_seconds()
        orgs = {i for i in people.organization_ids if _asks(known_orgs.get(i), stale)}
        orgs = orgs.difference(*(asked.organizations for asked in self._under_way))
        # A requester whom Zendesk left out of the page is asked for with the next one; nobody is not concluded from it.
        requesters = {i for i in people.requester_ids if _asks(known_people.get(i), stale) and i in people.users}
        requesters = requesters.difference(*(asked.requesters for asked in self._under_way))
        asked = Asked(
            organizations=frozenset(orgs),
            requesters=frozenset(requesters),
            companies=asking.ahead(partial(self._companies, sorted(orgs), known_orgs, people.organizations, now)),
            contacts=asking.ahead(partial(self._contacts, sorted(requesters), known_people, people.users, now, asking)),
        )
        self._under_way.append(asked)
        return asked

    def found(self, tickets: Sequence[Ticket], people: People, asked: Asked) -> Found:
        """Return the match of every ticket: what was asked for earlier pages is in the store by now."""
        orgs, requesters = asked.companies.result(), asked.contacts.result()
        self._under_way.remove(asked)
        known_orgs, known_people = self.store.links(people.organization_ids, people.requester_ids)
        companies = {i: link.company_id for i, link in known_orgs.items()} | {
            o.organization_id: o.company_id for o in orgs
        }
        contacts = known_people | {person.requester_id: person for person in requesters}
        return Found(
            matches={ticket.id: _match(ticket, companies, contacts) for ticket in tickets},
            organizations=orgs,
            requesters=requesters,
            index=self.listing.take(),
        )

    def ask_again(self, organizations: Mapping[int, Organization], users: Mapping[int, User], now: float) -> Found:
        """Ask for all of these, whatever is remembered of them and however young it is: a list may lag behind."""
        known_orgs, known_people = self.store.links(organizations, users)
        index = self.listing.index or self.listing.read(self.hubspot, self.free_mail, now)
        orgs = self._lookup(now).links(sorted(organizations), known_orgs, organizations, now) if organizations else []
        people = self._contacts(sorted(users), known_people, users, now, OneByOne())
        return Found(organizations=orgs, requesters=people, index=index)

    def companies_changed(self, now: float) -> bool:
        """Tell whether the companies differ from those of the stored index, where that is cheap to ask.

        In a portal that takes many requests to list, only the age of the index tells.
        """
        note = self.store.matching.index_note()
        if (companies_in(note) or 0) > _ONE_PAGE:
            return False
        index = self.listing.index or self.listing.read(self.hubspot, self.free_mail, now)
        return index.note != note

    def _companies(
        self,
        ids: Sequence[int],
        known: Mapping[int, OrganizationLink],
        organizations: Mapping[int, Organization],
        now: float,
    ) -> list[OrganizationLink]:
        """Look up organizations; of those never asked for, what this run listed tells, also that they have none."""
        if not ids:
            return []
        listed = self.listing.since(now - self.age.total_seconds())
        return self._lookup(now).links(
            ids, known, organizations, now, listed.organizations if listed is not None else None
        )

    def _lookup(self, now: float) -> OrganizationLookup:
        return OrganizationLookup(
            hubspot=self.hubspot,
            free_mail=self.free_mail,
            external_ids=self.external_ids,
            index=lambda domains: self._index(domains, now),
        )

    def _contacts(
        self,
        ids: Sequence[int],
        known: Mapping[int, RequesterLink],
        users: Mapping[int, User],
        now: float,
        asking: Asking,
    ) -> list[RequesterLink]:
        return look_up_requesters(self.hubspot, ids, known, users, now, asking) if ids else []

    def _index(self, domains: set[str], now: float) -> Mapping[str, frozenset[str]]:
        """Return the companies of these domains, out of an index no older than `age`."""
        if not domains:
            return {}
        oldest = now - self.age.total_seconds()
        with self.listing.lock:
            listed = self.listing.since(oldest)
            if listed is None:
                read_at = self.store.domains_indexed_at()
                if read_at is not None and read_at >= oldest:
                    return self.store.companies_of(domains)
                listed = self.listing.read(self.hubspot, self.free_mail, now)
            return listed.domains


def _asks(link: OrganizationLink | RequesterLink | None, stale: float) -> bool:
    return link is None or link.checked_at < stale


def _match(ticket: Ticket, companies: Mapping[int, str | None], contacts: Mapping[int, RequesterLink]) -> Match:
    person = contacts.get(ticket.requester_id or 0)
    return match_of(
        companies.get(ticket.organization_id or 0),
        person.contact_id if person is not None else None,
        person.company_id if person is not None else None,
    )
