"""What a seeded world holds, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """Who is there: HubSpot ids are strings, Zendesk ids numbers.

    `companies` and `requesters` go by organization id, `owner_of` by company id (a company without owner is absent).
    `offered` are solved tickets whose customers were asked for a rating and have not answered.
    """

    owners: Mapping[str, str]
    organizations: Mapping[str, int]
    companies: Mapping[int, str]
    owner_of: Mapping[str, str]
    requesters: Mapping[int, tuple[int, ...]]
    tickets: tuple[int, ...]
    offered: tuple[int, ...]

    def owner_of_organization(self, organization_id: int) -> str | None:
        """Return the HubSpot owner of the organization's company, None where it has none."""
        return self.owner_of.get(self.companies.get(organization_id, ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded(Accounts):
    """The awkward ones among them: each field is one ticket, unless its name says otherwise."""

    archived_owner_id: str
    merged_away_company_id: str
    branch_company_id: str
    ownerless: int
    owner_left: int
    shared_domain: int
    merged_company: int
    organization_without_domain: int
    free_mail: int
    unknown_company: int
    without_organization: int
    null_ridden: int
    pending: int
    hold: int
    good: int
    bad_long_ago: int
    deleted: int
    scrubbed: int
    merged_source: int
    merged_target: int
    ai_agent: int
