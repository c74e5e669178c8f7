"""Look up the companies and contacts of tickets, in batches, and remember the answers with their age.

Nothing here is asked per ticket: organizations by the company's unique property, domains in a local index, requesters
by e-mail, all in batch reads; what was asked less than `age` ago is taken from the store.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from zenhub_sync.intake.company_index import CompanyIndex, CompanyList, companies_in, read_index
from zenhub_sync.intake.matching import match_of
from zenhub_sync.intake.organizations import CompanyReads, OrganizationLookup
from zenhub_sync.intake.requesters import ContactReads, look_up_requesters
from zenhub_sync.planning.tickets import Match
from zenhub_sync.store.directory import OrganizationLink, RequesterLink
from zenhub_sync.store.store import Store
from zenhub_sync.zendesk.models import Organization, Ticket, User

# A portal of so many companies is listed in one request, which is no more than a question whether anything changed.
_ONE_PAGE = 100


class DirectoryReads(CompanyReads, CompanyList, ContactReads, Protocol):
    """The part of the HubSpot client that reads companies and contacts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The matches by ticket, and what was newly learned: `index` is a freshly read company index, if it was read."""

    matches: Mapping[int, Match] = field(default_factory=dict)
    organizations: Sequence[OrganizationLink] = ()
    requesters: Sequence[RequesterLink] = ()
    index: CompanyIndex | None = None


@dataclass(slots=True, kw_only=True)
class Directory:
    """Answer for one run; a company index that is too old is read again once."""

    hubspot: DirectoryReads
    store: Store
    age: timedelta
    free_mail: frozenset[str]
    external_ids: bool = False
    _fresh_index: CompanyIndex | None = field(default=None)

    def find(
        self,
        tickets: Sequence[Ticket],
        users: Mapping[int, User],
        organizations: Mapping[int, Organization],
        now: float,
    ) -> Found:
        """Return the match of every ticket, asking HubSpot only for what is unknown or too old."""
        organization_ids = {t.organization_id for t in tickets if t.organization_id is not None}
        requester_ids = {t.requester_id for t in tickets if t.requester_id is not None}
        known_orgs, known_people = self.store.links(organization_ids, requester_ids)
        stale = now - self.age.total_seconds()
        ask_orgs = sorted(i for i in organization_ids if _asks(known_orgs.get(i), stale))
        # A requester whom Zendesk left out of the page is asked for with the next one; nobody is not concluded from it.
        ask_people = sorted(i for i in requester_ids if _asks(known_people.get(i), stale) and i in users)

        had_index = self._fresh_index is not None
        orgs = self._organizations(now).links(ask_orgs, known_orgs, organizations, now) if ask_orgs else []
        people = look_up_requesters(self.hubspot, ask_people, known_people, users, now) if ask_people else []
        companies = {i: link.company_id for i, link in known_orgs.items()} | {
            o.organization_id: o.company_id for o in orgs
        }
        contacts = known_people | {person.requester_id: person for person in people}
        return Found(
            matches={ticket.id: _match(ticket, companies, contacts) for ticket in tickets},
            organizations=orgs,
            requesters=people,
            index=None if had_index else self._fresh_index,
        )

    def ask_again(self, organizations: Mapping[int, Organization], users: Mapping[int, User], now: float) -> Found:
        """Ask for all of these, whatever is remembered of them and however young it is."""
        known_orgs, known_people = self.store.links(organizations, users)
        self._fresh_index = self._fresh_index or read_index(self.hubspot, self.free_mail)
        orgs = self._organizations(now).links(sorted(organizations), known_orgs, organizations, now)
        people = look_up_requesters(self.hubspot, sorted(users), known_people, users, now) if users else []
        return Found(organizations=orgs, requesters=people, index=self._fresh_index)

    def companies_changed(self) -> bool:
        """Tell whether the companies differ from those of the stored index, where that is cheap to ask.

        In a portal that takes many requests to list, only the age of the index tells.
        """
        note = self.store.matching.index_note()
        if (companies_in(note) or 0) > _ONE_PAGE:
            return False
        self._fresh_index = self._fresh_index or read_index(self.hubspot, self.free_mail)
        return self._fresh_index.note != note

    def _organizations(self, now: float) -> OrganizationLookup:
        return OrganizationLookup(
            hubspot=self.hubspot,
            free_mail=self.free_mail,
            external_ids=self.external_ids,
            index=lambda domains: self._index(domains, now),
        )

    def _index(self, domains: set[str], now: float) -> Mapping[str, frozenset[str]]:
        """Return the companies of these domains, out of an index no older than `age`."""
        if not domains:
            return {}
        if self._fresh_index is None:
            read_at = self.store.domains_indexed_at()
            if read_at is not None and read_at >= now - self.age.total_seconds():
                return self.store.companies_of(domains)
            self._fresh_index = read_index(self.hubspot, self.free_mail)
        return self._fresh_index.domains


def _asks(link: OrganizationLink | RequesterLink | None, stale: float) -> bool:
    return link is None or link.checked_at < stale


def _match(ticket: Ticket, companies: Mapping[int, str | None], contacts: Mapping[int, RequesterLink]) -> Match:
    person = contacts.get(ticket.requester_id or 0)
    return match_of(
        companies.get(ticket.organization_id or 0),
        person.contact_id if person is not None else None,
        person.company_id if person is not None else None,
    )
