"""Which tickets the configuration leaves out."""

from __future__ import annotations

import pytest
from tests.fakes.zendesk_words import ORGANIZATION_NUMBER, organization, user, zendesk_ticket

from zenhub_sync.intake.exclusion import Exclusion

_BY = "excluded by zendesk.exclude."


@pytest.mark.parametrize(
    ("exclusion", "reason"),
    [
        (Exclusion(), None),
        (Exclusion(organizations=frozenset({str(ORGANIZATION_NUMBER)})), f"{_BY}organizations"),
        (Exclusion(organizations=frozenset({"padaria sol"})), f"{_BY}organizations"),
        (Exclusion(organizations=frozenset({"padaria", "361"})), None),
        (Exclusion(brands=frozenset({7})), f"{_BY}brands"),
        (Exclusion(brands=frozenset({8})), None),
        (Exclusion(forms=frozenset({9})), f"{_BY}forms"),
        (Exclusion(forms=frozenset({7})), None),
    ],
)
def test_a_ticket_is_left_out_by_what_it_is(exclusion: Exclusion, reason: str | None) -> None:
    ticket = zendesk_ticket(brand_id=7, ticket_form_id=9)
    assert exclusion.reason(ticket, user(), organization()) == reason


@pytest.mark.parametrize(
    ("role", "left_out"), [("agent", True), ("admin", True), ("end-user", False), (None, False), ("guide", False)]
)
def test_colleagues_who_ask_are_no_customers_if_the_configuration_says_so(role: str | None, *, left_out: bool) -> None:
    someone = {number: each.model_copy(update={"role": role}) for number, each in user().items()}
    exclusion = Exclusion(agents_as_requester=True)
    assert (exclusion.reason(zendesk_ticket(), someone, {}) is not None) is left_out
    assert Exclusion().reason(zendesk_ticket(), someone, {}) is None


def test_nobody_is_left_out_for_what_is_not_known() -> None:
    exclusion = Exclusion(organizations=frozenset({"none", ""}), agents_as_requester=True)
    assert exclusion.reason(zendesk_ticket(organization_id=None, requester_id=None), {}, {}) is None
