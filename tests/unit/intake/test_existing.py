"""HubSpot tickets that an earlier store made."""

from __future__ import annotations

import pytest
from tests.fakes.hubspot import FakeHubSpot

from zenhub_sync.intake.existing import Newcomers
from zenhub_sync.planning.portal import Portal
from zenhub_sync.planning.tickets import ExistingTicket, HubSpotId, StageRole, ZendeskTicketId

_PORTAL = Portal(pipeline_id="p", stages={StageRole.OPEN: "s1", StageRole.HOLD: "s1"}, priorities=frozenset())


def test_a_ticket_is_known_again_with_its_stage_and_its_escalation() -> None:
    hubspot = FakeHubSpot()
    hubspot.put(
        "tickets",
        "9001",
        zendesk_ticket_id="48213",
        zendesk_status="open",
        hs_pipeline_stage="s1",
        zenhub_task_key="escalation:48213:1",
        zenhub_task_id="7001",
    )
    found, unread = Newcomers().look(hubspot, [ZendeskTicketId(48213), ZendeskTicketId(1)], _PORTAL)
    assert unread == frozenset()
    assert found == {
        48213: ExistingTicket(
            zendesk_id=ZendeskTicketId(48213),
            hubspot_id=HubSpotId("9001"),
            stage_id="s1",
            roles=frozenset({StageRole.OPEN, StageRole.HOLD}),
            zendesk_status="open",
            task_key="escalation:48213:1",
            task_id=HubSpotId("7001"),
        )
    }


def test_empty_properties_are_none() -> None:
    hubspot = FakeHubSpot()
    hubspot.put("tickets", "9001", zendesk_ticket_id="1", hs_pipeline_stage="x", zenhub_task_key="", zenhub_task_id="")
    found = Newcomers().look(hubspot, [ZendeskTicketId(1)], _PORTAL)[0][ZendeskTicketId(1)]
    assert (found.task_key, found.task_id, found.roles, found.zendesk_status) == (None, None, frozenset(), None)


@pytest.mark.parametrize("wanted", [0, 1, 100, 101, 250])
def test_any_number_is_asked_for_in_batches(wanted: int) -> None:
    hubspot = FakeHubSpot()
    for number in range(1, wanted + 1):
        hubspot.put("tickets", f"9{number}", zendesk_ticket_id=str(number))
    ids = [ZendeskTicketId(number) for number in range(1, wanted + 1)]
    assert sorted(Newcomers().look(hubspot, [*ids, *ids], _PORTAL)[0]) == ids


def test_a_ticket_that_the_answer_leaves_out_is_not_taken_for_a_new_one() -> None:
    hubspot = FakeHubSpot(silent={"2"})
    hubspot.put("tickets", "91", zendesk_ticket_id="1")
    hubspot.put("tickets", "92", zendesk_ticket_id="2")
    found, unread = Newcomers().look(hubspot, [ZendeskTicketId(number) for number in (1, 2, 3)], _PORTAL)
    assert (sorted(found), unread) == ([1], frozenset({2}))


def thousand() -> list[ZendeskTicketId]:
    return [ZendeskTicketId(number) for number in range(1, 1001)]


def test_of_a_page_of_new_tickets_a_sample_is_enough() -> None:
    hubspot = FakeHubSpot()
    assert Newcomers().look(hubspot, thousand(), _PORTAL) == ({}, frozenset())
    assert len(hubspot.reads) == 1


@pytest.mark.parametrize("there", [range(1, 3), range(1, 901), range(500, 520), range(20, 1001)])
def test_where_one_of_the_sample_is_there_all_are_read(there: range) -> None:
    hubspot = FakeHubSpot()
    for number in there:
        hubspot.put("tickets", f"9{number}", zendesk_ticket_id=str(number))
    assert sorted(Newcomers().look(hubspot, thousand(), _PORTAL)[0]) == list(there)


def test_a_sample_that_hubspot_does_not_answer_for_says_nothing() -> None:
    hubspot = FakeHubSpot(silent={"1"})
    hubspot.put("tickets", "9777", zendesk_ticket_id="777")
    found, unread = Newcomers().look(hubspot, thousand(), _PORTAL)
    assert (sorted(found), unread) == ([777], frozenset({1}))


def test_after_a_sample_that_was_new_the_next_pages_are_taken_for_new() -> None:
    hubspot, newcomers = FakeHubSpot(), Newcomers()
    for _ in range(10):
        assert newcomers.look(hubspot, thousand(), _PORTAL) == ({}, frozenset())
    assert len(hubspot.reads) == 1
    newcomers.look(hubspot, thousand(), _PORTAL)
    assert len(hubspot.reads) == 2


def test_a_few_tickets_are_always_looked_for() -> None:
    hubspot, newcomers = FakeHubSpot(), Newcomers()
    newcomers.look(hubspot, thousand(), _PORTAL)
    hubspot.put("tickets", "97", zendesk_ticket_id="7")
    assert sorted(newcomers.look(hubspot, thousand()[:100], _PORTAL)[0]) == [7]


def test_after_a_surprise_every_page_is_looked_through() -> None:
    hubspot, newcomers = FakeHubSpot(), Newcomers()
    newcomers.look(hubspot, thousand(), _PORTAL)
    newcomers.surprise()
    hubspot.put("tickets", "9123", zendesk_ticket_id="123")
    assert sorted(newcomers.look(hubspot, thousand(), _PORTAL)[0]) == [123]


def test_rated_tickets_are_looked_for_on_every_page() -> None:
    hubspot, newcomers = FakeHubSpot(), Newcomers()
    hubspot.put("tickets", "9777", zendesk_ticket_id="777")
    newcomers.look(FakeHubSpot(), thousand(), _PORTAL)
    assert newcomers.look(hubspot, thousand(), _PORTAL)[0] == {}, "trusted, and 777 is not rated"
    assert sorted(newcomers.look(hubspot, thousand(), _PORTAL, {777, 5000})[0]) == [777]


def test_after_one_was_there_no_page_is_trusted() -> None:
    hubspot, newcomers = FakeHubSpot(), Newcomers()
    newcomers.look(hubspot, thousand(), _PORTAL)
    hubspot.put("tickets", "9777", zendesk_ticket_id="777")
    newcomers.look(hubspot, thousand(), _PORTAL, {777})
    hubspot.put("tickets", "91", zendesk_ticket_id="1")
    assert sorted(newcomers.look(hubspot, thousand(), _PORTAL)[0]) == [1, 777]
