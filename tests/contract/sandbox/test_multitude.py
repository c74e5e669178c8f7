"""Tickets by the million: the same at each look, and ordinary ones once a hand is laid on them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.contract.sandbox.desk_caller import START, Caller

from zenhub_sync.sandbox.clock import SandboxClock
from zenhub_sync.sandbox.seed import seed_multitude
from zenhub_sync.sandbox.world import World
from zenhub_sync.sandbox.zendesk import DeskOptions, rows
from zenhub_sync.sandbox.zendesk.endings import SCRUBBED_USER

CURSOR = "/api/v2/incremental/tickets/cursor"
INCLUDE = "users,organizations,groups,brands,custom_statuses"


class Crowd(Caller):
    """A seeded world of so many tickets, of whose HubSpot records few are in memory."""

    def __init__(self, tickets: int) -> None:
        super().__init__()
        self.clock = SandboxClock(START, frozen=True)
        self.world = World(clock=self.clock, keep=30, desk_options=DeskOptions(enforce_limits=False))
        self.seeded = seed_multitude(self.world, tickets=tickets)
        self.desk = self.world.desk

    def pages(self, **params: object) -> list[Any]:
        """Export everything from the beginning."""
        params = {"support_type_scope": "all", "include": INCLUDE, **params}
        pages = [self.get(CURSOR, start_time=0, **params)]
        while not pages[-1]["end_of_stream"]:
            pages.append(self.get(CURSOR, cursor=pages[-1]["after_cursor"], **params))
        return pages

    def rows(self, **params: object) -> list[Any]:
        return [row for page in self.pages(**params) for row in page["tickets"]]


@pytest.fixture(scope="module")
def still() -> Crowd:
    """Nobody changes anything in this one."""
    return Crowd(1_200)


def test_every_page_is_the_same_when_asked_again(still: Crowd) -> None:
    assert still.pages(per_page=250) == still.pages(per_page=250)
    whole, parts = still.rows(), still.rows(per_page=170)
    assert whole == parts


def test_each_ticket_comes_once_in_the_order_of_the_export(still: Crowd) -> None:
    keys = [(row["generated_timestamp"], row["id"]) for row in still.rows(per_page=333)]
    assert keys == sorted(keys)
    assert {number for _, number in keys} == set(range(1, 1_201))
    assert keys[-1][0] <= still.clock.epoch() - 60


def test_tickets_have_the_keys_of_live_ones_and_the_size_of_real_ones(still: Crowd) -> None:
    for row in (still.get(f"/api/v2/tickets/{number}")["ticket"] for number in (61, 444, 1_200)):
        assert list(row) == list(rows.blank_ticket(1, ""))
        assert 3_400 < len(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()) < 3_700
        assert (len(row["custom_fields"]), row["fields"]) == (30, row["custom_fields"])
        assert len(row["description"]) > 300
        assert row["updated_at"] == rows.iso(START.fromtimestamp(row["generated_timestamp"], START.tzinfo))


def test_whatever_a_page_names_is_side_loaded_once(still: Crowd) -> None:
    for page in still.pages(per_page=400):
        people = [row["id"] for row in page["users"]]
        organizations = [row["id"] for row in page["organizations"]]
        assert len(set(people)) == len(people)
        assert {row["requester_id"] for row in page["tickets"]} - {SCRUBBED_USER} <= set(people)
        assert {row["organization_id"] for row in page["tickets"]} - {None} == set(organizations)
        assert {row["custom_status_id"] for row in page["tickets"]} == {row["id"] for row in page["custom_statuses"]}


def test_one_new_requester_for_five_tickets_who_is_of_the_tickets_organization(still: Crowd) -> None:
    many = [row for row in still.rows() if row["requester_id"] >= 42_000_000_000_000]
    people = {row["id"]: row for page in still.pages() for row in page["users"]}
    assert len({row["requester_id"] for row in many}) == len(many) // 5
    for row in many:
        assert row["organization_id"] == people[row["requester_id"]]["organization_id"]


def test_other_reads_show_what_the_export_shows(still: Crowd) -> None:
    exported = {row["id"]: row for row in still.rows()}
    shown = still.get("/api/v2/tickets/show_many", ids="900,100,77", include="groups,metric_sets")
    assert shown["tickets"] == [exported[77], exported[100], exported[900]]
    assert [row["ticket_id"] for row in shown["metric_sets"]] == [77, 100, 900]
    assert still.get("/api/v2/tickets/500")["ticket"] == exported[500]
    person = exported[500]["requester_id"]
    assert still.get(f"/api/v2/users/{person}")["user"]["id"] == person
    assert still.ask("/api/v2/tickets/1201").status == 404
    assert still.get("/api/v2/tickets/count")["count"]["value"] == 1_198  # one is deleted, one scrubbed
    with_metrics = still.get(CURSOR, start_time=0, per_page=1000, include="metric_sets")
    assert all(row["metric_set"]["ticket_id"] == row["id"] for row in with_metrics["tickets"])


def test_nine_of_ten_requesters_are_contacts_of_their_organizations_company(still: Crowd) -> None:
    portal = still.world.portal
    people = {row["email"]: row for page in still.pages() for row in page["users"] if "pessoa" in str(row["email"])}
    contacts = {portal.properties_of("contacts", one)["email"]: one for one in portal.ids("contacts")}
    known = people.keys() & contacts.keys()
    assert len(people) * 0.85 < len(known) < len(people) * 0.95
    for email in sorted(known)[:20]:
        [company] = portal.associated("contacts", contacts[email], "companies")
        assert portal.associated("contacts", contacts[email], "companies")[company] == {1, 279}
        assert portal.properties_of("companies", company)["domain"] == email.partition("@")[2]
        assert portal.properties_of("companies", company)["hubspot_owner_id"] in still.seeded.owners.values()


def test_a_changed_ticket_comes_again_at_the_end_and_only_it() -> None:
    crowd = Crowd(300)
    before = {row["id"]: row for row in crowd.rows()}
    bookmark = crowd.pages()[-1]["after_cursor"]
    crowd.desk.set_status(191, "solved")
    crowd.desk.offer_survey(191)
    crowd.desk.rate(191, points=1, comment="Demorou")
    crowd.clock.advance(61)
    [again] = crowd.get(CURSOR, cursor=bookmark)["tickets"]
    assert (again["id"], again["status"], again["satisfaction_rating"]["score"]) == (191, "solved", "bad")
    after = {row["id"]: row for row in crowd.rows()}
    assert {number for number in before if before[number] != after[number]} == {191}
    assert crowd.rows()[-1]["id"] == 191


def test_a_hand_that_is_refused_leaves_the_ticket_where_it_was() -> None:
    crowd = Crowd(300)
    before = crowd.rows()
    closed = next(row["id"] for row in before if row["status"] == "closed" and row["id"] > 100)
    with pytest.raises(ValueError, match="closed prevents ticket update"):
        crowd.desk.set_status(closed, "open")
    assert crowd.rows() == before


def test_tickets_people_and_organizations_end_as_ordinary_ones_do() -> None:
    crowd = Crowd(300)
    row = crowd.rows()[150]
    organization = row["organization_id"]
    crowd.desk.delete(191)
    crowd.desk.delete_organization(organization)
    crowd.desk.edit_user(row["requester_id"], email="nova@cliente00001.com.br")
    crowd.clock.advance(61)
    assert crowd.ask("/api/v2/tickets/191").status == 404
    assert crowd.ask(f"/api/v2/organizations/{organization}").status == 404
    assert {one["status"] for one in crowd.rows() if one["id"] == 191} == {"deleted"}
    assert organization not in {one["organization_id"] for one in crowd.rows()}
    assert crowd.get(f"/api/v2/users/{row['requester_id']}")["user"]["email"] == "nova@cliente00001.com.br"
    new = crowd.desk.add_ticket(subject="Novo", requester_id=row["requester_id"])
    assert new == 301


def test_the_address_of_the_account_is_in_every_row() -> None:
    crowd = Crowd(100)
    crowd.desk.base_url = "http://127.0.0.1:1234"
    [page] = crowd.pages()
    for name in ("tickets", "users", "organizations"):
        assert all(row["url"].startswith("http://127.0.0.1:1234/api/v2/") for row in page[name])


def test_too_few_tickets_make_no_multitude() -> None:
    with pytest.raises(ValueError, match="begins with 61 tickets"):
        Crowd(60)
