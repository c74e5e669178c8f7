"""The table in `owners.yaml`: who gets the task, and what is said of why."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from zenhub_sync.planning.rules.owner import (
    CHAIN,
    OwnerPolicy,
    PortalOwner,
    Step,
    choose_owner,
    find_owner,
    ownerless_of,
)

_ANA = PortalOwner(id="1", name="Ana Souza", email="Ana@acme.example", archived=False)
_OWNERS = {
    "1": _ANA,
    "2": PortalOwner(id="2", name="Bia Reis", email="bia@acme.example", archived=True),
    "3": PortalOwner(id="3", name="", email="caio@acme.example", archived=False),
    "4": PortalOwner(id="4", name="Dora Luz", email="dora@acme.example", archived=False),
    "5": PortalOwner(id="5", name="", email="eva@acme.example", archived=True),
}
_KEYS = {"name", "because", "company", "contact", "chain", "fallback", "then"}
_TOLD = {"owner", "step", "why", "meant_for", "problem", "ownerless"}
_ROWS = yaml.safe_load(Path(__file__).with_name("owners.yaml").read_text("utf-8"))


@pytest.mark.parametrize("row", _ROWS, ids=lambda row: row["name"])
def test_the_task_goes_where_the_table_says(row: dict[str, Any]) -> None:
    then = row["then"]
    assert not set(row) - _KEYS
    assert not set(then) - _TOLD
    assert row["because"]
    named = {Step(step): name for step, name in (row["company"] or {}).items()}
    choice = choose_owner(
        has_company=row["company"] is not None,
        named={Step.CONTACT: row.get("contact"), **named},
        owners=_OWNERS,
        policy=OwnerPolicy(
            fallback=row.get("fallback"), chain=[Step(step) for step in row["chain"]] if "chain" in row else CHAIN
        ),
    )
    seen = {
        "owner": choice.owner.id if choice.owner is not None else None,
        "step": choice.step,
        "why": choice.why,
        "meant_for": choice.meant_for,
        "ownerless": ownerless_of(choice),
    }
    assert {name: seen[name] for name in then if name != "problem"} == {
        name: told for name, told in then.items() if name != "problem"
    }
    assert (then.get("problem") or "") in (choice.problem or "")
    assert (choice.problem is None) is (choice.owner is not None)


def test_an_owner_without_an_address_is_not_found_by_an_empty_name() -> None:
    assert find_owner([replace(_ANA, email="")], "   ") is None
