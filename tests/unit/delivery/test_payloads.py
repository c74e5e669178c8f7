"""What is sent for an effect."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.fakes.facts import NOW, write

from zenhub_sync.delivery.payloads import (
    TaskStyle,
    TaskText,
    task_links,
    task_properties,
    ticket_link,
    ticket_properties,
)
from zenhub_sync.hubspot.inputs import AssociationInput
from zenhub_sync.planning.portal import Portal
from zenhub_sync.planning.tickets import StageRole

_ALL = frozenset({"LOW", "MEDIUM", "HIGH", "URGENT"})
_PORTAL = Portal(pipeline_id="p1", stages={StageRole.OPEN: "s1", StageRole.HOLD: "s2"}, priorities=_ALL)


def test_the_pipeline_goes_with_every_stage() -> None:
    effect = write(properties={"subject": "a"}, stage=StageRole.HOLD)
    assert ticket_properties(effect, _PORTAL, StageRole.HOLD) == {
        "subject": "a",
        "hs_pipeline": "p1",
        "hs_pipeline_stage": "s2",
    }


def test_without_a_move_neither_is_written() -> None:
    effect = write(properties={"subject": "a"}, stage=StageRole.HOLD)
    assert ticket_properties(effect, _PORTAL, None) == {"subject": "a"}


@pytest.mark.parametrize(
    ("priority", "offered", "written"),
    [
        ("URGENT", _ALL, {"hs_ticket_priority": "URGENT"}),
        ("URGENT", {"LOW", "MEDIUM", "HIGH"}, {"hs_ticket_priority": "HIGH"}),
        ("URGENT", {"LOW"}, {}),
        ("MEDIUM", {"LOW", "HIGH"}, {}),
        ("", {"LOW"}, {"hs_ticket_priority": ""}),
    ],
)
def test_a_priority_that_the_portal_does_not_offer_becomes_the_nearest_or_none(
    priority: str, offered: frozenset[str], written: dict[str, str]
) -> None:
    portal = Portal(pipeline_id="p1", stages={}, priorities=frozenset(offered))
    assert ticket_properties(write(properties={"hs_ticket_priority": priority}), portal, None) == written


def test_a_task_is_due_its_owners_and_not_started() -> None:
    style = TaskStyle(priority="HIGH", type="TODO")
    assert task_properties(TaskText(subject="s", body="b"), style, "77", NOW, NOW + timedelta(hours=24)) == {
        "hs_timestamp": "2026-11-23T12:00:00Z",
        "hs_task_subject": "s",
        "hs_task_body": "b",
        "hs_task_status": "NOT_STARTED",
        "hs_task_priority": "HIGH",
        "hs_task_type": "TODO",
        "hubspot_owner_id": "77",
    }


@pytest.mark.parametrize(
    ("reminder", "set_at"),
    [(timedelta(hours=1), "1795429800000"), (timedelta(hours=24), None), (timedelta(days=9), None), (None, None)],
)
def test_the_owner_is_reminded_before_it_is_due_unless_that_has_passed(
    reminder: timedelta | None, set_at: str | None
) -> None:
    style = TaskStyle(priority="HIGH", type="TODO", reminder=reminder)
    due = datetime(2026, 11, 23, 11, 30, tzinfo=UTC)
    written = task_properties(TaskText(subject="s", body="b"), style, "77", NOW, due)
    assert written.get("hs_task_reminders") == set_at


def test_a_task_is_linked_with_what_there_is() -> None:
    ticket = AssociationInput(to_id="9", type_id=230)
    company = AssociationInput(to_id="5", type_id=192)
    contact = AssociationInput(to_id="7", type_id=204)
    assert task_links("9", "5", "7") == {"tickets": ticket, "companies": company, "contacts": contact}
    assert task_links("9", None, None) == {"tickets": ticket}


def test_the_hubspot_ticket_is_found_under_its_portal() -> None:
    assert ticket_link("app-eu1.hubspot.com", "4242", "9") == "https://app-eu1.hubspot.com/contacts/4242/record/0-5/9"
