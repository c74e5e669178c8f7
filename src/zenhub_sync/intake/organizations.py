"""Which company each organization belongs to, asked for a whole batch of organizations at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from zenhub_sync.errors import ConfigProblem
from zenhub_sync.hubspot.following import FollowingReads, read_following
from zenhub_sync.hubspot.models import CrmObject
from zenhub_sync.intake.asking import ObjectReads, read_by_key
from zenhub_sync.intake.matching import How, company_by_domains, first_answer, usable_domains
from zenhub_sync.planning.properties import ORGANIZATION_ID
from zenhub_sync.store.directory import OrganizationLink
from zenhub_sync.transport.asking import OneByOne
from zenhub_sync.transport.errors import Rejected
from zenhub_sync.zendesk.models import Organization


class CompanyReads(ObjectReads, FollowingReads, Protocol):
    """The part of the HubSpot client that reads companies by id and by a unique property."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationLookup:
    """Ask HubSpot about organizations. `index` gives the companies of domains, from the local copy if that is young.

    `external_ids` says that an organization's `external_id` is the id of its company, if it reads like one.
    """

    hubspot: CompanyReads
    free_mail: frozenset[str]
    external_ids: bool
    index: Callable[[set[str]], Mapping[str, frozenset[str]]]

    def links(
        self,
        ids: Sequence[int],
        known: Mapping[int, OrganizationLink],
        organizations: Mapping[int, Organization],
        now: float,
        listed: Mapping[int, str] | None = None,
    ) -> list[OrganizationLink]:
        """Return the link of each organization, by the first rule that has an answer.

        A company that was merged is followed to its survivor, one that is gone decides nothing. What its own words
        might tell of an organization that Zendesk did not show is asked for with the next page that shows it. `listed`
        are all companies that name an organization, where all were listed lately; else HubSpot is asked who does.
        """
        by_property = self._by_property(ids, known, listed)
        open_ones = [i for i in ids if i not in by_property or _by_hand(known.get(i))]
        before = {i: company for i in open_ones if (company := _company_of(known.get(i))) is not None}
        claimed = {i: external for i in open_ones if (external := self._external(organizations.get(i))) is not None}
        there = self._there({*before.values(), *claimed.values()})
        domains = {
            i: usable_domains(organizations[i].domain_names, self.free_mail)
            for i in ids
            if i not in by_property and i in organizations
        }
        index = self.index({domain for some in domains.values() for domain in some})
        return [
            self._link(
                i,
                now if i in organizations or i in by_property else _asked_at(known.get(i)),
                first_answer(
                    linked_by_hand=there.get(before.get(i, "")) if _by_hand(known.get(i)) else None,
                    by_property=by_property.get(i),
                    by_external_id=there.get(claimed.get(i, "")),
                    by_domain=company_by_domains(domains.get(i, ()), index),
                    before=(there.get(before.get(i, "")), known[i].how if i in known else None),
                ),
            )
            for i in ids
        ]

    def _link(self, organization_id: int, at: float, answer: tuple[str | None, str | None]) -> OrganizationLink:
        company, how = answer
        return OrganizationLink(organization_id=organization_id, company_id=company, how=how, checked_at=at)

    def _by_property(
        self, ids: Sequence[int], known: Mapping[int, OrganizationLink], listed: Mapping[int, str] | None
    ) -> dict[int, str]:
        """Return the companies that name these organizations.

        Of those that are known HubSpot is asked: since the list was read, a link may have been taken back.
        """
        if listed is None:
            return companies_by_property(self.hubspot, ids)
        asked = companies_by_property(self.hubspot, [i for i in ids if i in known])
        return asked | {i: listed[i] for i in ids if i in listed and i not in known}

    def _external(self, organization: Organization | None) -> str | None:
        """Return the organization's own word for its company, where the configuration takes it for an id."""
        word = (organization.external_id or "").strip() if organization is not None and self.external_ids else ""
        return word if word.isascii() and word.isdigit() else None

    def _there(self, companies: set[str]) -> dict[str, str]:
        """Return the ids that these companies have now."""
        if not companies:
            return {}
        found = read_following(self.hubspot, "companies", companies, (ORGANIZATION_ID,))
        return {asked: record.id for asked, record in found.items()}


def companies_by_property(hubspot: ObjectReads, organization_ids: Sequence[int]) -> dict[int, str]:
    """Return the companies whose `zendesk_organization_id` names one of these organizations."""
    keys = [str(i) for i in organization_ids]
    try:
        found = read_by_key(
            hubspot,
            "companies",
            keys,
            (ORGANIZATION_ID,),
            id_property=ORGANIZATION_ID,
            names=_organizations,
            asking=OneByOne(),
        )
    except Rejected as error:
        raise ConfigProblem(
            f"HubSpot companies cannot be read by {ORGANIZATION_ID} ({error}); run zenhub-sync setup, which makes "
            "that unique property"
        ) from error
    return {int(number): company.id for number, company in found.items()}


def _organizations(company: CrmObject) -> tuple[str, ...]:
    number = company.properties.get(ORGANIZATION_ID) or ""
    return (number,) if number.isascii() and number.isdigit() else ()


def _company_of(link: OrganizationLink | None) -> str | None:
    return link.company_id if link is not None else None


def _asked_at(link: OrganizationLink | None) -> float:
    return link.checked_at if link is not None else 0.0


def _by_hand(link: OrganizationLink | None) -> bool:
    return link is not None and link.how == How.HAND
