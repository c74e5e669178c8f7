"""Which contact a requester is in HubSpot, and that contact's primary company, asked in batches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from zenhub_sync.hubspot.models import CrmObject
from zenhub_sync.hubspot.results import Association, AssociationResult
from zenhub_sync.intake.asking import ObjectReads, read_by_key
from zenhub_sync.intake.matching import primary_company
from zenhub_sync.store.directory import RequesterLink
from zenhub_sync.transport.asking import Asking
from zenhub_sync.transport.errors import Malformed
from zenhub_sync.zendesk.models import User

# Links are read of 1,000 records at once (developers.hubspot.com, associate records guide 2026-09).
_LINKS_AT_ONCE = 1000


class ContactReads(ObjectReads, Protocol):
    """The part of the HubSpot client that reads contacts and their companies."""

    def associations(self, from_kind: str, to_kind: str, ids: Sequence[str]) -> AssociationResult: ...


def look_up_requesters(
    hubspot: ContactReads,
    ids: Sequence[int],
    known: Mapping[int, RequesterLink],
    users: Mapping[int, User],
    now: float,
    asking: Asking,
) -> list[RequesterLink]:
    """Return the link of each requester; who was found once is not forgotten when nobody is found."""
    emails = {i: (users[i].email or "").strip().lower() for i in ids if i in users}
    contacts = _contacts_by_email(hubspot, sorted({email for email in emails.values() if email}), asking)
    companies = primary_companies(hubspot, sorted(set(contacts.values())))
    links = []
    for i in ids:
        contact, before = contacts.get(emails.get(i, "")), known.get(i)
        company = companies.get(contact or "")
        if contact is None and before is not None:
            contact, company = before.contact_id, before.company_id
        links.append(RequesterLink(requester_id=i, contact_id=contact, company_id=company, checked_at=now))
    return links


def primary_companies(hubspot: ContactReads, contacts: Sequence[str]) -> dict[str, str]:
    """Return the primary company of each contact that has one, or that has only one."""
    found: dict[str, str] = {}
    for chunk in _chunks(contacts, _LINKS_AT_ONCE):
        for contact, links in _companies_of(hubspot, chunk).items():
            company = primary_company({link.to_id: link.type_ids for link in links})
            if company is not None:
                found[contact] = company
    return found


def _contacts_by_email(hubspot: ContactReads, emails: Sequence[str], asking: Asking) -> dict[str, str]:
    """Return contact ids by lower-case address; a contact may answer to an address that is its second one."""
    properties = ("email", "hs_additional_emails")
    found = read_by_key(hubspot, "contacts", emails, properties, id_property="email", names=_addresses, asking=asking)
    return {email: contact.id for email, contact in found.items()}


def _companies_of(hubspot: ContactReads, contacts: Sequence[str]) -> Mapping[str, Sequence[Association]]:
    """Return the links of contacts; those that HubSpot failed to read are asked for once more."""
    answer = hubspot.associations("contacts", "companies", contacts)
    again = hubspot.associations("contacts", "companies", answer.unread) if answer.unread else answer
    if again.unread:
        call = "hubspot.associations_contacts_companies"
        raise Malformed(f"{call}: HubSpot could not read the companies of all contacts", call=call)
    return {**answer.links, **again.links}


def _addresses(contact: CrmObject) -> tuple[str, ...]:
    said = contact.properties
    return ((said.get("email") or "").lower(), *(said.get("hs_additional_emails") or "").lower().split(";"))


def _chunks(values: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]
