"""Owners and companies as they are right now."""

from __future__ import annotations

from tests.fakes.hubspot import FakeHubSpot
from tests.fakes.portal import ANA, BIA, FALLBACK

from zenhub_sync.delivery.owners import Company, OwnerDirectory
from zenhub_sync.hubspot.models import Owner
from zenhub_sync.planning.rules.owner import PortalOwner
from zenhub_sync.planning.tickets import HubSpotId


def test_active_and_archived_owners_are_known_to_the_last_page() -> None:
    people = [ANA, BIA, FALLBACK, *(Owner(id=str(number), email=f"o{number}@cs.example") for number in range(100, 105))]
    owners = OwnerDirectory(hubspot=FakeHubSpot(people=people, page_size=2)).owners()
    assert set(owners) == {owner.id for owner in people}
    assert owners["77"] == PortalOwner(id="77", name="Ana Lima", email="ana@cs.example", archived=False)
    assert owners["78"].archived
    assert owners["79"].name == ""


def test_an_owner_who_is_active_again_counts_as_active() -> None:
    """The archived list may still show who was restored a moment ago."""
    people = [BIA, BIA.model_copy(update={"archived": False})]
    assert not OwnerDirectory(hubspot=FakeHubSpot(people=people)).owners()["78"].archived


def test_companies_are_read_with_their_owner_and_those_that_are_gone_are_left_out() -> None:
    hubspot = FakeHubSpot()
    hubspot.put("companies", "501", name="Sol", hubspot_owner_id="77")
    hubspot.put("companies", "502", name="", hubspot_owner_id="")
    assert _companies(hubspot, "501", "502", "503", "501") == {
        "501": Company(id=HubSpotId("501"), name="Sol", owner_id="77"),
        "502": Company(id=HubSpotId("502"), name=None, owner_id=None),
    }


def test_a_company_that_was_merged_is_followed_to_the_survivor() -> None:
    hubspot = FakeHubSpot(merged={"501": "900"})
    hubspot.put("companies", "900", name="Sol e Lua", hubspot_owner_id="77")
    assert _companies(hubspot, "501") == {"501": Company(id=HubSpotId("900"), name="Sol e Lua", owner_id="77")}


def test_any_number_of_companies_is_read_in_batches() -> None:
    hubspot = FakeHubSpot()
    ids = [hubspot.put("companies", str(number), name="x") for number in range(1, 251)]
    assert set(_companies(hubspot, *ids)) == set(ids)
    assert _companies(hubspot) == {}


def _companies(hubspot: FakeHubSpot, *ids: str) -> dict[HubSpotId, Company]:
    return OwnerDirectory(hubspot=hubspot).companies([HubSpotId(each) for each in ids])
