"""What `explain` says of owners and of people's stages."""

from __future__ import annotations

from typing import Any

import pytest
from tests.fakes.facts import COMPANY, NOW, escalated

from zenhub_sync.planning.explain import verdicts
from zenhub_sync.planning.policy import Policy


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"ownerless": "owner_archived"}, (7, True, "the company has no valid owner: its owner is deactivated")),
        ({"ownerless": "owner_unknown"}, (7, True, "its owner is not among the portal's owners")),
        ({"ownerless": "company_without_owner"}, (7, True, "nobody owns it")),
        ({"taken_from": "77"}, (3, True, "took it out of a stage that a person had chosen")),
    ],
)
def test_what_is_out_of_the_ordinary_is_explained(facts: dict[str, Any], said: tuple[int, bool, str]) -> None:
    found = verdicts(None, escalated(company_id=COMPANY, **facts), Policy(), NOW)
    rule, applies, words = said
    assert any((each.rule, each.applies) == (rule, applies) and words in each.because for each in found)


def test_a_company_with_an_owner_is_not_worth_a_word() -> None:
    found = verdicts(None, escalated(company_id=COMPANY, ownerless=""), Policy(), NOW)
    assert 7 not in {each.rule for each in found}
