"""Which company and contact a ticket belongs to. Pure: the answers are looked up in `directory`.

Order: a link made by hand, the company's `zendesk_organization_id`, the organization's `external_id` (if the
configuration says so), its domains, what was found before, the requester's contact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from zenhub_sync.planning.tickets import HubSpotId, Match

# contact -> company, the primary one (developers.hubspot.com, associate records guide).
PRIMARY_COMPANY_OF_CONTACT = 1
# RFC 1035; HubSpot takes any text.
_LONGEST_DOMAIN = 253


class How(StrEnum):
    """The rule that found an organization's company."""

    HAND = "hand"
    PROPERTY = "property"
    EXTERNAL_ID = "external_id"
    DOMAIN = "domain"


def first_answer(
    *,
    linked_by_hand: str | None,
    by_property: str | None,
    by_external_id: str | None,
    by_domain: str | None,
    before: tuple[str | None, str | None] = (None, None),
) -> tuple[str | None, str | None]:
    """Return the company of the first rule that has one, and the rule; `before` is the last answer, if it still holds.

    All of them are ids of companies that are there now.
    """
    answers: list[tuple[str | None, str | None]] = [
        (linked_by_hand, How.HAND.value),
        (by_property, How.PROPERTY.value),
        (by_external_id, How.EXTERNAL_ID.value),
        (by_domain, How.DOMAIN.value),
        before,
    ]
    return next(((company, how) for company, how in answers if company), (None, None))


def usable_domains(domains: Iterable[str], free_mail: frozenset[str]) -> tuple[str, ...]:
    """Return the organization's own domains: a free-mail domain says nothing of the company."""
    cleaned = (domain.strip().lower().removeprefix("www.") for domain in domains)
    own = {domain for domain in cleaned if 0 < len(domain) <= _LONGEST_DOMAIN and domain not in free_mail}
    return tuple(sorted(own))


def company_by_domains(domains: Iterable[str], index: Mapping[str, frozenset[str]]) -> str | None:
    """Return the one company that all known domains agree on; several mean none."""
    companies = frozenset[str]().union(*(index.get(domain, frozenset()) for domain in domains))
    return next(iter(companies)) if len(companies) == 1 else None


def primary_company(links: Mapping[str, frozenset[int]]) -> str | None:
    """Return the contact's primary company: the one marked so, or the only one there is."""
    marked = [company for company, types in links.items() if PRIMARY_COMPANY_OF_CONTACT in types]
    if len(marked) == 1:
        return marked[0]
    return next(iter(links)) if len(links) == 1 else None


def match_of(organization_company: str | None, contact: str | None, contact_company: str | None) -> Match:
    """Combine what the organization and the requester say; the organization's word comes first."""
    company = organization_company or contact_company
    return Match(
        company_id=HubSpotId(company) if company else None,
        contact_id=HubSpotId(contact) if contact else None,
    )
