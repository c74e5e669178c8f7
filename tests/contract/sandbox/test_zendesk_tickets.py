"""Tickets of the sandbox's Zendesk: their states, their ends, and the recorded ones."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.contract.sandbox.desk_caller import SAMPLES, START, Caller, body_of, sample

from zenhub_sync.sandbox.zendesk import Desk, DeskOptions

Act = Callable[[Desk, int], None]


@pytest.mark.parametrize("status", ["open", "pending", "hold", "solved"])
def test_setting_a_status_moves_both_stamps_and_the_custom_status_of_its_category(status: str) -> None:
    caller = Caller()
    ticket = caller.ticket()
    caller.clock.advance(60)
    caller.desk.set_status(ticket, status)
    row = caller.desk.ticket(ticket)
    assert (row["status"], row["updated_at"]) == (status, "2026-11-20T12:01:00Z")
    assert row["generated_timestamp"] == int(START.timestamp()) + 60
    statuses = {s["id"]: s["status_category"] for s in caller.get("/api/v2/custom_statuses")["custom_statuses"]}
    assert statuses[row["custom_status_id"]] == status


def test_a_closed_ticket_keeps_a_custom_status_of_the_category_solved() -> None:
    caller = Caller()
    ticket = caller.ticket(status="closed")
    statuses = {s["id"]: s["status_category"] for s in caller.get("/api/v2/custom_statuses")["custom_statuses"]}
    assert statuses[caller.desk.ticket(ticket)["custom_status_id"]] == "solved"
    assert set(statuses.values()) == {"new", "open", "pending", "hold", "solved"}


@pytest.mark.parametrize(
    "act",
    [
        lambda desk, ticket: desk.set_status(ticket, "open"),
        lambda desk, ticket: desk.edit(ticket, subject="x"),
        lambda desk, ticket: desk.rate(ticket, points=1),
        lambda desk, ticket: desk.offer_survey(ticket),
        lambda desk, ticket: desk.merge(ticket, desk.add_ticket(subject="y", requester_id=None)),
    ],
)
@pytest.mark.parametrize("ending", ["closed", "deleted"])
def test_closed_and_deleted_are_terminal_for_people(act: Act, ending: str) -> None:
    caller = Caller()
    ticket = caller.ticket(status="closed" if ending == "closed" else "solved")
    if ending == "deleted":
        caller.desk.delete(ticket)
    with pytest.raises(ValueError, match=r"closed|deleted"):
        act(caller.desk, ticket)


@pytest.mark.parametrize(
    "act",
    [
        lambda desk, ticket: desk.set_status(ticket, "received"),
        lambda desk, ticket: desk.edit(ticket, mood="grim"),
        lambda desk, ticket: desk.restore(ticket),
        lambda desk, ticket: desk.scrub(ticket),
        lambda desk, ticket: desk.merge(ticket, ticket),
        lambda desk, ticket: desk.set_status(ticket + 1, "open"),
        lambda desk, ticket: desk.add_ticket(subject="x", requester_id=1),
        lambda desk, ticket: desk.add_ticket(subject="x", requester_id=None, organization_id=1),
    ],
)
def test_what_cannot_be_is_a_value_error(act: Act) -> None:
    caller = Caller()
    with pytest.raises(ValueError, match=r"no |not|into itself"):
        act(caller.desk, caller.ticket())


def test_hold_needs_an_account_that_activated_it() -> None:
    caller = Caller(DeskOptions(on_hold_active=False))
    with pytest.raises(ValueError, match="on-hold"):
        caller.desk.set_status(caller.ticket(), "hold")
    assert "hold" not in {s["status_category"] for s in caller.get("/api/v2/custom_statuses")["custom_statuses"]}
    assert caller.get("/api/v2/account/settings")["settings"]["active_features"]["on_hold_status"] is False


def test_a_custom_status_reads_as_its_category() -> None:
    caller = Caller()
    waiting = caller.desk.add_custom_status("pending", "Aguardando fornecedor")
    ticket = caller.ticket()
    caller.desk.set_status(ticket, "pending", custom_status_id=waiting)
    row = caller.get(f"/api/v2/tickets/{ticket}")["ticket"]
    assert (row["status"], row["custom_status_id"]) == ("pending", waiting)
    with pytest.raises(ValueError, match="category"):
        caller.desk.set_status(ticket, "open", custom_status_id=waiting)


def test_a_deleted_ticket_is_404_everywhere_but_in_the_export_and_can_come_back() -> None:
    caller = Caller()
    ticket = caller.ticket(status="pending")
    caller.desk.delete(ticket)
    response = caller.ask(f"/api/v2/tickets/{ticket}.json")
    assert response.status == 404
    assert body_of(response) == sample("error_404_RecordNotFound.json")["response"]["body"]
    assert caller.get("/api/v2/tickets/show_many", ids=ticket)["tickets"] == []
    assert caller.export()["tickets"][0]["status"] == "deleted"
    caller.desk.restore(ticket)
    assert caller.get(f"/api/v2/tickets/{ticket}")["ticket"]["status"] == "pending"


def test_a_scrubbed_ticket_is_emptied_as_the_recorded_one_and_only_the_system_stamp_moves() -> None:
    (recorded,) = (
        entry["ticket"] for entry in sample("tickets_by_kind.json")["items"] if entry["ticket"]["subject"] == "SCRUBBED"
    )
    caller = Caller()
    organization = caller.desk.add_organization("Aurora")
    ticket = caller.ticket(tags=["vip"], organization_id=organization, description="CPF 000")
    caller.desk.delete(ticket)
    before = caller.desk.ticket(ticket)
    caller.clock.advance(30 * 86400)
    caller.desk.scrub(ticket)
    row = caller.export()["tickets"][0]
    emptied = ("subject", "raw_subject", "description", "requester_id", "submitter_id", "assignee_id", "group_id")
    for name in (*emptied, "organization_id", "tags", "status", "custom_fields"):
        assert row[name] == recorded[name], name
    assert row["updated_at"] == before["updated_at"]
    assert row["generated_timestamp"] == before["generated_timestamp"] + 30 * 86400
    with pytest.raises(ValueError, match="scrubbed"):
        caller.desk.restore(ticket)


def test_a_merged_source_is_closed_and_tagged_and_only_a_comment_names_the_target() -> None:
    caller = Caller()
    source, target = caller.ticket(tags=["fatura"]), caller.ticket()
    caller.desk.merge(source, target)
    row = caller.desk.ticket(source)
    assert (row["status"], row["tags"]) == ("closed", ["closed_by_merge", "fatura"])
    assert row["via"]["source"]["rel"] is None
    comment = caller.get(f"/api/v2/tickets/{source}/audits")["audits"][-1]["events"][0]
    assert comment["via"]["source"] == {"from": {"ticket_id": target}, "rel": "merge", "to": {}}
    assert caller.desk.ticket(target)["status"] == "new"


def test_tags_are_stored_lower_case_sorted_and_once() -> None:
    caller = Caller()
    assert caller.desk.ticket(caller.ticket(tags=["VIP", "api", "vip"]))["tags"] == ["api", "vip"]


def test_the_past_can_be_lived_through() -> None:
    caller = Caller()
    with caller.desk.at(START.replace(day=1)):
        ticket = caller.ticket()
    row = caller.desk.ticket(ticket)
    assert (row["created_at"], row["updated_at"]) == ("2026-11-01T12:00:00Z", "2026-11-01T12:00:00Z")
    assert row["generated_timestamp"] == int(START.replace(day=1).timestamp())


def test_urls_follow_the_address_of_the_account() -> None:
    caller = Caller()
    ticket = caller.ticket()
    caller.desk.base_url = "http://127.0.0.1:4000/"
    row = caller.get(f"/api/v2/tickets/{ticket}")["ticket"]
    assert row["url"] == f"http://127.0.0.1:4000/api/v2/tickets/{ticket}.json"


def test_recorded_tickets_are_loaded_value_for_value_and_exported() -> None:
    recorded = _latest_recorded()
    caller = Caller()
    loaded = caller.desk.load_recorded(SAMPLES)
    assert set(loaded) == recorded.keys()
    exported = {row["id"]: row for row in caller.export(support_type_scope="all")["tickets"]}
    for ticket_id, row in recorded.items():
        known = exported[ticket_id]
        assert {name: known[name] for name in row} == row
        assert known["generated_timestamp"] >= 0
    assert caller.ticket() > max(loaded)


def test_of_a_ticket_recorded_twice_the_later_stays(tmp_path: Any) -> None:
    older = {"id": 7, "status": "open", "updated_at": "2026-10-01T00:00:00Z", "generated_timestamp": 1790812800}
    newer = {"id": 7, "status": "solved", "updated_at": "2026-10-02T00:00:00Z"}
    for name, row in (("a", newer), ("b", older)):
        (tmp_path / f"{name}.json").write_text(json.dumps({"response": {"body": {"tickets": [row]}}}), "utf-8")
    caller = Caller()
    assert caller.desk.load_recorded(tmp_path) == (7,)
    assert caller.desk.ticket(7) == newer | {"generated_timestamp": 1790899200}


def _latest_recorded() -> dict[int, Any]:
    sample("tickets_by_kind.json")
    latest: dict[int, Any] = {}
    documents = [json.loads(path.read_text("utf-8")) for path in sorted(SAMPLES.glob("*.json"))]
    pages = (doc["response"]["body"] for doc in documents if isinstance(doc.get("response", {}).get("body"), dict))
    rows = itertools.chain.from_iterable(page.get("tickets", []) for page in pages)
    kinds = (entry["ticket"] for doc in documents for entry in doc.get("items", []) if "ticket" in entry)
    for row in itertools.chain(rows, kinds):
        if row["id"] not in latest or _when(latest[row["id"]]) <= _when(row):
            latest[row["id"]] = row
    return latest


def _when(row: Any) -> str:
    return str(row["updated_at"])
