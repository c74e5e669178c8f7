"""Passing a task on: only one that nobody has touched, and once."""

from __future__ import annotations

import pytest
from tests.fakes.facts import stored
from tests.fakes.hubspot import FakeHubSpot, refusal
from tests.fakes.portal import ANA, FALLBACK, task_policy

from zenhub_sync.delivery.owners import OwnerDirectory
from zenhub_sync.delivery.reassigning import reassign_tasks
from zenhub_sync.delivery.results import Results
from zenhub_sync.planning.effects import ReassignTask
from zenhub_sync.planning.marks import mark_of, with_mark
from zenhub_sync.planning.rules.owner import Step
from zenhub_sync.planning.tickets import HubSpotId, ZendeskTicketId
from zenhub_sync.store.outbox_states import EffectState

_KEY = "escalation:1:1"


@pytest.fixture
def hubspot() -> FakeHubSpot:
    portal = FakeHubSpot(people=[ANA, FALLBACK])
    portal.put("tasks", "7001", hs_task_status="NOT_STARTED", hubspot_owner_id="79", hs_task_body=with_mark("Oi", _KEY))
    return portal


def test_a_task_goes_to_its_new_owner_and_says_so_above_its_mark(hubspot: FakeHubSpot) -> None:
    assert _reassign(hubspot) == [EffectState.DONE]
    task = hubspot.records["tasks"]["7001"]
    assert task["hubspot_owner_id"] == "77"
    assert "transferida automaticamente para Ana Lima" in task["hs_task_body"]
    assert mark_of(task["hs_task_body"]) == _KEY


@pytest.mark.parametrize(
    "touched",
    [
        {"hs_task_status": "IN_PROGRESS"},
        {"hs_task_status": "COMPLETED"},
        {"hubspot_owner_id": "80"},
        {"hubspot_owner_id": ""},
        {"hubspot_owner_id": "77"},
    ],
    ids=["begun", "completed", "given to a colleague", "given to nobody", "passed on already"],
)
def test_a_task_that_somebody_touched_is_left_alone(hubspot: FakeHubSpot, touched: dict[str, str]) -> None:
    hubspot.records["tasks"]["7001"] |= touched
    assert _reassign(hubspot) == [EffectState.DONE]
    assert hubspot.written == []


def test_a_task_that_is_gone_is_left_alone(hubspot: FakeHubSpot) -> None:
    del hubspot.records["tasks"]["7001"]
    assert _reassign(hubspot) == [EffectState.DONE]


def test_repeating_it_changes_nothing(hubspot: FakeHubSpot) -> None:
    _reassign(hubspot)
    body = hubspot.records["tasks"]["7001"]["hs_task_body"]
    assert _reassign(hubspot) == [EffectState.DONE]
    assert hubspot.records["tasks"]["7001"]["hs_task_body"] == body


def test_a_task_of_which_nothing_is_said_is_asked_for_again(hubspot: FakeHubSpot) -> None:
    hubspot.silent.add("7001")
    assert _reassign(hubspot) == [EffectState.PENDING]


def test_an_owner_who_is_refused_parks_it(hubspot: FakeHubSpot) -> None:
    hubspot.refused["7001"] = refusal("INVALID_OWNER_ID", property_name="hubspot_owner_id")
    assert _reassign(hubspot) == [EffectState.PARKED]


def _reassign(hubspot: FakeHubSpot) -> list[EffectState]:
    effect = ReassignTask(
        zendesk_id=ZendeskTicketId(1),
        episode=1,
        number=1,
        task_id=HubSpotId("7001"),
        given_to="79",
        owner_id="77",
        step=Step.COMPANY,
    )
    results = Results(now=0.0)
    owners = OwnerDirectory(hubspot=hubspot).owners()
    reassign_tasks(hubspot, task_policy().templates, owners, [stored(effect)], results)
    return [each.state for each in results.settlements]
