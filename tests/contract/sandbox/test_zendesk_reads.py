"""Bulk reads, lists and search of the sandbox's Zendesk."""

from __future__ import annotations

import pytest
from tests.contract.sandbox.desk_caller import Caller, body_of, sample


def test_show_many_sorts_by_id_and_leaves_out_what_is_missing() -> None:
    caller = Caller()
    first, second = caller.ticket(), caller.ticket()
    page = caller.get("/api/v2/tickets/show_many.json", ids=f"{second},999,{first},{first}")
    assert [row["id"] for row in page["tickets"]] == [first, second]
    recorded = sample("tickets_show_many.json")["response"]["body"]
    assert page.keys() == recorded.keys()


@pytest.mark.parametrize("kind", ["tickets", "users", "organizations"])
def test_more_than_100_ids_are_refused(kind: str) -> None:
    caller = Caller()
    assert caller.ask(f"/api/v2/{kind}/show_many", ids=",".join(map(str, range(1, 101)))).status == 200
    response = caller.ask(f"/api/v2/{kind}/show_many", ids=",".join(map(str, range(1, 102))))
    recorded = sample("error_400_TooManyValues.json")["response"]["body"]
    assert response.status == 400
    assert body_of(response) == recorded | {"description": "Parameter ids cannot specify more than 100 values"}


@pytest.mark.parametrize("kind", ["users", "organizations"])
def test_users_and_organizations_have_the_keys_of_the_recorded_ones(kind: str) -> None:
    recorded = sample(f"{kind}_show_many.json")["response"]["body"]
    caller = Caller()
    made = caller.desk.add_organization("Aurora") if kind == "organizations" else caller.desk.add_user("Ana", None)
    page = caller.get(f"/api/v2/{kind}/show_many", ids=made)
    assert page.keys() >= recorded.keys()
    assert page[kind][0].keys() >= recorded[kind][0].keys()


def test_external_ids_are_matched_without_regard_to_case() -> None:
    caller = Caller()
    made = caller.desk.add_organization("Aurora", external_id="CRM-7")
    page = caller.get("/api/v2/organizations/show_many", external_ids="crm-7")
    assert [row["id"] for row in page["organizations"]] == [made]


@pytest.mark.parametrize("path", ["/api/v2/nothing", "/api/v2/tickets/abc", "/api/v2/nothing.json"])
def test_an_unknown_path_is_an_invalid_endpoint(path: str) -> None:
    response = Caller().ask(path)
    assert response.status == 404
    assert body_of(response) == {"error": "InvalidEndpoint", "description": "Not found"}


def test_search_lags_and_stops_at_a_thousand() -> None:
    caller = Caller()
    ticket = caller.ticket(status="pending")
    caller.ticket(status="open")
    query = "type:ticket status:pending"
    assert caller.get("/api/v2/search", query=query)["count"] == 0
    caller.clock.advance(120)
    found = caller.get("/api/v2/search.json", query=query)
    assert [(row["id"], row["result_type"]) for row in found["results"]] == [(ticket, "ticket")]
    beyond = caller.ask("/api/v2/search", query=query, page=11)
    assert (beyond.status, body_of(beyond)["error"]) == (422, "invalid")
    assert caller.ask("/api/v2/search", **{"query": query, "page[size]": 10}).status == 400


def test_lists_page_by_cursor_with_a_next_link_even_at_the_end() -> None:
    caller = Caller()
    made = [caller.ticket() for _ in range(3)]
    page = caller.get("/api/v2/tickets", **{"page[size]": 2})
    assert ([row["id"] for row in page["tickets"]], page["meta"]["has_more"]) == (made[:2], True)
    after = page["meta"]["after_cursor"]
    last = caller.get("/api/v2/tickets", **{"page[size]": 2, "page[after]": after})
    assert ([row["id"] for row in last["tickets"]], last["meta"]["has_more"]) == (made[2:], False)
    assert last["links"]["next"] is not None


def test_lists_page_by_offset_down_to_ten_thousand() -> None:
    caller = Caller()
    made = [caller.ticket() for _ in range(3)]
    page = caller.get("/api/v2/tickets", per_page=2, page=2)
    assert ([row["id"] for row in page["tickets"]], page["count"], page["next_page"]) == (made[2:], 3, None)
    deep = caller.ask("/api/v2/tickets", page=101)
    assert (deep.status, body_of(deep)["errors"][0]["code"]) == (400, "InvalidPaginationDepth")
