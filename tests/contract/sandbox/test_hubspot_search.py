"""What search finds in the sandbox's HubSpot, and how late."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contract.sandbox.portal_caller import OBJECTS, TICKET, Caller

from zenhub_sync.sandbox.hubspot import PortalOptions

SEARCH = f"{OBJECTS}/tickets/search"
UNLIMITED = PortalOptions(enforce_limits=False)


def where(name: str, operator: str, **given: Any) -> dict[str, Any]:
    return {"filterGroups": [{"filters": [{"propertyName": name, "operator": operator} | given]}]}


def subjects(caller: Caller, body: dict[str, Any]) -> set[str]:
    found = caller.want(200, "POST", SEARCH, body | {"properties": ["subject"]})["results"]
    return {one["properties"]["subject"] for one in found}


def test_a_record_is_found_only_when_its_last_write_has_aged() -> None:
    caller = Caller()
    ticket = caller.ticket()
    body = where("subject", "EQ", value="Printer on fire")

    def found() -> int:
        return int(caller.want(200, "POST", SEARCH, body)["total"])

    assert found() == 0
    caller.clock.advance(20)
    assert found() == 1
    caller.want(200, "PATCH", f"{OBJECTS}/tickets/{ticket}", {"properties": {"content": "x"}})
    assert found() == 0
    caller.want(200, "GET", f"{OBJECTS}/tickets/{ticket}")


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({}, {"Ana", "bia", "Caio"}),
        (where("subject", "EQ", value="ana"), {"Ana"}),
        (where("subject", "NEQ", value="ana"), {"bia", "Caio"}),
        (where("subject", "IN", values=["ana", "bia"]), {"Ana", "bia"}),
        (where("subject", "IN", values=["Ana"]), set()),
        (where("hs_ticket_priority", "EQ", value="LOW"), {"Ana"}),
        (where("hs_ticket_priority", "EQ", value="low"), set()),
        (where("hs_ticket_priority", "NEQ", value="LOW"), {"bia"}),
        (where("hs_ticket_priority", "NOT_IN", values=["LOW"]), {"bia"}),
        (where("hs_ticket_priority", "HAS_PROPERTY"), {"Ana", "bia"}),
        (where("hs_ticket_priority", "NOT_HAS_PROPERTY"), {"Caio"}),
        (where("content", "CONTAINS_TOKEN", value="fire"), {"Ana"}),
        (where("content", "NOT_CONTAINS_TOKEN", value="fire"), {"bia"}),
        (where("createdate", "GTE", value="2026-11-20T12:00:00.250Z"), {"Ana", "bia", "Caio"}),
        (where("createdate", "LT", value="1795176000250"), set()),
        (where("createdate", "BETWEEN", value="2026-11-20", highValue="2026-11-21"), {"Ana", "bia", "Caio"}),
        (where("hs_object_id", "GT", value="0"), {"Ana", "bia", "Caio"}),
        ({"query": "FIRE"}, {"Ana"}),
    ],
)
def test_filters_mean_what_the_guide_says(body: dict[str, Any], found: set[str]) -> None:
    caller = Caller(UNLIMITED)
    caller.ticket(subject="Ana", hs_ticket_priority="LOW", content="on fire")
    caller.ticket(subject="bia", hs_ticket_priority="HIGH", content="cold")
    caller.ticket(subject="Caio")
    caller.clock.advance(60)
    assert subjects(caller, body) == found


def test_a_ticket_is_found_by_its_contact() -> None:
    caller = Caller()
    contact = caller.make("contacts", {"email": "a@x.com"})
    caller.portal.create("tickets", TICKET | {"subject": "mine"}, [("contacts", contact, 16)])
    caller.ticket(subject="other")
    caller.clock.advance(60)
    assert subjects(caller, where("associations.contact", "EQ", value=contact)) == {"mine"}


ONE = {"propertyName": "subject", "operator": "EQ", "value": "x"}


@pytest.mark.parametrize(
    "body",
    [
        {"limit": 201},
        {"limit": 0},
        {"after": "x"},
        {"after": "9990", "limit": 11},
        {"sorts": ["subject", "content"]},
        {"sorts": ["nonsense"]},
        {"query": "x" * 3_001},
        {"filterGroups": [{"filters": [ONE]}] * 6},
        {"filterGroups": [{"filters": [ONE] * 7}]},
        {"filterGroups": [{"filters": [ONE] * 6}] * 3 + [{"filters": [ONE]}]},
        where("nonsense", "EQ", value="x"),
        where("subject", "LIKE", value="x"),
        where("subject", "EQ"),
        where("subject", "IN", value="x"),
        where("createdate", "BETWEEN", value="1"),
    ],
)
def test_a_search_beyond_the_rules_is_refused(body: dict[str, Any]) -> None:
    Caller().want(400, "POST", SEARCH, body)


def test_pages_go_by_an_integer_and_the_total_stays() -> None:
    caller = Caller()
    for number in range(5):
        caller.ticket(subject=str(number))
    caller.clock.advance(60)
    sort = [{"propertyName": "subject", "direction": "DESCENDING"}]
    first = caller.want(200, "POST", SEARCH, {"limit": 3, "sorts": sort})
    assert [one["properties"]["subject"] for one in first["results"]] == ["4", "3", "2"]
    assert (first["total"], first["paging"]) == (5, {"next": {"after": "3"}})
    rest = caller.want(200, "POST", SEARCH, {"limit": 3, "sorts": sort, "after": "3"})
    assert (len(rest["results"]), "paging" in rest) == (2, False)


def test_five_searches_a_second_are_the_most_and_show_no_headers() -> None:
    caller = Caller()
    for _ in range(5):
        answer = caller.ask("POST", SEARCH, {})
        assert answer.status == 200
        assert not [name for name in answer.headers if "RateLimit" in name]
    refused = caller.want(429, "POST", SEARCH, {})
    assert (refused["policyName"], refused["message"]) == ("SECONDLY", "You have reached your secondly limit.")
    caller.clock.advance(1)
    caller.want(200, "POST", SEARCH, {})


def test_searches_do_not_draw_on_the_burst() -> None:
    caller = Caller(PortalOptions(burst=1, search_per_second=3))
    for _ in range(3):
        caller.want(200, "POST", SEARCH, {})
    caller.want(200, "GET", f"{OBJECTS}/tickets")
