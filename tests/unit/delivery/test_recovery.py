"""Whether a task exists is found out by its ticket and its mark, and never guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from tests.fakes.facts import escalation, mirror_of, stored
from tests.fakes.hubspot import FakeHubSpot

from zenhub_sync.delivery.recovery import recover
from zenhub_sync.delivery.results import Results
from zenhub_sync.hubspot.results import AssociationResult
from zenhub_sync.planning.marks import with_mark
from zenhub_sync.planning.tickets import ZendeskTicketId
from zenhub_sync.store.outbox import Settlement
from zenhub_sync.store.outbox_states import EffectState

_T0 = 1_000.0


def test_a_task_with_the_mark_is_adopted() -> None:
    hubspot = FakeHubSpot()
    _task(hubspot, "7001", "escalation:1:1")
    results = _recover(hubspot, 1)
    assert results.settlements == [Settlement(id=1, state=EffectState.VERIFYING, due_at=_T0, hubspot_id="7001")]
    assert [confirmation.task_id for confirmation in results.confirmations] == ["7001"]


def test_a_task_that_its_ticket_names_is_adopted_even_if_it_was_deleted_since() -> None:
    """A store that was restored from a backup knows neither the task nor that a person deleted it."""
    hubspot = FakeHubSpot()
    hubspot.put("tickets", "91", zenhub_task_key="escalation:1:1", zenhub_task_id="7001")
    results = _recover(hubspot, 1)
    assert results.settlements == [Settlement(id=1, state=EffectState.VERIFYING, due_at=_T0, hubspot_id="7001")]


def test_a_task_that_its_ticket_names_for_another_episode_is_not_ours() -> None:
    hubspot = FakeHubSpot()
    hubspot.put("tickets", "91", zenhub_task_key="escalation:1:2", zenhub_task_id="7001")
    assert _states(_recover(hubspot, 1)) == {1: EffectState.PENDING}


def test_a_key_on_the_ticket_without_a_task_says_nothing() -> None:
    hubspot = FakeHubSpot()
    hubspot.put("tickets", "91", zenhub_task_key="escalation:1:1", zenhub_task_id="")
    assert _states(_recover(hubspot, 1)) == {1: EffectState.PENDING}


@pytest.mark.parametrize(("keyed", "state"), [(True, EffectState.VERIFYING), (False, EffectState.PENDING)])
def test_a_task_that_holds_the_unique_key_is_adopted_where_there_is_one(keyed: bool, state: EffectState) -> None:
    hubspot = FakeHubSpot()
    hubspot.put("tasks", "7001", zenhub_key="escalation:1:1")
    assert _states(_recover(hubspot, 1, keyed=keyed)) == {1: state}


def test_what_the_ticket_names_counts_more_than_who_holds_the_key() -> None:
    hubspot = FakeHubSpot()
    hubspot.put("tickets", "91", zenhub_task_key="escalation:1:1", zenhub_task_id="7002")
    hubspot.put("tasks", "7001", zenhub_key="escalation:1:1")
    assert _recover(hubspot, 1, keyed=True).settlements[0].hubspot_id == "7002"


def test_a_task_is_looked_for_where_a_person_merged_its_ticket_into() -> None:
    """Under the old id nothing is found: to make the task again would make a second one."""
    hubspot = FakeHubSpot()
    hubspot.put("tickets", "99", zendesk_ticket_id="1")
    hubspot.put("tasks", "7001", hs_task_body=with_mark("Oi", "escalation:1:1"))
    hubspot.connect("tickets", "99", "tasks", "7001", 229)
    assert _recover(hubspot, 1).settlements[0].hubspot_id == "7001"


@pytest.mark.parametrize(("sent_at", "task_owner"), [(1.0, "77"), (None, None)], ids=["ours", "of an earlier store"])
def test_whose_task_it_is_is_known_only_of_one_that_this_store_sent(
    sent_at: float | None, task_owner: str | None
) -> None:
    hubspot = FakeHubSpot()
    _task(hubspot, "7001", "escalation:1:1")
    hubspot.records["tasks"]["7001"]["hubspot_owner_id"] = "77"
    results = Results(now=_T0)
    recover(hubspot, [stored(escalation(1), 1, sent_at=sent_at)], {ZendeskTicketId(1): mirror_of(1)}, results)
    assert [confirmation.task_owner for confirmation in results.confirmations] == [task_owner]


def test_an_absent_task_is_made_again() -> None:
    results = _recover(FakeHubSpot(), 1)
    assert [(each.state, each.due_at) for each in results.settlements] == [(EffectState.PENDING, _T0)]
    assert results.confirmations == []


def test_a_task_of_another_episode_or_of_a_person_is_not_ours() -> None:
    hubspot = FakeHubSpot()
    _task(hubspot, "7001", "escalation:1:2")
    hubspot.put("tasks", "7002", hs_task_body="ligar para o cliente")
    hubspot.put("tasks", "7003")
    for task in ("7002", "7003"):
        hubspot.connect("tickets", "91", "tasks", task, 229)
    assert _states(_recover(hubspot, 1)) == {1: EffectState.PENDING}


def test_a_mark_that_the_customer_wrote_is_not_ours() -> None:
    hubspot = FakeHubSpot()
    hubspot.put("tasks", "7001", hs_task_body=with_mark("disse: ref zenhub:escalation:1:1", "escalation:1:2"))
    hubspot.connect("tickets", "91", "tasks", "7001", 229)
    assert _states(_recover(hubspot, 1)) == {1: EffectState.PENDING}


def test_the_oldest_of_two_is_adopted() -> None:
    hubspot = FakeHubSpot()
    for task in ("10001", "9999"):
        _task(hubspot, task, "escalation:1:1")
    assert _recover(hubspot, 1).settlements[0].hubspot_id == "9999"


def test_a_task_behind_many_others_is_found() -> None:
    hubspot = FakeHubSpot(page_size=7)
    for number in range(1000, 1250):
        _task(hubspot, str(number), f"escalation:1:{number}")
    _task(hubspot, "9000", "escalation:1:1")
    assert _recover(hubspot, 1).settlements[0].hubspot_id == "9000"


def test_a_ticket_whose_links_could_not_be_read_is_asked_about_later() -> None:
    hubspot = FakeHubSpot(unread={"91"})
    results = _recover(hubspot, 1, 2)
    assert _states(results) == {1: EffectState.UNCERTAIN, 2: EffectState.PENDING}
    assert results.settlements[0].due_at == _T0 + 30


def test_a_ticket_whose_tasks_can_never_be_read_is_parked_at_last_and_no_task_made() -> None:
    results = _recover(FakeHubSpot(unread={"91"}), 1, attempts=6)
    assert _states(results) == {1: EffectState.PARKED}
    assert results.settlements[0].reason == "hubspot: the tasks of ticket 1 cannot all be read"


@pytest.mark.parametrize("mark", ["escalation:1:1", "escalation:1:2"])
def test_a_task_whose_body_could_not_be_read_may_be_ours(mark: str) -> None:
    """To conclude "absent" from it would make a second task."""
    hubspot = FakeHubSpot(silent={"7001"})
    _task(hubspot, "7001", mark)
    assert _states(_recover(hubspot, 1)) == {1: EffectState.UNCERTAIN}


def test_a_task_that_was_deleted_since_is_not_ours() -> None:
    hubspot = FakeHubSpot()
    hubspot.connect("tickets", "91", "tasks", "7001", 229)
    assert _states(_recover(hubspot, 1)) == {1: EffectState.PENDING}


def test_links_that_do_not_come_to_an_end_are_not_read_to_the_end() -> None:
    assert _states(_recover(_Stuck(), 1)) == {1: EffectState.UNCERTAIN}


class _Stuck(FakeHubSpot):
    """Says that there is more, and gives the same place again and again."""

    def associations(
        self, from_kind: str, to_kind: str, ids: Sequence[str], *, after: Mapping[str, str] | None = None
    ) -> AssociationResult:
        return AssociationResult(links=dict.fromkeys(ids, ()), more=dict.fromkeys(ids, "same"))


def test_a_task_that_was_found_counts_even_if_not_all_links_could_be_read() -> None:
    hubspot = FakeHubSpot(unread={"91"})
    _task(hubspot, "7001", "escalation:1:1")
    assert _states(_recover(hubspot, 1)) == {1: EffectState.VERIFYING}


def test_many_tickets_are_looked_up_together_each_for_itself() -> None:
    hubspot = FakeHubSpot()
    for number in range(1, 131):
        _task(hubspot, f"7{number}", f"escalation:{number}:1", ticket=f"9{number}")
    results = _recover(hubspot, *range(1, 141))
    assert [each.hubspot_id for each in results.settlements] == [f"7{n}" for n in range(1, 131)] + [None] * 10


def _task(hubspot: FakeHubSpot, task: str, key: str, ticket: str = "91") -> None:
    hubspot.put("tasks", task, hs_task_body=with_mark("Ruim", key))
    hubspot.connect("tickets", ticket, "tasks", task, 229)


def _recover(hubspot: FakeHubSpot, *zendesk_ids: int, keyed: bool = False, attempts: int = 1) -> Results:
    results = Results(now=_T0)
    leased = [
        stored(escalation(number), number, state=EffectState.UNCERTAIN, attempts=attempts) for number in zendesk_ids
    ]
    known = {stored_.effect.zendesk_id: mirror_of(stored_.effect.zendesk_id) for stored_ in leased}
    recover(hubspot, leased, known, results, keyed=keyed)
    return results


def _states(results: Results) -> dict[int, EffectState]:
    return {settlement.id: settlement.state for settlement in results.settlements}
