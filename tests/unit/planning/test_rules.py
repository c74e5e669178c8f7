"""The rules' own tables: stages, owners, roles of a stage, sizes of a run."""

from __future__ import annotations

import pytest
from tests.fakes.facts import BAD, escalated, known_ticket, plan, source_ticket

from zenhub_sync.errors import SafetyLimit
from zenhub_sync.planning.guard import Tally, check_size
from zenhub_sync.planning.planner import Plan
from zenhub_sync.planning.policy import Policy, Safety
from zenhub_sync.planning.portal import Portal
from zenhub_sync.planning.rules.stage import role_for
from zenhub_sync.planning.tickets import StageRole, Status


@pytest.mark.parametrize(
    ("status", "role"),
    [
        (Status.NEW, StageRole.NEW),
        (Status.OPEN, StageRole.OPEN),
        (Status.PENDING, StageRole.PENDING),
        (Status.HOLD, StageRole.HOLD),
        (Status.SOLVED, StageRole.SOLVED),
        (Status.CLOSED, StageRole.CLOSED),
        (Status.DELETED, StageRole.CLOSED),
        (Status.UNKNOWN, StageRole.OPEN),
    ],
)
@pytest.mark.parametrize("custom", [{}, {900: StageRole.HOLD}], ids=["no names", "another named"])
def test_the_stage_is_that_of_the_status(status: Status, role: StageRole, custom: dict[int, StageRole]) -> None:
    assert role_for(source_ticket(status=status, custom_status_id=7), Policy(custom_roles=custom)) is role


@pytest.mark.parametrize(
    ("status", "role"),
    [
        (Status.OPEN, StageRole.HOLD),
        (Status.SOLVED, StageRole.HOLD),
        (Status.UNKNOWN, StageRole.HOLD),
        (Status.CLOSED, StageRole.CLOSED),
        (Status.DELETED, StageRole.CLOSED),
    ],
)
def test_a_named_custom_status_decides_unless_the_ticket_is_over(status: Status, role: StageRole) -> None:
    policy = Policy(custom_roles={900: StageRole.HOLD})
    assert role_for(source_ticket(status=status, custom_status_id=900), policy) is role


def test_a_stage_may_have_several_roles_or_none() -> None:
    stages = {StageRole.PENDING: "11", StageRole.HOLD: "11", StageRole.OPEN: "12"}
    portal = Portal(pipeline_id="p", stages=stages, priorities=frozenset())
    assert portal.roles_of("11") == {StageRole.PENDING, StageRole.HOLD}
    assert portal.roles_of("12") == {StageRole.OPEN}
    assert portal.roles_of("99") == portal.roles_of(None) == frozenset()


def test_a_plan_is_decided_by_its_facts_alone() -> None:
    facts = source_ticket(rating=BAD), escalated(closed=True, rearmed=True, low=False)
    assert plan(*facts) == plan(*facts)


def test_a_tally_counts_each_plan_once() -> None:
    plans: list[Plan] = [
        plan(source_ticket()),
        plan(source_ticket(rating=BAD), known_ticket()),
        plan(source_ticket(status=Status.SOLVED), known_ticket()),
        plan(source_ticket(), known_ticket()),
        plan(source_ticket(generated_at=1), known_ticket()),
    ]
    tally = Tally().plus(plans).plus(plans[:1])
    assert tally == Tally(read=6, created=2, updated=2, unchanged=2, opened=1, suppressed=0, moved=2)


@pytest.mark.parametrize(
    ("tally", "known", "refused"),
    [
        (Tally(opened=50), 10, None),
        (Tally(opened=51), 10_000, "would open 51 escalations"),
        (Tally(moved=99), 100, None),
        (Tally(moved=100), 100, "would move 100 of 100"),
        (Tally(moved=300), 1_000, None),
        (Tally(moved=301), 1_000, "would move 301 of 1000"),
        (Tally(created=5_000), 0, None),
    ],
)
def test_a_surprisingly_large_run_asks_first(tally: Tally, known: int, refused: str | None) -> None:
    if refused is None:
        check_size(tally, known, Safety())
        return
    with pytest.raises(SafetyLimit, match=refused) as caught:
        check_size(tally, known, Safety())
    assert "--force" in str(caught.value)
