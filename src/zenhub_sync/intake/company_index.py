"""Every company of the portal by its domains: read as a whole, kept locally, refreshed by age.

A list may lag behind a change (live portal report, 2026-10), which costs a day and no duplicate.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from zenhub_sync.hubspot.models import CrmObject
from zenhub_sync.hubspot.results import ObjectPage
from zenhub_sync.intake.asking import AT_ONCE
from zenhub_sync.intake.matching import usable_domains
from zenhub_sync.planning.properties import ORGANIZATION_ID
from zenhub_sync.transport.following import follow

_READ = ("name", "domain", "hs_additional_domains", ORGANIZATION_ID)


class CompanyList(Protocol):
    """The part of the HubSpot client that lists records."""

    def list(
        self, kind: str, properties: Sequence[str], *, after: str | None = None, limit: int = 100
    ) -> ObjectPage: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCompany:
    """A company as the list gives it; `organization_id` is what its `zendesk_organization_id` says."""

    id: str
    name: str | None
    domains: tuple[str, ...]
    organization_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyIndex:
    """The companies, those of each domain (more than one means that it decides nothing), and those of organizations."""

    companies: Sequence[ListedCompany]
    domains: Mapping[str, frozenset[str]]
    organizations: Mapping[int, str]

    @classmethod
    def of(cls, companies: Sequence[ListedCompany]) -> CompanyIndex:
        domains: dict[str, frozenset[str]] = {}
        for company in companies:
            for domain in company.domains:
                domains[domain] = domains.get(domain, frozenset()) | {company.id}
        named = {
            int(i): c.id for c in companies if (i := c.organization_id) is not None and i.isascii() and i.isdigit()
        }
        return cls(companies=companies, domains=domains, organizations=named)

    @property
    def note(self) -> str:
        """Return how many companies there are, and a digest of all that matching goes by."""
        facts = sorted(f"{c.id} {' '.join(c.domains)} {c.organization_id or ''}" for c in self.companies)
        return f"{len(self.companies)} {hashlib.sha256(chr(10).join(facts).encode()).hexdigest()[:16]}"


def companies_in(note: str | None) -> int | None:
    """Return how many companies a stored note speaks of; None if there is none."""
    count = (note or "").partition(" ")[0]
    return int(count) if count.isascii() and count.isdigit() else None


def read_index(hubspot: CompanyList, free_mail: frozenset[str]) -> CompanyIndex:
    """List every company with its domains, the free-mail ones left out."""
    pages = follow(
        lambda after: hubspot.list("companies", _READ, after=after, limit=AT_ONCE),
        lambda page: not page.results,
        call="hubspot.list_companies",
    )
    return CompanyIndex.of([_company(record, free_mail) for page in pages for record in page.results])


@dataclass(slots=True, kw_only=True)
class Listing:
    """The companies as a run has listed them, once until that is too long ago.

    It is read from threads, under the `lock`; one thread alone takes it to where it is stored.
    """

    index: CompanyIndex | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)
    _read_at: float = 0.0
    _taken: CompanyIndex | None = None

    def since(self, oldest: float) -> CompanyIndex | None:
        """Return the companies if they were listed no longer ago."""
        return self.index if self._read_at >= oldest else None

    def read(self, hubspot: CompanyList, free_mail: frozenset[str], now: float) -> CompanyIndex:
        """List them."""
        self.index, self._read_at = read_index(hubspot, free_mail), now
        return self.index

    def take(self) -> CompanyIndex | None:
        """Return what was listed, once."""
        index, before = self.index, self._taken
        self._taken = index
        return index if index is not before else None


def _company(record: CrmObject, free_mail: frozenset[str]) -> ListedCompany:
    said = record.properties
    domains = [said.get("domain") or "", *(said.get("hs_additional_domains") or "").split(";")]
    return ListedCompany(
        id=record.id,
        name=said.get("name") or None,
        domains=usable_domains(domains, free_mail),
        organization_id=said.get(ORGANIZATION_ID) or None,
    )
