"""HubSpot tickets that an earlier store made."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pytest
from tests.fakes.hubspot import FakeHubSpot

from zenhub_sync.intake.existing import Existing, Newcomers
from zenhub_sync.planning.portal import Portal
from zenhub_sync.planning.tickets import ExistingTicket, HubSpotId, StageRole, ZendeskTicketId
from zenhub_sync.transport.asking import OneByOne

_PORTAL = Portal(pipeline_id="p", stages={StageRole.OPEN: "s1", StageRole.HOLD: "s1"}, priorities=frozenset())


def look(
    newcomers: Newcomers, hubspot: FakeHubSpot, ids: Sequence[ZendeskTicketId], rated: Collection[int] = ()
) -> Existing:
    """Ask for one page and take the answer."""
    return newcomers.answer(newcomers.ask(hubspot, ids, _PORTAL, rated, OneByOne()), hubspot, _PORTAL)


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
    found, unread = look(Newcomers(), hubspot, [ZendeskTicketId(48213), ZendeskTicketId(1)])
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
    found = look(Newcomers(), hubspot, [ZendeskTicketId(1)])[0][ZendeskTicketId(1)]
    assert (found.task_key, found.task_id, found.roles, found.zendesk_status) == (None, None, frozenset(), None)


@pytest.mark.parametrize("wanted", [0, 1, 100, 101, 250])
def test_any_number_is_asked_for_in_batches(wanted: int) -> None:
    hubspot = FakeHubSpot()
    for number in range(1, wanted + 1):
        hubspot.put("tickets", f"9{number}", zendesk_ticket_id=str(number))
    ids = [ZendeskTicketId(number) for number in range(1, wanted + 1)]
    assert sorted(look(Newcomers(), hubspot, [*ids, *ids])[0]) == ids


def test_a_ticket_that_the_answer_leaves_out_is_not_taken_for_a_new_one() -> None:
    hubspot = FakeHubSpot(silent={"2"})
    hubspot.put("tickets", "91", zendesk_ticket_id="1")
    hubspot.put("tickets", "92", zendesk_ticket_id="2")
    found, unread = look(Newcomers(), hubspot, [ZendeskTicketId(number) for number in (1, 2, 3)])
    assert (sorted(found), unread) == ([1], frozenset({2}))


def thousand() -> list[ZendeskTicketId]:
    return [ZendeskTicketId(number) for number in range(1, 1001)]


def test_of_a_page_of_new_tickets_a_sample_is_enough() -> None:
    hubspot = FakeHubSpot()
    assert look(Newcomers(), hubspot, thousand()) == ({}, frozenset())
    assert len(hubspot.reads) == 1


@pytest.mark.parametrize("there", [range(1, 3), range(1, 901), range(500, 520), range(20, 1001)])
def test_where_one_of_the_sample_is_there_all_are_read(there: range) -> None:
    hubspot = FakeHubSpot()
    for number in there:
        hubspot.put("tickets", f"9{number}", zendesk_ticket_id=str(number))
    assert sorted(look(Newcomers(), hubspot, thousand())[0]) == list(there)


def test_a_sample_that_hubspot_does_not_answer_for_says_nothing() -> None:
    hubspot = FakeHubSpot(silent={"1"})
    hubspot.put("tickets", "9777", zendesk_ticket_id="777")
    found, unread = look(Newcomers(), hubspot, thousand())
    assert (sorted(found), unread) == ([777], frozenset({1}))


def test_after_a_sample_that_was_new_the_next_pages_are_taken_for_new() -> None:
    hubspot, newcomers = FakeHubSpot(), Newcomers()
    for _ in range(10):
        assert look(newcomers, hubspot, thousand()) == ({}, frozenset())
    assert len(hubspot.reads) == 1
    look(newcomers, hubspot, thousand())
    assert len(hubspot.reads) == 2


def test_a_few_tickets_are_always_looked_for() -> None:
    hubspot, newcomers = FakeHubSpot(), Newcomers()
    look(newcomers, hubspot, thousand())
    hubspot.put("tickets", "97", zendesk_ticket_id="7")
    assert sorted(look(newcomers, hubspot, thousand()[:100])[0]) == [7]


def test_after_a_surprise_every_page_is_looked_through() -> None:
    hubspot, newcomers = FakeHubSpot(), Newcomers()
    look(newcomers, hubspot, thousand())
    newcomers.surprise()
    hubspot.put("tickets", "9123", zendesk_ticket_id="123")
    assert sorted(look(newcomers, hubspot, thousand())[0]) == [123]


def test_rated_tickets_are_looked_for_on_every_page() -> None:
    hubspot, newcomers = FakeHubSpot(), Newcomers()
    hubspot.put("tickets", "9777", zendesk_ticket_id="777")
    look(newcomers, FakeHubSpot(), thousand())
    assert look(newcomers, hubspot, thousand())[0] == {}, "trusted, and 777 is not rated"
    assert sorted(look(newcomers, hubspot, thousand(), {777, 5000})[0]) == [777]


def test_after_one_was_there_no_page_is_trusted() -> None:
    hubspot, newcomers = FakeHubSpot(), Newcomers()
    look(newcomers, hubspot, thousand())
    hubspot.put("tickets", "9777", zendesk_ticket_id="777")
    look(newcomers, hubspot, thousand(), {777})
    hubspot.put("tickets", "91", zendesk_ticket_id="1")
    assert sorted(look(newcomers, hubspot, thousand())[0]) == [1, 777]


def in_a_row(hubspot: FakeHubSpot, pages: int, *, surprised: bool = False) -> list[Existing]:
    """Ask for pages of a thousand before the first is answered, and then take the answers."""
    newcomers = Newcomers()
    ids = [[ZendeskTicketId(n) for n in range(1000 * page, 1000 * page + 1000)] for page in range(1, pages + 1)]
    asked = [newcomers.ask(hubspot, page, _PORTAL, (), OneByOne()) for page in ids]
    if surprised:
        newcomers.surprise()
    return [newcomers.answer(looking, hubspot, _PORTAL) for looking in asked]


def test_pages_asked_for_in_a_row_share_a_sample() -> None:
    hubspot = FakeHubSpot()
    assert in_a_row(hubspot, 3) == [({}, frozenset())] * 3
    assert len(hubspot.reads) == 1


def test_pages_that_trusted_a_sample_that_failed_are_looked_through() -> None:
    hubspot = FakeHubSpot()
    for number in (1000, 2777, 3777):
        hubspot.put("tickets", f"9{number}", zendesk_ticket_id=str(number))
    assert [sorted(found) for found, _ in in_a_row(hubspot, 3)] == [[1000], [2777], [3777]]


def test_a_surprise_has_the_pages_on_their_way_looked_through() -> None:
    hubspot = FakeHubSpot()
    for number in (1777, 2777):
        hubspot.put("tickets", f"9{number}", zendesk_ticket_id=str(number))
    assert [sorted(found) for found, _ in in_a_row(hubspot, 2, surprised=True)] == [[1777], [2777]]


def test_the_pages_that_shared_a_sample_count_among_those_that_trust_it() -> None:
    hubspot, newcomers = FakeHubSpot(), Newcomers()
    ahead = [newcomers.ask(hubspot, thousand(), _PORTAL, (), OneByOne()) for _ in range(3)]
    for looking in ahead:
        newcomers.answer(looking, hubspot, _PORTAL)
    for _ in range(7):
        look(newcomers, hubspot, thousand())
    assert len(hubspot.reads) == 1
    look(newcomers, hubspot, thousand())
    assert len(hubspot.reads) == 2


def test_a_request_for_rated_tickets_is_filled_up_with_a_sample() -> None:
    hubspot, newcomers = FakeHubSpot(), Newcomers()
    look(newcomers, hubspot, thousand())
    hubspot.put("tickets", "91", zendesk_ticket_id="1")
    assert sorted(look(newcomers, hubspot, thousand(), {500})[0]) == [1]
    assert len(hubspot.reads) == 1 + 10, "the first batch showed one, so the others followed"


@pytest.mark.parametrize(("rated", "requests"), [(0, 1), (1, 1), (99, 1), (100, 2), (240, 3)])
def test_a_page_takes_one_request_and_one_more_for_each_hundred_rated_tickets(rated: int, requests: int) -> None:
    hubspot = FakeHubSpot()
    look(Newcomers(), hubspot, thousand(), set(thousand()[:rated]))
    assert len(hubspot.reads) == requests
