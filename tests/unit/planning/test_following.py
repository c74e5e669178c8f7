"""The table in `following.yaml`: tickets and tasks that follow though Zendesk says nothing new."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.fakes.facts import COMPANY, CONTACT, escalated, known_ticket

from zenhub_sync.planning.following import OpenTask, plan_owner
from zenhub_sync.planning.planner import Plan
from zenhub_sync.planning.relinking import plan_links, plan_unlink
from zenhub_sync.planning.rules.owner import OwnerChoice, PortalOwner, Step, Why
from zenhub_sync.planning.tickets import Match

_ROWS = yaml.safe_load(Path(__file__).with_name("following.yaml").read_text("utf-8"))
_KEYS = {"name", "because", "ticket", "found", "task", "owner", "follow", "then"}


@pytest.mark.parametrize("row", _ROWS, ids=lambda row: row["name"])
def test_what_follows_is_what_the_table_says(row: dict[str, Any]) -> None:
    assert not set(row) - _KEYS
    assert row["because"]
    made = _links(row) if "found" in row else _owner(row)
    then = row["then"]
    effects = made.effects if made is not None else ()
    expected = then["effect"]
    assert [effect.kind for effect in effects] == ([expected["kind"]] if expected else [])
    for effect in effects:
        assert {name: getattr(effect, name) for name in expected} == expected
    if "mirror" in then:
        assert made is not None
        assert {name: getattr(made.mirror, name) for name in then["mirror"]} == then["mirror"]


def test_a_link_that_is_taken_back_takes_the_place_of_one_that_was_not_sent() -> None:
    made = plan_unlink(replace(known_ticket(), company_id=COMPANY, contact_id=CONTACT, link_revision=3))
    (effect,) = made.effects
    assert (effect.kind, effect.key) == ("link_ticket", f"link:{made.mirror.zendesk_id}:l4")
    assert (made.mirror.company_id, made.mirror.contact_id, made.mirror.link_revision) == (None, CONTACT, 4)


def _links(row: dict[str, Any]) -> Plan | None:
    return plan_links(replace(known_ticket(), **row["ticket"]), Match(**row["found"]))


def _owner(row: dict[str, Any]) -> Plan | None:
    ticket = replace(escalated(), **row["ticket"])
    owner = row["owner"]
    choice = OwnerChoice(owner=None, why=Why.COMPANY_WITHOUT_OWNER, problem="nobody is left")
    if owner is not None:
        person = PortalOwner(id=owner["id"], name="", email="", archived=False)
        choice = OwnerChoice(owner=person, step=Step(owner["step"]))
    task = OpenTask(ticket=ticket, status=row["task"]["status"], owner_id=row["task"]["owner"])
    return plan_owner(task, choice, follow=row.get("follow", True))
