"""Links of HubSpot tickets to companies and contacts."""

from __future__ import annotations

import pytest
from tests.fakes.facts import link, stored
from tests.fakes.hubspot import FakeHubSpot, refusal

from zenhub_sync.delivery.links import link_tickets
from zenhub_sync.delivery.results import Results
from zenhub_sync.planning.effects import LinkTicket
from zenhub_sync.store.outbox_states import EffectState
from zenhub_sync.transport.asking import OneByOne


def test_a_ticket_is_linked_with_its_company_as_the_primary_one_and_with_its_contact() -> None:
    hubspot = FakeHubSpot()
    assert _link(hubspot, link(1)) == {1: EffectState.DONE}
    assert hubspot.links["tickets", "91", "companies"] == {"501": {26}}
    assert hubspot.links["tickets", "91", "contacts"] == {"701": {16}}


@pytest.mark.parametrize(
    ("effect", "kinds"),
    [
        (link(1, contact_id=None), {"companies"}),
        (link(1, company_id=None), {"contacts"}),
        (link(1, company_id=None, contact_id=None), set()),
    ],
)
def test_a_side_that_is_not_named_is_left_alone(effect: LinkTicket, kinds: set[str]) -> None:
    hubspot = FakeHubSpot()
    assert _link(hubspot, effect) == {1: EffectState.DONE}
    assert {kind for (from_kind, _, kind), links in hubspot.links.items() if from_kind == "tickets" and links} == kinds


def test_more_than_two_thousand_go_in_several_requests() -> None:
    hubspot = FakeHubSpot()
    states = _link(hubspot, *(link(number, company_id=f"c{number}", contact_id=None) for number in range(1, 2_102)))
    assert set(states.values()) == {EffectState.DONE}
    assert hubspot.links["tickets", "92101", "companies"] == {"c2101": {26}}


@pytest.mark.parametrize("kind", ["refused", "poison"])
def test_a_link_that_is_refused_is_parked_alone(kind: str) -> None:
    """Whether HubSpot names the pair at fault, or refuses the whole request."""
    hubspot = FakeHubSpot(refused={"c2": refusal()}) if kind == "refused" else FakeHubSpot(poison={"c2"})
    states = _link(hubspot, *(link(number, company_id=f"c{number}") for number in (1, 2, 3)))
    assert states == {1: EffectState.DONE, 2: EffectState.PARKED, 3: EffectState.DONE}
    assert hubspot.links["tickets", "93", "companies"] == {"c3": {26}}


@pytest.mark.parametrize(("side", "kind"), [("501", "companies"), ("701", "contacts")])
def test_a_merged_record_is_followed_and_what_led_to_it_leads_to_its_survivor(side: str, kind: str) -> None:
    hubspot = FakeHubSpot(refused={side: refusal("is not valid")}, merged={side: "900"})
    hubspot.put(kind, "900")
    results = Results(now=0.0)
    link_tickets(hubspot, [stored(link(1), 1)], results, OneByOne())
    assert [each.state for each in results.settlements] == [EffectState.DONE]
    assert list(hubspot.links["tickets", "91", kind]) == ["900"]
    assert [(each.kind, each.merged, each.into) for each in results.survivors] == [(kind, side, "900")]


@pytest.mark.parametrize("side", ["501", "701"])
def test_a_link_that_the_answer_leaves_out_is_made_again(side: str) -> None:
    hubspot = FakeHubSpot(silent={side})
    assert _link(hubspot, link(1)) == {1: EffectState.PENDING}


def test_two_tickets_of_one_company_are_both_linked() -> None:
    hubspot = FakeHubSpot()
    assert _link(hubspot, link(1), link(2)) == {1: EffectState.DONE, 2: EffectState.DONE}
    assert set(hubspot.links["companies", "501", "tickets"]) == {"91", "92"}


def _link(hubspot: FakeHubSpot, *effects: LinkTicket) -> dict[int, EffectState]:
    results = Results(now=0.0)
    leased = [stored(effect, effect.zendesk_id) for effect in effects]
    link_tickets(hubspot, leased, results, OneByOne())
    return {settlement.id: settlement.state for settlement in results.settlements}
