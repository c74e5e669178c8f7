"""Changes to tasks that are there: one bad task costs itself alone, however HubSpot refuses it."""

from __future__ import annotations

import pytest
from tests.fakes.facts import stored
from tests.fakes.hubspot import FakeHubSpot, refusal

from zenhub_sync.delivery.results import Results
from zenhub_sync.delivery.task_changes import TaskChange, change_tasks, read_tasks
from zenhub_sync.planning.effects import CloseTask
from zenhub_sync.planning.tickets import HubSpotId, ZendeskTicketId
from zenhub_sync.store.outbox_states import EffectState

_TASKS = 7


@pytest.fixture
def hubspot() -> FakeHubSpot:
    portal = FakeHubSpot()
    for number in range(1, _TASKS + 1):
        portal.put("tasks", f"700{number}", hs_task_status="NOT_STARTED", hs_task_body="Oi")
    return portal


def changed(hubspot: FakeHubSpot) -> dict[int, EffectState]:
    results = Results(now=1_000.0)
    changes = [
        TaskChange(
            stored=stored(CloseTask(zendesk_id=ZendeskTicketId(n), episode=1, task_id=HubSpotId(f"700{n}"), at=""), n),
            task_id=HubSpotId(f"700{n}"),
            properties={"hs_task_status": "COMPLETED"},
        )
        for n in range(1, _TASKS + 1)
    ]
    change_tasks(hubspot, changes, results)
    return {settlement.id: settlement.state for settlement in results.settlements}


def test_all_are_changed_in_one_request(hubspot: FakeHubSpot) -> None:
    assert set(changed(hubspot).values()) == {EffectState.DONE}
    assert {task["hs_task_status"] for task in hubspot.records["tasks"].values()} == {"COMPLETED"}


@pytest.mark.parametrize("at_fault", [1, 4, 7])
def test_a_task_for_which_a_whole_request_is_refused_is_parked_alone(hubspot: FakeHubSpot, at_fault: int) -> None:
    hubspot.poison = {f"700{at_fault}"}
    states = changed(hubspot)
    assert states.pop(at_fault) is EffectState.PARKED
    assert set(states.values()) == {EffectState.DONE}


def test_a_task_that_is_refused_or_left_out_is_settled_as_such(hubspot: FakeHubSpot) -> None:
    hubspot.refused = {"7002": refusal("bad")}
    hubspot.silent = {"7003"}
    states = changed(hubspot)
    assert (states[2], states[3]) == (EffectState.PARKED, EffectState.PENDING)
    assert [states[n] for n in (1, 4, 5, 6, 7)] == [EffectState.DONE] * 5


def test_tasks_that_an_answer_leaves_out_are_not_taken_for_gone(hubspot: FakeHubSpot) -> None:
    hubspot.silent = {"7003"}
    tasks, unread = read_tasks(hubspot, ["7001", "7003", "9999"])
    assert (set(tasks), unread) == ({"7001"}, {"7003"})
