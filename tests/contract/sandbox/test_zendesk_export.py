"""The incremental exports of the sandbox's Zendesk."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.contract.sandbox.desk_caller import START, Caller, body_of, sample

from zenhub_sync.sandbox.zendesk import DeskOptions

CURSOR = "/api/v2/incremental/tickets/cursor"


def ids(page: Any, kind: str = "tickets") -> list[int]:
    return [row["id"] for row in page[kind]]


def test_a_page_and_its_ticket_have_the_keys_of_the_live_ones() -> None:
    recorded = sample("2026_export_tickets_cursor_page.json")["response"]["body"]
    caller = Caller()
    caller.ticket()
    page = caller.export()
    assert page.keys() == recorded.keys()
    assert page["tickets"][0].keys() == recorded["tickets"][0].keys()
    assert len(page["tickets"][0]) == 41


def test_order_is_by_generated_timestamp_then_id() -> None:
    caller = Caller()
    first, second, third = caller.ticket(), caller.ticket(), caller.ticket()
    caller.clock.advance(5)
    caller.desk.touch(first)
    assert ids(caller.export()) == [second, third, first]


def test_the_cursor_is_base64_of_stamp_and_id_and_leads_on_strictly_after() -> None:
    caller = Caller()
    first, second = caller.ticket(), caller.ticket()
    page = caller.export(per_page=1)
    stamp = int(START.timestamp())
    assert base64.b64decode(page["after_cursor"]).decode() == f"{stamp}.0||{first}|"
    assert (ids(page), page["end_of_stream"]) == ([first], False)
    rest = caller.get(CURSOR, cursor=page["after_cursor"])
    assert (ids(rest), rest["end_of_stream"]) == ([second], True)


def test_the_last_page_keeps_its_cursor_and_an_empty_poll_has_none() -> None:
    caller = Caller()
    caller.ticket()
    page = caller.export()
    assert page["end_of_stream"]
    assert page["after_cursor"]
    poll = caller.get(CURSOR, cursor=page["after_cursor"])
    assert poll == {
        "tickets": [],
        "after_cursor": None,
        "after_url": None,
        "before_cursor": None,
        "before_url": None,
        "end_of_stream": True,
    }


def test_after_url_ends_in_json_and_echoes_unknown_parameters_but_not_start_time() -> None:
    caller = Caller()
    caller.ticket()
    page = caller.export(per_page=1, include="users", flavour="plain")
    url = urlsplit(page["after_url"])
    assert (url.netloc, url.path) == ("acme.zendesk.com", CURSOR + ".json")
    assert parse_qs(url.query) == {
        "cursor": [page["after_cursor"]],
        "per_page": ["1"],
        "include": ["users"],
        "flavour": ["plain"],
    }


def test_the_latest_minute_is_withheld_and_nothing_is_lost_by_it() -> None:
    caller = Caller()
    ticket = caller.ticket()
    caller.clock.advance(59)
    assert ids(caller.get(CURSOR, start_time=0)) == []
    caller.clock.advance(1)
    assert ids(caller.get(CURSOR, start_time=0)) == [ticket]


def test_start_time_includes_its_own_second() -> None:
    caller = Caller()
    ticket = caller.ticket()
    stamp = int(START.timestamp())
    caller.clock.advance(120)
    assert ids(caller.get(CURSOR, start_time=stamp)) == [ticket]
    assert ids(caller.get(CURSOR, start_time=stamp + 1)) == []


def test_a_ticket_changed_while_paging_comes_again_at_the_end() -> None:
    caller = Caller()
    first, second = caller.ticket(), caller.ticket()
    page = caller.export(per_page=1)
    caller.desk.set_status(first, "open")
    caller.clock.advance(61)
    assert ids(caller.get(CURSOR, cursor=page["after_cursor"])) == [second, first]


def test_a_system_update_moves_generated_timestamp_alone() -> None:
    caller = Caller()
    ticket = caller.ticket()
    before = caller.desk.ticket(ticket)
    caller.clock.advance(3600)
    caller.desk.touch(ticket)
    after = caller.desk.ticket(ticket)
    assert after["updated_at"] == before["updated_at"]
    assert after["generated_timestamp"] == before["generated_timestamp"] + 3600


def test_an_imported_ticket_keeps_its_old_dates_and_is_exported_as_new() -> None:
    caller = Caller()
    old = START - timedelta(days=400)
    caller.ticket(created_at=old, updated_at=old, status="closed")
    ticket = caller.export(start_time=int(START.timestamp()))["tickets"][0]
    assert (ticket["created_at"], ticket["status"]) == ("2025-10-16T12:00:00Z", "closed")


@pytest.mark.parametrize(
    ("params", "status", "error"),
    [
        ({"start_time": int(START.timestamp()) - 59}, 422, "InvalidValue"),
        ({"start_time": "yesterday"}, 400, "InvalidValue"),
        ({}, 400, "InvalidValue"),
        ({"cursor": "garbage"}, 400, "InvalidValue"),
        ({"cursor": base64.b64encode(b"1||2").decode()}, 400, "InvalidValue"),
        ({"start_time": 0, "include": "last_audits"}, 400, "InvalidValue"),
        ({"start_time": 0, "support_type_scope": "human"}, 400, "InvalidValue"),
    ],
)
def test_a_bad_request_is_refused(params: dict[str, object], status: int, error: str) -> None:
    response = Caller().ask(CURSOR, **params)
    assert (response.status, body_of(response)["error"]) == (status, error)


def test_a_start_time_of_a_minute_ago_is_old_enough() -> None:
    assert Caller().ask(CURSOR, start_time=int(START.timestamp()) - 60).status == 200


@pytest.mark.parametrize(("per_page", "rows"), [(0, 1), (-3, 1), (2, 2), (5000, 3)])
def test_per_page_is_kept_within_1_and_1000(per_page: int, rows: int) -> None:
    caller = Caller()
    for _ in range(3):
        caller.ticket()
    assert len(caller.export(per_page=per_page)["tickets"]) == rows


@pytest.mark.parametrize(
    ("scope", "wanted"), [(None, "agent"), ("agent", "agent"), ("ai_agent", "ai"), ("all", "both")]
)
def test_tickets_of_ai_agents_are_left_out_unless_asked_for(scope: str | None, wanted: str) -> None:
    caller = Caller()
    agent, ai = caller.ticket(support_type="agent"), caller.ticket(support_type="ai_agent")
    page = caller.export(**({} if scope is None else {"support_type_scope": scope}))
    assert ids(page) == {"agent": [agent], "ai": [ai], "both": [agent, ai]}[wanted]


def test_deleted_tickets_are_exported_as_deleted_unless_excluded() -> None:
    caller = Caller()
    ticket = caller.ticket()
    caller.desk.delete(ticket)
    assert caller.export()["tickets"][0]["status"] == "deleted"
    assert caller.export(exclude_deleted="true")["tickets"] == []


def test_sideloads_are_top_level_lists_with_each_row_once() -> None:
    caller = Caller()
    organization = caller.desk.add_organization("Padaria Boa Vista", domain_names=["boavista.com.br"])
    requester = caller.desk.add_user("Ana", "ana@boavista.com.br", organization_id=organization)
    for _ in range(2):
        caller.ticket(requester_id=requester, organization_id=organization)
    page = caller.export(include="users,organizations,groups,metric_sets,custom_statuses,nonsense")
    assert ids(page, "users") == [requester]
    assert ids(page, "organizations") == [organization]
    assert "deleted_at" not in page["organizations"][0]
    assert len(page["groups"]) == len(page["custom_statuses"]) == 1
    assert [row["ticket_id"] for row in page["metric_sets"]] == ids(page)
    assert page["tickets"][0]["metric_set"] == page["metric_sets"][0]
    assert "nonsense" not in page


def test_time_based_pages_keep_a_whole_second_together() -> None:
    caller = Caller()
    same = [caller.ticket() for _ in range(3)]
    caller.clock.advance(10)
    later = caller.ticket()
    caller.clock.advance(61)
    page = caller.get("/api/v2/incremental/tickets", start_time=0, per_page=1)
    stamp = int(START.timestamp())
    assert (ids(page), page["count"], page["end_time"]) == (same, 3, stamp + 1)
    assert not page["end_of_stream"]
    last = caller.get("/api/v2/incremental/tickets.json", start_time=page["end_time"], per_page=1)
    assert (ids(last), last["end_time"], last["end_of_stream"]) == ([later], stamp + 10, True)
    assert last["next_page"]


def test_users_export_goes_by_updated_at_and_its_links_have_no_json() -> None:
    caller = Caller()
    user = caller.desk.add_user("Bruno", "bruno@example.com.br")
    caller.clock.advance(10)
    caller.desk.delete_user(user)
    caller.clock.advance(61)
    page = caller.get("/api/v2/incremental/users/cursor.json", start_time=0)
    assert ids(page, "users")[-1] == user
    assert (page["users"][-1]["active"], page["users"][-1]["permanently_deleted"]) == (False, False)
    assert urlsplit(page["after_url"]).path == "/api/v2/incremental/users/cursor"
    assert base64.b64decode(page["after_cursor"]).decode() == f"{int(START.timestamp()) + 10}.0||{user}|"


def test_organizations_export_has_the_keys_of_the_live_one() -> None:
    recorded = sample("2026_export_organizations_time_per_page_1.json")["response"]["body"]
    caller = Caller()
    caller.desk.add_organization("Aurora")
    caller.clock.advance(61)
    page = caller.get("/api/v2/incremental/organizations", start_time=0)
    assert page.keys() == recorded.keys()
    assert page["organizations"][0].keys() == recorded["organizations"][0].keys()


def test_deleted_organizations_are_renamed_and_leave_their_tickets() -> None:
    caller = Caller()
    organization = caller.desk.add_organization("Aurora")
    ticket = caller.ticket(organization_id=organization)
    caller.desk.delete_organization(organization)
    caller.clock.advance(61)
    row = caller.get("/api/v2/incremental/organizations", start_time=0)["organizations"][0]
    assert (row["name"], row["deleted_at"]) == (f"{organization}_deleted_Aurora", "2026-11-20T12:00:00Z")
    assert caller.desk.ticket(ticket)["organization_id"] is None
    assert caller.ask(f"/api/v2/organizations/{organization}").status == 404


def test_withholding_can_be_switched_off() -> None:
    caller = Caller(DeskOptions(withhold=0))
    ticket = caller.ticket()
    assert ids(caller.get(CURSOR, start_time=0)) == [ticket]
