"""What `zenpy`, an independent client of Zendesk, makes of the sandbox's answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from tests.contract.sdk.clients import NOON, frozen_sandbox
from zenpy import Zenpy  # type: ignore[import-untyped]  # the client has no types
from zenpy.lib.exception import (  # type: ignore[import-untyped]  # the client has no types
    APIException,
    RatelimitBudgetExceeded,
    RecordNotFoundException,
    TooManyValuesException,
)

from zenhub_sync.sandbox.server import Sandbox
from zenhub_sync.sandbox.zendesk import DeskOptions


@contextmanager
def opened(sandbox: Sandbox, environment: pytest.MonkeyPatch, token: str = "sandbox-token") -> Iterator[Any]:
    """Open a client that forgets what it read, and gives up where it would have to wait."""
    environment.setenv("ZENPY_FORCE_SCHEME", "http")
    environment.setenv("ZENPY_FORCE_NETLOC", sandbox.base_url.removeprefix("http://"))
    with requests.Session() as session:
        session.trust_env = False
        yield Zenpy(
            subdomain="acme",
            email="ops@acme.example",
            token=token,
            session=session,
            disable_cache=True,
            ratelimit_budget=1,
        )


@pytest.fixture
def zenpy(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    with opened(sandbox, monkeypatch) as client:
        yield client


@pytest.fixture
def tickets(sandbox: Sandbox) -> list[int]:
    """Open five solved tickets of one organization, the first one rated bad; two minutes ago."""
    desk = sandbox.desk
    organization = desk.add_organization("Padaria Central", domain_names=["padaria.com.br"])
    requester = desk.add_user("Ana Souza", "ana@padaria.com.br", organization_id=organization)
    ids = [
        desk.add_ticket(subject=f"Fatura {n}", status="solved", requester_id=requester, organization_id=organization)
        for n in range(5)
    ]
    desk.offer_survey(ids[0])
    desk.rate(ids[0], points=1, comment="Demorou demais", reason="Demora")
    sandbox.clock.advance(121)
    return ids


def test_the_cursor_export_is_followed_to_its_end(sandbox: Sandbox, zenpy: Any, tickets: list[int]) -> None:
    exported = list(zenpy.tickets.incremental(start_time=0, per_page=2))
    assert sorted(ticket.id for ticket in exported) == tickets
    assert len(sandbox.requests) == 3
    assert {ticket.id: ticket.satisfaction_rating.score for ticket in exported}[tickets[0]] == "bad"


def test_the_last_cursor_is_the_bookmark_of_the_next_run(sandbox: Sandbox, zenpy: Any, tickets: list[int]) -> None:
    export = zenpy.tickets.incremental(start_time=0)
    assert (len(list(export)), export.end_of_stream) == (5, True)
    sandbox.desk.edit(tickets[2], priority="urgent")
    sandbox.clock.advance(61)
    assert [ticket.id for ticket in zenpy.tickets.incremental(cursor=export.after_cursor)] == [tickets[2]]


def test_the_time_based_export_says_where_it_ends(zenpy: Any, tickets: list[int]) -> None:
    export = zenpy.tickets.incremental(start_time=0, paginate_by_time=True)
    assert sorted(ticket.id for ticket in export) == tickets
    assert (export.count, export.end_time) == (5, int(NOON.timestamp()))


def test_users_and_organizations_are_exported(sandbox: Sandbox, zenpy: Any, tickets: list[int]) -> None:
    users = list(zenpy.users.incremental(start_time=0, per_page=1))
    assert {user.email for user in users} >= {"ana@padaria.com.br", "ops@acme.example"}
    sandbox.desk.add_organization("Mercado Sul")
    sandbox.clock.advance(61)
    exported = zenpy.organizations.incremental(start_time=0, per_page=1)
    assert [organization.name for organization in exported] == ["Padaria Central", "Mercado Sul"]


def test_records_are_read_by_their_ids(zenpy: Any, tickets: list[int]) -> None:
    assert [ticket.id for ticket in zenpy.tickets(ids=tickets[::-1])] == tickets
    requester = zenpy.tickets(id=tickets[0]).requester
    assert [user.name for user in zenpy.users(ids=[requester.id])] == ["Ana Souza"]
    (organization,) = zenpy.organizations(ids=[requester.organization_id])
    assert organization.domain_names == ["padaria.com.br"]


@pytest.mark.parametrize("by_cursor", [True, False])
def test_tickets_are_listed_in_pages_of_either_kind(zenpy: Any, tickets: list[int], *, by_cursor: bool) -> None:
    size = {"page_size": 2} if by_cursor else {"cursor_pagination": False, "per_page": 2}
    assert [ticket.id for ticket in zenpy.tickets(**size)] == tickets


def test_oneself(zenpy: Any) -> None:
    me = zenpy.users.me()
    assert (me.email, me.role) == ("ops@acme.example", "admin")


def test_satisfaction_ratings(zenpy: Any, tickets: list[int]) -> None:
    (rating,) = zenpy.satisfaction_ratings(score="bad")
    assert (rating.score, rating.comment, rating.ticket_id) == ("bad", "Demorou demais", tickets[0])
    assert rating.ticket.subject == "Fatura 0"


def test_custom_statuses(sandbox: Sandbox, zenpy: Any) -> None:
    own = sandbox.desk.add_custom_status("pending", "Com o financeiro")
    statuses = {status.id: status for status in zenpy.custom_statuses()}
    assert {status.status_category for status in statuses.values()} == {"new", "open", "pending", "hold", "solved"}
    assert (statuses[own].agent_label, statuses[own].default) == ("Com o financeiro", False)


def test_the_history_of_a_ticket_tells_of_its_survey(zenpy: Any, tickets: list[int]) -> None:
    events = [event["type"] for audit in zenpy.tickets.audits(ticket=tickets[0]) for event in audit.to_dict()["events"]]
    assert events == ["Comment", "Create", "SurveyOffered", "SurveyResponseSubmitted"]


def test_a_search(zenpy: Any, tickets: list[int]) -> None:
    assert {ticket.id for ticket in zenpy.search(query="type:ticket status:solved")} == set(tickets)


def test_what_is_not_there_and_what_is_too_much(zenpy: Any) -> None:
    with pytest.raises(RecordNotFoundException):
        zenpy.tickets(id=404)
    with pytest.raises(TooManyValuesException) as caught:
        zenpy.tickets(ids=range(1, 102))
    assert caught.value.response.json()["max_count"] == 100


def test_a_wrong_token(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(sandbox, monkeypatch, token="wrong") as client, pytest.raises(APIException) as caught:
        client.tickets(id=1)
    assert (caught.value.response.status_code, "authenticate" in str(caught.value)) == (401, True)


@pytest.mark.parametrize(
    "options", [DeskOptions(export_limit=1), DeskOptions(account_limit=1)], ids=["of the exports", "of the account"]
)
def test_a_full_minute_asks_to_wait_for_the_next(options: DeskOptions, monkeypatch: pytest.MonkeyPatch) -> None:
    with frozen_sandbox(desk=options) as sandbox, opened(sandbox, monkeypatch) as client:
        client.tickets.incremental(start_time=0)
        with pytest.raises(RatelimitBudgetExceeded):
            client.tickets.incremental(start_time=0)
        sandbox.clock.advance(60)
        assert list(client.tickets.incremental(start_time=0)) == []
