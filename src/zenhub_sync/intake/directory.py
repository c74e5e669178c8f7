"""Look up the companies and contacts of a page of tickets, in batches, and remember the answers with their age.

Nothing here is asked per ticket: organizations by the company's unique property, domains in a local index, requesters
by e-mail, all in batch reads; what was asked less than `age` ago is taken from the store.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from zenhub_sync.errors import ConfigProblem
from zenhub_sync.hubspot.models import CrmObject
from zenhub_sync.hubspot.results import Association, AssociationResult, ObjectPage
from zenhub_sync.intake.asking import AT_ONCE, ObjectReads, read_by_key
from zenhub_sync.intake.matching import company_by_domains, match_of, primary_company, usable_domains
from zenhub_sync.planning.tickets import Match
from zenhub_sync.store.directory import OrganizationLink, RequesterLink
from zenhub_sync.store.store import Store
from zenhub_sync.transport.errors import Malformed, Rejected
from zenhub_sync.transport.following import follow
from zenhub_sync.zendesk.models import Organization, Ticket, User

ORGANIZATION_ID = "zendesk_organization_id"
_DOMAINS = ("domain", "hs_additional_domains")


class DirectoryReads(ObjectReads, Protocol):
    """The part of the HubSpot client that reads companies and contacts."""

    def list(
        self, kind: str, properties: Sequence[str], *, after: str | None = None, limit: int = 100
    ) -> ObjectPage: ...

    def associations(self, from_kind: str, to_kind: str, ids: Sequence[str]) -> AssociationResult: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The matches by ticket, and what was newly learned: `domains` is a freshly read company index, if it was read."""

    matches: Mapping[int, Match]
    organizations: Sequence[OrganizationLink] = ()
    requesters: Sequence[RequesterLink] = ()
    domains: Mapping[str, frozenset[str]] | None = None


@dataclass(slots=True, kw_only=True)
class Directory:
    """Answer for one run; a company index that is too old is read again once.

    While `impatient`, an earlier answer of "nobody" is asked for again, however young: an escalation waits for it.
    """

    hubspot: DirectoryReads
    store: Store
    age: timedelta
    free_mail: frozenset[str]
    impatient: bool = False
    _fresh_index: Mapping[str, frozenset[str]] | None = field(default=None)

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
        ask_orgs = sorted(i for i in organization_ids if self._asks(known_orgs.get(i), stale))
        ask_people = sorted(i for i in requester_ids if self._asks(known_people.get(i), stale))

        had_index = self._fresh_index is not None
        orgs = self._look_up_organizations(ask_orgs, known_orgs, organizations, now) if ask_orgs else []
        # A requester whom Zendesk left out of the page is asked for with the next one; nobody is not concluded from it.
        ask_people = [i for i in ask_people if i in users]
        people = self._look_up_requesters(ask_people, known_people, users, now) if ask_people else []
        companies = {i: link.company_id for i, link in known_orgs.items()} | {
            o.organization_id: o.company_id for o in orgs
        }
        contacts = known_people | {person.requester_id: person for person in people}
        return Found(
            matches={ticket.id: _match(ticket, companies, contacts) for ticket in tickets},
            organizations=orgs,
            requesters=people,
            domains=None if had_index else self._fresh_index,
        )

    def _asks(self, link: OrganizationLink | RequesterLink | None, stale: float) -> bool:
        return link is None or link.checked_at < stale or (self.impatient and link.company_id is None)

    def _look_up_organizations(
        self,
        ids: Sequence[int],
        known: Mapping[int, OrganizationLink],
        organizations: Mapping[int, Organization],
        now: float,
    ) -> list[OrganizationLink]:
        by_property = self._companies_by_property(ids)
        domains = {
            i: usable_domains(organizations[i].domain_names, self.free_mail)
            for i in ids
            if i not in by_property and i in organizations
        }
        index = self._index({domain for some in domains.values() for domain in some}, now)
        links = []
        for i in ids:
            company, how = by_property.get(i), "property"
            if company is None:
                company, how = company_by_domains(domains.get(i, ()), index), "domain"
            before = known.get(i)
            if company is None and before is not None:
                company, how = before.company_id, before.how or ""
            links.append(
                OrganizationLink(organization_id=i, company_id=company, how=how if company else None, checked_at=now)
            )
        return links

    def _companies_by_property(self, ids: Sequence[int]) -> dict[int, str]:
        keys = [str(i) for i in ids]
        try:
            found = read_by_key(
                self.hubspot, "companies", keys, (ORGANIZATION_ID,), id_property=ORGANIZATION_ID, names=_organizations
            )
        except Rejected as error:
            raise ConfigProblem(
                f"HubSpot companies cannot be read by {ORGANIZATION_ID} ({error}); run zenhub-sync setup, which makes "
                "that unique property"
            ) from error
        return {int(number): company.id for number, company in found.items()}

    def _index(self, domains: set[str], now: float) -> Mapping[str, frozenset[str]]:
        """Return the companies of these domains, out of an index no older than `age`."""
        if not domains:
            return {}
        if self._fresh_index is None:
            read_at = self.store.domains_indexed_at()
            if read_at is not None and read_at >= now - self.age.total_seconds() and not self.impatient:
                return self.store.companies_of(domains)
            self._fresh_index = self._read_index()
        return self._fresh_index

    def _read_index(self) -> dict[str, frozenset[str]]:
        """Read every company's domains. The list may lag behind a change, which costs a day and no duplicate."""
        index: dict[str, frozenset[str]] = {}
        pages = follow(
            lambda after: self.hubspot.list("companies", _DOMAINS, after=after, limit=AT_ONCE),
            lambda page: not page.results,
            call="hubspot.list_companies",
        )
        for page in pages:
            for company in page.results:
                domains = [company.properties.get("domain") or ""]
                domains += (company.properties.get("hs_additional_domains") or "").split(";")
                for domain in usable_domains(domains, self.free_mail):
                    index[domain] = index.get(domain, frozenset()) | {company.id}
        return index

    def _look_up_requesters(
        self, ids: Sequence[int], known: Mapping[int, RequesterLink], users: Mapping[int, User], now: float
    ) -> list[RequesterLink]:
        emails = {i: (users[i].email or "").strip().lower() for i in ids if i in users}
        contacts = self._contacts_by_email(sorted({email for email in emails.values() if email}))
        companies = self._primary_companies(sorted(set(contacts.values())))
        links = []
        for i in ids:
            contact = contacts.get(emails.get(i, ""))
            before = known.get(i)
            if contact is None and before is not None and before.contact_id is not None:
                links.append(
                    RequesterLink(
                        requester_id=i, contact_id=before.contact_id, company_id=before.company_id, checked_at=now
                    )
                )
                continue
            company = companies.get(contact or "")
            links.append(RequesterLink(requester_id=i, contact_id=contact, company_id=company, checked_at=now))
        return links

    def _contacts_by_email(self, emails: Sequence[str]) -> dict[str, str]:
        """Return contact ids by lower-case address; a contact may answer to an address that is its second one."""
        properties = ("email", "hs_additional_emails")
        found = read_by_key(self.hubspot, "contacts", emails, properties, id_property="email", names=_addresses)
        return {email: contact.id for email, contact in found.items()}

    def _primary_companies(self, contacts: Sequence[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for chunk in _chunks(contacts, 1000):
            for contact, links in self._companies_of(chunk).items():
                company = primary_company({link.to_id: link.type_ids for link in links})
                if company is not None:
                    found[contact] = company
        return found

    def _companies_of(self, contacts: Sequence[str]) -> Mapping[str, Sequence[Association]]:
        """Return the links of contacts; those that HubSpot failed to read are asked for once more."""
        answer = self.hubspot.associations("contacts", "companies", contacts)
        again = self.hubspot.associations("contacts", "companies", answer.unread) if answer.unread else answer
        if again.unread:
            call = "hubspot.associations_contacts_companies"
            raise Malformed(f"{call}: HubSpot could not read the companies of all contacts", call=call)
        return {**answer.links, **again.links}


def _organizations(company: CrmObject) -> tuple[str, ...]:
    number = company.properties.get(ORGANIZATION_ID) or ""
    return (number,) if number.isascii() and number.isdigit() else ()


def _addresses(contact: CrmObject) -> tuple[str, ...]:
    said = contact.properties
    return ((said.get("email") or "").lower(), *(said.get("hs_additional_emails") or "").lower().split(";"))


def _match(ticket: Ticket, companies: Mapping[int, str | None], contacts: Mapping[int, RequesterLink]) -> Match:
    person = contacts.get(ticket.requester_id or 0)
    return match_of(
        companies.get(ticket.organization_id or 0),
        person.contact_id if person is not None else None,
        person.company_id if person is not None else None,
    )


def _chunks(values: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]
