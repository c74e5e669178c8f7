"""The rules' own tables: stages, owners, roles of a stage, sizes of a run."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.fakes.facts import BAD, escalated, known_ticket, plan, source_ticket

from zenhub_sync.errors import SafetyLimit
from zenhub_sync.planning.guard import Tally, check_size
from zenhub_sync.planning.planner import Plan
from zenhub_sync.planning.policy import Policy, Safety
from zenhub_sync.planning.portal import Portal
from zenhub_sync.planning.rules.owner import OwnerChoice, PortalOwner, Why, choose_owner, find_owner
from zenhub_sync.planning.rules.stage import role_for
from zenhub_sync.planning.tickets import StageRole, Status

_ANA = PortalOwner(id="1", name="Ana Souza", email="Ana@acme.example", archived=False)
_BIA = PortalOwner(id="2", name="Bia Reis", email="bia@acme.example", archived=True)
_CAIO = PortalOwner(id="3", name="", email="caio@acme.example", archived=False)
_OWNERS = {owner.id: owner for owner in (_ANA, _BIA, _CAIO)}


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


@pytest.mark.parametrize(
    ("has_company", "company_owner", "fallback", "expected"),
    [
        (True, "1", None, OwnerChoice(owner=_ANA)),
        (True, "1", "caio@acme.example", OwnerChoice(owner=_ANA)),
        (True, "2", "3", OwnerChoice(owner=_CAIO, why=Why.OWNER_ARCHIVED, meant_for="Bia Reis")),
        (True, "9", "CAIO@ACME.example ", OwnerChoice(owner=_CAIO, why=Why.OWNER_UNKNOWN)),
        (True, None, "ana@acme.example", OwnerChoice(owner=_ANA, why=Why.COMPANY_WITHOUT_OWNER)),
        (True, "", "1", OwnerChoice(owner=_ANA, why=Why.COMPANY_WITHOUT_OWNER)),
        (False, None, "1", OwnerChoice(owner=_ANA, why=Why.NO_COMPANY)),
    ],
)
def test_the_task_goes_to_the_companys_owner_else_to_the_fallback(
    has_company: bool, company_owner: str | None, fallback: str | None, expected: OwnerChoice
) -> None:
    choice = choose_owner(has_company=has_company, company_owner=company_owner, owners=_OWNERS, fallback=fallback)
    assert choice == expected


@pytest.mark.parametrize(
    ("has_company", "company_owner", "fallback", "why", "said"),
    [
        (False, None, None, Why.NO_COMPANY, "the ticket has no company, and owners.fallback is not set"),
        (True, None, None, Why.COMPANY_WITHOUT_OWNER, "the company has no owner, and owners.fallback is not set"),
        (True, "2", None, Why.OWNER_ARCHIVED, "the company's owner is archived, and owners.fallback is not set"),
        (True, "9", None, Why.OWNER_UNKNOWN, "not among the portal's owners, and owners.fallback is not set"),
        (True, "2", "2", Why.OWNER_ARCHIVED, "owners.fallback is no active owner of the portal"),
        (False, None, "nobody@acme.example", Why.NO_COMPANY, "owners.fallback is no active owner of the portal"),
    ],
)
def test_with_nobody_left_the_operator_is_told_why(
    has_company: bool, company_owner: str | None, fallback: str | None, why: Why, said: str
) -> None:
    choice = choose_owner(has_company=has_company, company_owner=company_owner, owners=_OWNERS, fallback=fallback)
    assert (choice.owner, choice.why) == (None, why)
    assert said in (choice.problem or "")


def test_an_owner_without_a_name_is_called_by_address_or_id() -> None:
    nameless = replace(_BIA, name="")
    owners = {"2": nameless, "1": _ANA}
    choice = choose_owner(has_company=True, company_owner="2", owners=owners, fallback="1")
    assert choice.meant_for == "bia@acme.example"
    owners = {"2": replace(nameless, email=""), "1": _ANA}
    assert choose_owner(has_company=True, company_owner="2", owners=owners, fallback="1").meant_for == "2"


def test_an_owner_without_an_address_is_not_found_by_an_empty_name() -> None:
    assert find_owner([replace(_ANA, email="")], "   ") is None


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
