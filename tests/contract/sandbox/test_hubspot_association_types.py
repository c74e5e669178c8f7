"""Which association types the sandbox's HubSpot has between two object types."""

from __future__ import annotations

import pytest
from tests.contract.sandbox.portal_caller import Caller

LINKS = "/crm/associations/2026-09"


@pytest.mark.parametrize(
    ("pair", "types"),
    [
        ("tickets/companies", [(339, None), (26, "Primary")]),
        ("companies/tickets", [(340, None), (25, "Primary")]),
        ("tickets/contacts", [(16, None)]),
        ("tasks/tickets", [(230, None)]),
        ("tasks/companies", [(192, None)]),
        ("tasks/contacts", [(204, None)]),
        ("contacts/companies", [(279, None), (1, "Primary")]),
        ("tickets/tickets", [(452, None)]),
        ("0-5/0-2", [(339, None), (26, "Primary")]),
    ],
)
def test_a_pair_lists_its_types(pair: str, types: list[tuple[int, str | None]]) -> None:
    rows = Caller().want(200, "GET", f"{LINKS}/{pair}/labels")["results"]
    assert [(one["typeId"], one["label"]) for one in rows] == types
    assert {one["category"] for one in rows} == {"HUBSPOT_DEFINED"}
