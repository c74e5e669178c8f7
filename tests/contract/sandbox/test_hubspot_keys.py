"""By what the sandbox's HubSpot knows a record."""

from __future__ import annotations

import pytest
from tests.contract.sandbox.portal_caller import OBJECTS, Caller

TICKETS = f"{OBJECTS}/tickets"


def test_a_ticket_is_read_by_its_unique_property() -> None:
    caller = Caller()
    caller.define("zendesk_ticket_id")
    ticket = caller.ticket(zendesk_ticket_id="7")
    assert caller.want(200, "GET", f"{TICKETS}/7", idProperty="zendesk_ticket_id")["id"] == ticket
    caller.want(404, "GET", f"{TICKETS}/8", idProperty="zendesk_ticket_id")


@pytest.mark.parametrize("name", ["subject", "hs_object_id", "nonsense"])
def test_a_record_is_not_named_by_a_property_that_is_not_unique(name: str) -> None:
    caller = Caller()
    ticket = caller.ticket()
    caller.want(400, "GET", f"{TICKETS}/{ticket}", idProperty=name)
    refused = caller.want(400, "PATCH", f"{TICKETS}/{ticket}", {"properties": {"subject": "y"}}, idProperty=name)
    assert refused["message"] == f"Unable to perform update/upsert by non-unique 0-5 property {name}"


def test_a_contact_is_read_by_its_address_whatever_the_case() -> None:
    caller = Caller()
    contact = caller.portal.create("contacts", {"email": "ana@x.com.br", "hs_additional_emails": "ana@y.com.br"})
    for address in ("ana@x.com.br", "ANA@x.com.br", "ana@y.com.br"):
        read = caller.want(200, "GET", f"{OBJECTS}/contacts/{address}", idProperty="email")
        assert read["id"] == contact


def test_a_second_contact_of_one_address_is_a_conflict_naming_the_first() -> None:
    caller = Caller()
    first = caller.make("contacts", {"email": "Ana@X.com"})
    refused = caller.want(409, "POST", f"{OBJECTS}/contacts", {"properties": {"email": "ana@x.com"}})
    assert refused["message"] == f"Contact already exists. Existing ID: {first}"
    assert refused["category"] == "CONFLICT"


def test_companies_may_share_a_domain() -> None:
    caller = Caller()
    caller.make("companies", {"domain": "x.com"})
    caller.make("companies", {"domain": "x.com"})
    assert len(caller.portal.find("companies", "domain", "x.com")) == 2
