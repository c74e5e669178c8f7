"""Which company and contact a ticket belongs to. Pure: the answers are looked up in `directory`.

Order: stored link, the company's `zendesk_organization_id`, the organization's domains, the requester's contact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from zenhub_sync.planning.tickets import HubSpotId, Match

# contact -> company, the primary one (developers.hubspot.com, associate records guide).
PRIMARY_COMPANY_OF_CONTACT = 1
# RFC 1035; HubSpot takes any text.
_LONGEST_DOMAIN = 253


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
