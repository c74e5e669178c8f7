"""Writing HubSpot tickets: new ones by upsert, known ones by what changed, none out of a person's hands."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tests.fakes.facts import mirror_of, record, stored, write
from tests.fakes.hubspot import FakeHubSpot, refusal
from tests.fakes.portal import PORTAL

from zenhub_sync.delivery.results import Results
from zenhub_sync.delivery.tickets import write_tickets
from zenhub_sync.planning.tickets import HubSpotId, MirroredTicket, StageOwner, StageRole, ZendeskTicketId
from zenhub_sync.store.mirror import Confirmation
from zenhub_sync.store.outbox import StoredEffect
from zenhub_sync.store.outbox_states import EffectState
from zenhub_sync.transport.asking import OneByOne

_NEW = {"hubspot_id": None, "stage_id": None, "delivered_revision": 0}


def test_a_new_ticket_is_made_under_its_zendesk_id() -> None:
    hubspot = FakeHubSpot()
    results = _write(hubspot, [stored(write(1, stage=StageRole.OPEN))], mirror_of(1, **_NEW))
    assert hubspot.records["tickets"]["91"] == {
        "zendesk_ticket_id": "1",
        "subject": "Nota fiscal",
        "hs_pipeline": "p1",
        "hs_pipeline_stage": "stage-open",
    }
    assert _states(results) == {1: EffectState.DONE}
    assert results.confirmations == [
        Confirmation(
            zendesk_id=ZendeskTicketId(1),
            hubspot_id=HubSpotId("91"),
            delivered_revision=1,
            stage_id="stage-open",
            stage_owner=StageOwner.WORKER,
        )
    ]


def test_a_ticket_that_hubspot_does_not_answer_for_is_not_written_now() -> None:
    """Left out is not absent: to make it would make a second one where the first was only not told."""
    hubspot = _portal_with(1)
    hubspot.silent = {"1"}
    results = _write(hubspot, [stored(write(1), attempts=1)], mirror_of(1, **_NEW))
    assert _states(results) == {1: EffectState.PENDING}
    assert hubspot.written == []


def test_a_known_ticket_gets_what_changed_and_no_stage() -> None:
    hubspot = _portal_with(1)
    results = _write(hubspot, [stored(write(1, 2, stage=None))], mirror_of(1))
    assert hubspot.records["tickets"]["91"]["subject"] == "Nota fiscal"
    assert hubspot.records["tickets"]["91"]["hs_pipeline_stage"] == "stage-open"
    assert _confirmed(results) == [(HubSpotId("91"), 2, None, None)]


@pytest.mark.parametrize(
    ("stands_in", "force", "stage_after", "owner_after"),
    [
        ("stage-open", False, "stage-solved", StageOwner.WORKER),
        ("stage-hold", False, "stage-hold", StageOwner.PERSON),
        ("elsewhere", False, "elsewhere", StageOwner.PERSON),
        ("stage-hold", True, "stage-solved", StageOwner.WORKER),
    ],
    ids=["where we left it", "moved by a person", "moved out of our pipeline", "moved, and an escalation"],
)
def test_a_move_is_made_only_from_where_the_worker_left_the_ticket(
    stands_in: str, force: bool, stage_after: str, owner_after: StageOwner
) -> None:
    hubspot = _portal_with(1, stage=stands_in)
    results = _write(hubspot, [stored(write(1, 2, stage=StageRole.SOLVED, force=force))], mirror_of(1))
    assert hubspot.records["tickets"]["91"]["hs_pipeline_stage"] == stage_after
    assert hubspot.records["tickets"]["91"]["subject"] == "Nota fiscal"
    stage_id = stage_after if owner_after is StageOwner.WORKER else None
    assert _confirmed(results) == [(HubSpotId("91"), 2, stage_id, owner_after)]
    assert [each.taken_from for each in results.confirmations] == ["stage-hold" if force else None]


@pytest.mark.parametrize("asked", [(), (StageRole.CONTATO_CS,)], ids=["first sent", "sent again"])
def test_an_escalation_that_finds_the_ticket_where_the_worker_left_it_took_it_from_nobody(
    asked: tuple[StageRole, ...],
) -> None:
    stands_in = "stage-contato_cs" if asked else "stage-open"
    hubspot = _portal_with(1, stage=stands_in)
    effect = write(1, 2, stage=StageRole.CONTATO_CS, force=True)
    results = _write(hubspot, [stored(effect)], mirror_of(1, asked=asked))
    assert [each.taken_from for each in results.confirmations] == [None]


@pytest.mark.parametrize(
    ("asked", "follows"),
    [((StageRole.PENDING,), True), ((StageRole.PENDING, StageRole.HOLD), True), ((), False)],
    ids=["asked for last", "asked for before", "never asked for"],
)
def test_a_stage_that_was_asked_for_without_hearing_of_it_is_ours(asked: tuple[StageRole, ...], follows: bool) -> None:
    hubspot = _portal_with(1, stage="stage-pending")
    results = _write(hubspot, [stored(write(1, 3, stage=StageRole.SOLVED))], mirror_of(1, asked=asked))
    assert hubspot.records["tickets"]["91"]["hs_pipeline_stage"] == ("stage-solved" if follows else "stage-pending")
    assert _confirmed(results)[0][3] is (StageOwner.WORKER if follows else StageOwner.PERSON)


def test_a_move_that_a_person_forestalled_leaves_nothing_to_say() -> None:
    hubspot = _portal_with(1, stage="stage-hold")
    results = _write(hubspot, [stored(write(1, 2, properties={}, stage=StageRole.SOLVED))], mirror_of(1))
    assert hubspot.written == []
    assert _states(results) == {1: EffectState.DONE}
    assert _confirmed(results) == [(None, 2, None, StageOwner.PERSON)]


def test_the_task_is_written_on_its_ticket_and_confirms_no_revision() -> None:
    hubspot = _portal_with(1)
    results = _write(hubspot, [stored(record(1, "7001"))], mirror_of(1))
    assert hubspot.records["tickets"]["91"]["zenhub_task_id"] == "7001"
    assert hubspot.records["tickets"]["91"]["hs_pipeline_stage"] == "stage-open"
    assert _confirmed(results) == [(HubSpotId("91"), None, None, None)]


@pytest.mark.parametrize(("there", "attempts", "surprised"), [(False, 0, False), (True, 0, True), (True, 1, False)])
def test_a_ticket_that_was_there_is_a_surprise_unless_an_earlier_attempt_may_have_made_it(
    *, there: bool, attempts: int, surprised: bool
) -> None:
    hubspot = _portal_with(1) if there else FakeHubSpot()
    results = _write(hubspot, [stored(write(1, 1), attempts=attempts)], mirror_of(1, **_NEW))
    assert _states(results) == {1: EffectState.DONE}
    assert results.surprised is surprised


def test_one_bad_record_is_parked_alone() -> None:
    hubspot = FakeHubSpot(refused={"57": refusal("no such option")})
    results = _write_many(hubspot, 100)
    assert _refused(results) == {57: "hubspot: write_ticket for ticket 57: no such option"}
    assert len(hubspot.written) == 99


@pytest.mark.parametrize("poison", [{"1"}, {"64"}, {"100"}, {"3", "4", "90"}])
def test_a_batch_that_is_refused_whole_is_halved_until_the_bad_ones_stand_alone(poison: set[str]) -> None:
    hubspot = FakeHubSpot(poison=poison)
    results = _write_many(hubspot, 100)
    assert set(_refused(results)) == {int(number) for number in poison}
    assert len(hubspot.written) == len(set(hubspot.written)) == 100 - len(poison)


def test_more_than_a_hundred_go_in_several_requests() -> None:
    hubspot = FakeHubSpot()
    assert set(_states(_write_many(hubspot, 250)).values()) == {EffectState.DONE}
    assert len(hubspot.written) == 250


@pytest.mark.parametrize(("attempts", "state"), [(0, EffectState.PENDING), (5, EffectState.PARKED)])
def test_a_record_that_the_answer_leaves_out_is_sent_again_a_few_times(attempts: int, state: EffectState) -> None:
    hubspot = _portal_with(1)
    hubspot.silent = {"91"}
    results = _write(hubspot, [stored(write(1, 2, stage=None), attempts=attempts)], mirror_of(1))
    assert _states(results) == {1: state}
    assert results.settlements[0].due_at > results.now
    assert results.confirmations == []


def test_a_ticket_that_an_earlier_attempt_made_is_not_made_again() -> None:
    hubspot = _portal_with(1)
    results = _write(hubspot, [stored(write(1), attempts=1)], mirror_of(1, **_NEW))
    assert set(hubspot.records["tickets"]) == {"91"}
    assert _confirmed(results)[0][:2] == (HubSpotId("91"), 1)


def test_a_ticket_that_was_merged_in_hubspot_is_followed() -> None:
    hubspot = FakeHubSpot()
    hubspot.put("tickets", "95", zendesk_ticket_id="1", hs_pipeline_stage="stage-open")
    results = _write(hubspot, [stored(write(1, 2, stage=None))], mirror_of(1))
    assert _states(results) == {1: EffectState.PENDING}
    assert _confirmed(results) == [(HubSpotId("95"), None, None, None)]


def test_a_ticket_whose_other_id_is_its_own_still_has_its_refusal_told() -> None:
    """A refusal that names no property may be about anything: the id is looked for, and found to be right."""
    hubspot = _portal_with(1)
    hubspot.refused = {"91": refusal("odd", property_name=None)}
    results = _write(hubspot, [stored(write(1, 2, stage=None))], mirror_of(1))
    assert _refused(results) == {1: "hubspot: write_ticket for ticket 1: odd"}


def test_a_ticket_that_was_deleted_in_hubspot_is_parked_and_not_made_again() -> None:
    hubspot = FakeHubSpot()
    results = _write(hubspot, [stored(write(1, 2, stage=None))], mirror_of(1))
    assert "archived or deleted" in _refused(results)[1]
    assert hubspot.records["tickets"] == {}


def test_whatever_an_update_says_of_a_ticket_that_is_gone_it_is_known_to_be_gone() -> None:
    """A portal may answer "resource not found" under the category of an invalid value."""
    hubspot = FakeHubSpot(refused={"91": refusal("resource not found", property_name=None)})
    results = _write(hubspot, [stored(write(1, 2, stage=None))], mirror_of(1))
    assert "archived or deleted" in _refused(results)[1]


def test_where_the_configuration_says_so_a_ticket_that_is_gone_is_given_up_for_a_new_one() -> None:
    hubspot = FakeHubSpot()
    results = Results(now=0.0)
    known = {ZendeskTicketId(1): mirror_of(1)}
    write_tickets(hubspot, PORTAL, [stored(write(1, 2, stage=None))], known, results, OneByOne(), recreate=True)
    assert _states(results) == {1: EffectState.DROPPED}
    assert results.lost == {1}


def test_new_and_known_tickets_go_together() -> None:
    hubspot = _portal_with(2)
    leased = [stored(write(1), 1), stored(write(2, 2, stage=None), 2)]
    results = _write(hubspot, leased, mirror_of(1, **_NEW), mirror_of(2))
    assert _states(results) == {1: EffectState.DONE, 2: EffectState.DONE}
    assert set(hubspot.records["tickets"]) == {"91", "92"}


def _portal_with(zendesk_id: int, stage: str = "stage-open") -> FakeHubSpot:
    hubspot = FakeHubSpot()
    hubspot.put("tickets", f"9{zendesk_id}", zendesk_ticket_id=str(zendesk_id), hs_pipeline_stage=stage)
    return hubspot


def _write(hubspot: FakeHubSpot, leased: Sequence[StoredEffect], *known: MirroredTicket) -> Results:
    results = Results(now=1_000.0)
    write_tickets(hubspot, PORTAL, leased, {mirror.zendesk_id: mirror for mirror in known}, results, OneByOne())
    return results


def _write_many(hubspot: FakeHubSpot, number: int) -> Results:
    leased = [stored(write(each), each) for each in range(1, number + 1)]
    return _write(hubspot, leased, *(mirror_of(each, **_NEW) for each in range(1, number + 1)))


def _states(results: Results) -> dict[int, EffectState]:
    return {settlement.id: settlement.state for settlement in results.settlements}


def _refused(results: Results) -> dict[int, str]:
    return {each.id: each.reason or "" for each in results.settlements if each.state is EffectState.PARKED}


def _confirmed(results: Results) -> list[tuple[HubSpotId | None, int | None, str | None, StageOwner | None]]:
    return [(c.hubspot_id, c.delivered_revision, c.stage_id, c.stage_owner) for c in results.confirmations]
