"""A leased batch is sorted by what is to be done, and a fault that ends the run settles what it can."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import pytest
from tests.fakes.clock import FakeClock
from tests.fakes.facts import COMPANY, escalation, link, mirror_of, record, stored, write
from tests.fakes.hubspot import FakeHubSpot
from tests.fakes.portal import ANA, PORTAL, task_policy

from zenhub_sync.delivery.executor import Executor
from zenhub_sync.delivery.results import Results
from zenhub_sync.hubspot.client import HubSpot
from zenhub_sync.planning.marks import with_mark
from zenhub_sync.planning.tickets import EscalationState
from zenhub_sync.store.outbox import StoredEffect
from zenhub_sync.store.outbox_states import EffectState
from zenhub_sync.transport.errors import (
    OutcomeUnknown,
    QuotaExhausted,
    Rejected,
    ServiceError,
    Throttled,
    Unauthorized,
    Unavailable,
)

_ENDS_THE_RUN: list[ServiceError] = [
    Unauthorized("401", status=401),
    Throttled("busy"),
    QuotaExhausted("daily"),
    Unavailable("503"),
]


@pytest.fixture
def hubspot() -> FakeHubSpot:
    portal = FakeHubSpot(people=[ANA])
    portal.put("companies", COMPANY, name="Sol", hubspot_owner_id="77")
    for number in range(1, 7):
        portal.put("tickets", f"9{number}", zendesk_ticket_id=str(number), hs_pipeline_stage="stage-open")
    return portal


def _one_of_each(hubspot: FakeHubSpot) -> list[StoredEffect]:
    hubspot.put("tasks", "8003", hs_task_body=with_mark("x", "escalation:3:1"), hubspot_owner_id="77")
    hubspot.connect("tickets", "93", "tasks", "8003", 229)
    hubspot.put("tasks", "8004", hubspot_owner_id="77")
    hubspot.connect("tasks", "8004", "tickets", "94", 230)
    hubspot.connect("tasks", "8004", "companies", COMPANY, 192)
    return [
        stored(escalation(5), 5),
        stored(escalation(4), 4, state=EffectState.VERIFYING, hubspot_id="8004", attempts=1),
        stored(escalation(3), 3, state=EffectState.UNCERTAIN, attempts=1),
        stored(link(2, contact_id=None), 2),
        stored(write(1, 2, stage=None), 1),
        stored(record(6, "8006"), 6),
    ]


def test_every_kind_of_effect_is_done_in_its_way(hubspot: FakeHubSpot) -> None:
    results = _apply(hubspot, _one_of_each(hubspot))
    assert _states(results) == {
        1: EffectState.DONE,
        2: EffectState.DONE,
        3: EffectState.VERIFYING,
        4: EffectState.DONE,
        5: EffectState.VERIFYING,
        6: EffectState.DONE,
    }
    assert results.stopped_by is None
    assert len(hubspot.records["tasks"]) == 3


@pytest.mark.parametrize("fault", _ENDS_THE_RUN, ids=lambda fault: type(fault).__name__)
def test_a_fault_on_the_way_leaves_everything_after_it_pending_and_what_waits_waiting(
    hubspot: FakeHubSpot, fault: ServiceError
) -> None:
    leased = _one_of_each(hubspot)
    hubspot.faults = {"update": [fault]}
    results = _apply(hubspot, leased)
    assert results.stopped_by is fault
    assert _states(results) == dict.fromkeys((1, 2, 5, 6), EffectState.PENDING)
    assert len(hubspot.records["tasks"]) == 2
    assert results.confirmations == []


def test_what_was_answered_before_the_fault_is_kept(hubspot: FakeHubSpot) -> None:
    hubspot.faults = {"associate": [Unavailable("503")]}
    results = _apply(hubspot, [stored(write(1, 2, stage=None), 1), stored(link(2), 2)])
    assert _states(results) == {1: EffectState.DONE, 2: EffectState.PENDING}
    assert [confirmation.delivered_revision for confirmation in results.confirmations] == [2]


def test_a_task_of_unknown_outcome_stays_unknown_when_the_next_one_ends_the_run(hubspot: FakeHubSpot) -> None:
    hubspot.faults = {"create": [OutcomeUnknown("lost"), Unavailable("503")]}
    results = _apply(hubspot, [stored(escalation(1), 1), stored(escalation(2), 2)])
    assert _states(results) == {1: EffectState.UNCERTAIN, 2: EffectState.PENDING}


@pytest.mark.parametrize(
    ("fault", "state", "ends"),
    [
        (Rejected("400", status=400), EffectState.PARKED, False),
        (OutcomeUnknown("lost"), EffectState.UNCERTAIN, False),
        (Unavailable("refused"), EffectState.PENDING, True),
        (Throttled("busy"), EffectState.PENDING, True),
        (QuotaExhausted("daily"), EffectState.PENDING, True),
        (Unauthorized("401", status=401), EffectState.PENDING, True),
    ],
    ids=lambda each: type(each).__name__ if isinstance(each, Exception) else "",
)
def test_each_kind_of_error_has_its_outcome_for_a_task(
    hubspot: FakeHubSpot, fault: ServiceError, state: EffectState, ends: bool
) -> None:
    hubspot.faults = {"create": [fault]}
    results = _apply(hubspot, [stored(escalation(1), 1)])
    assert _states(results) == {1: state}
    assert (results.stopped_by is fault) is ends


def test_a_template_that_fails_parks_its_task_and_the_others_are_delivered(hubspot: FakeHubSpot) -> None:
    results = _apply(hubspot, [stored(escalation(1), 1), stored(write(2, 2), 2)], body="{{ 1 / 0 }}")
    assert _states(results) == {1: EffectState.PARKED, 2: EffectState.DONE}
    assert results.stopped_by is None


@pytest.mark.parametrize(("attempts", "hours"), [(0, 1), (1, 6), (2, 24), (50, 24)])
def test_what_is_parked_waits_longer_each_time(attempts: int, hours: int) -> None:
    results = Results(now=0.0)
    results.park(stored(write(1), attempts=attempts), "no")
    assert results.settlements[0].due_at == hours * 3600


def _apply(
    hubspot: FakeHubSpot,
    leased: Sequence[StoredEffect],
    *,
    body: str = "{{ rating.comment }}",
) -> Results:
    executor = Executor(
        hubspot=cast("HubSpot", hubspot),
        portal=PORTAL,
        tasks=task_policy(body=body),
        clock=FakeClock(),
    )
    known = {
        number: mirror_of(number, company_id=COMPANY, escalation=EscalationState.OPEN, episode=1)
        for number in (each.effect.zendesk_id for each in leased)
    }
    return executor.apply(leased, known)


def _states(results: Results) -> dict[int, EffectState]:
    return {settlement.id: settlement.state for settlement in results.settlements}
