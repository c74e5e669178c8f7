"""Who may get the tasks of a batch of escalations, read just before the tasks are made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from zenhub_sync.hubspot.following import FollowingReads, read_following
from zenhub_sync.hubspot.models import CrmObject
from zenhub_sync.hubspot.results import AssociationResult, OwnerPage
from zenhub_sync.planning.rules.owner import OwnerChoice, OwnerPolicy, PortalOwner, Step, choose_owner
from zenhub_sync.planning.tickets import HubSpotId, MirroredTicket, ZendeskTicketId
from zenhub_sync.transport.following import follow

_OWNER = "hubspot_owner_id"
# From a company to its parent (developers.hubspot.com/changelog/2018-9-11-parent-child-associations: 13 is the way
# down, 14 the way up).
CHILD_TO_PARENT = 14
# Links are read of 1,000 records at once (developers.hubspot.com, associate records guide 2026-09).
_LINKS_AT_ONCE = 1000


class OwnerReads(FollowingReads, Protocol):
    """The part of the HubSpot client that knows of companies, contacts and owners."""

    def owners(self, *, archived: bool = False, after: str | None = None) -> OwnerPage: ...

    def associations(self, from_kind: str, to_kind: str, ids: Sequence[str]) -> AssociationResult: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A company as it is now; its id differs from the one asked for if it was merged into another."""

    id: HubSpotId
    name: str | None
    owner_id: str | None
    csm: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A contact as it is now, likewise."""

    id: HubSpotId
    owner_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a ticket belongs to in HubSpot right now; `parent` is read only where the owner may depend on it."""

    company: Company | None = None
    contact: Contact | None = None
    parent: Company | None = None

    @property
    def named(self) -> Mapping[Step, str | None]:
        """Return whom each step of the chain names."""
        company, contact, parent = self.company, self.contact, self.parent
        return {
            Step.CSM: company.csm if company is not None else None,
            Step.COMPANY: company.owner_id if company is not None else None,
            Step.PARENT: parent.owner_id if parent is not None else None,
            Step.CONTACT: contact.owner_id if contact is not None else None,
        }


@dataclass(slots=True, kw_only=True)
class OwnerDirectory:
    """Answer for one run: owners are listed once, companies and contacts are read fresh for every batch."""

    hubspot: OwnerReads
    policy: OwnerPolicy = field(default_factory=OwnerPolicy)
    _owners: Mapping[str, PortalOwner] | None = field(default=None)

    def owners(self) -> Mapping[str, PortalOwner]:
        """Return all owners of the portal by id, the archived ones marked."""
        if self._owners is None:
            self._owners = {owner.id: owner for archived in (True, False) for owner in self._list(archived=archived)}
        return self._owners

    def look(self, mirrors: Sequence[MirroredTicket]) -> dict[ZendeskTicketId, Surroundings]:
        """Return the surroundings of each ticket; a company or contact that is gone is left out."""
        companies = self.companies(m.company_id for m in mirrors if m.company_id is not None)
        contacts = self.contacts(m.contact_id for m in mirrors if m.contact_id is not None)
        found = {
            m.zendesk_id: Surroundings(
                company=companies.get(m.company_id) if m.company_id is not None else None,
                contact=contacts.get(m.contact_id) if m.contact_id is not None else None,
            )
            for m in mirrors
        }
        orphans = {around.company.id for around in found.values() if around.company and self._needs_parent(around)}
        parents = self._parents(sorted(orphans)) if orphans else {}
        return {
            zendesk_id: replace(around, parent=parents.get(around.company.id)) if around.company else around
            for zendesk_id, around in found.items()
        }

    def choose(self, around: Surroundings) -> OwnerChoice:
        """Go down the chain."""
        return self._choose(around, self.policy)

    def companies(self, ids: Iterable[HubSpotId]) -> dict[HubSpotId, Company]:
        """Return the companies by the id asked for; those that are gone are left out."""
        csm = self.policy.csm_property
        wanted = ("name", _OWNER, *([csm] if csm else []))
        return {asked: _company(record, csm) for asked, record in self._read("companies", ids, wanted).items()}

    def contacts(self, ids: Iterable[HubSpotId]) -> dict[HubSpotId, Contact]:
        """Return the contacts by the id asked for; those that are gone are left out."""
        return {
            asked: Contact(id=HubSpotId(record.id), owner_id=record.properties.get(_OWNER) or None)
            for asked, record in self._read("contacts", ids, ("email", _OWNER)).items()
        }

    def _choose(self, around: Surroundings, policy: OwnerPolicy) -> OwnerChoice:
        return choose_owner(
            has_company=around.company is not None, named=around.named, owners=self.owners(), policy=policy
        )

    def _needs_parent(self, around: Surroundings) -> bool:
        """Tell whether the chain gets as far as the parent company."""
        chain = list(self.policy.chain)
        if Step.PARENT not in chain:
            return False
        earlier = OwnerPolicy(chain=chain[: chain.index(Step.PARENT)])
        return self._choose(around, earlier).owner is None

    def _parents(self, companies: Sequence[HubSpotId]) -> dict[HubSpotId, Company]:
        """Return the parent of each company that has one. Where HubSpot cannot say, the chain goes on without it."""
        parent_of: dict[HubSpotId, HubSpotId] = {}
        for start in range(0, len(companies), _LINKS_AT_ONCE):
            answer = self.hubspot.associations("companies", "companies", companies[start : start + _LINKS_AT_ONCE])
            for company, links in answer.links.items():
                parents = [link.to_id for link in links if CHILD_TO_PARENT in link.type_ids]
                if len(parents) == 1:
                    parent_of[HubSpotId(company)] = HubSpotId(parents[0])
        found = self.companies(parent_of.values())
        return {company: found[parent] for company, parent in parent_of.items() if parent in found}

    def _read(self, kind: str, ids: Iterable[HubSpotId], properties: Sequence[str]) -> dict[HubSpotId, CrmObject]:
        found = read_following(self.hubspot, kind, ids, properties)
        return {HubSpotId(asked): record for asked, record in found.items()}

    def _list(self, *, archived: bool) -> list[PortalOwner]:
        pages = follow(
            lambda after: self.hubspot.owners(archived=archived, after=after),
            lambda page: not page.owners,
            call="hubspot.list_owners",
        )
        return [
            PortalOwner(
                id=owner.id,
                name=" ".join(filter(None, (owner.first_name, owner.last_name))),
                email=owner.email or "",
                archived=archived or owner.archived,
            )
            for page in pages
            for owner in page.owners
        ]


def _company(record: CrmObject, csm_property: str | None) -> Company:
    said = record.properties
    return Company(
        id=HubSpotId(record.id),
        name=said.get("name") or None,
        owner_id=said.get(_OWNER) or None,
        csm=(said.get(csm_property) or None) if csm_property else None,
    )
