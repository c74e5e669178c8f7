"""Who owns the companies of a batch of escalations, read just before the tasks are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from zenhub_sync.hubspot.following import FollowingReads, read_following
from zenhub_sync.hubspot.models import CrmObject
from zenhub_sync.hubspot.results import OwnerPage
from zenhub_sync.planning.rules.owner import PortalOwner
from zenhub_sync.planning.tickets import HubSpotId
from zenhub_sync.transport.following import follow

_OWNER = "hubspot_owner_id"


class OwnerReads(FollowingReads, Protocol):
    """The part of the HubSpot client that knows of companies and owners."""

    def owners(self, *, archived: bool = False, after: str | None = None) -> OwnerPage: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A company as it is now; its id differs from the one asked for if it was merged into another."""

    id: HubSpotId
    name: str | None
    owner_id: str | None


@dataclass(slots=True, kw_only=True)
class OwnerDirectory:
    """Answer for one run: owners are listed once, companies are read fresh for every batch."""

    hubspot: OwnerReads
    _owners: Mapping[str, PortalOwner] | None = field(default=None)

    def owners(self) -> Mapping[str, PortalOwner]:
        """Return all owners of the portal by id, the archived ones marked."""
        if self._owners is None:
            self._owners = {owner.id: owner for archived in (True, False) for owner in self._list(archived=archived)}
        return self._owners

    def companies(self, ids: Sequence[HubSpotId]) -> dict[HubSpotId, Company]:
        """Return the companies by the id asked for; those that are gone are left out."""
        return {asked: _company(record) for asked, record in self._read("companies", ids, ("name", _OWNER)).items()}

    def contacts(self, ids: Sequence[HubSpotId]) -> dict[HubSpotId, HubSpotId]:
        """Return the ids of the contacts as they are now, by the id asked for; those that are gone are left out."""
        return {asked: HubSpotId(record.id) for asked, record in self._read("contacts", ids, ("email",)).items()}

    def _read(self, kind: str, ids: Sequence[HubSpotId], properties: Sequence[str]) -> dict[HubSpotId, CrmObject]:
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


def _company(record: CrmObject) -> Company:
    return Company(
        id=HubSpotId(record.id),
        name=record.properties.get("name") or None,
        owner_id=record.properties.get(_OWNER) or None,
    )
