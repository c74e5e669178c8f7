"""Rate limits of the sandbox's Zendesk: windows, headers and the two ways to say 429."""

from __future__ import annotations

import pytest
from tests.contract.sandbox.desk_caller import Caller, body_of, sample

from zenhub_sync.sandbox.zendesk import DeskOptions

CURSOR = "/api/v2/incremental/tickets/cursor"


def test_an_export_carries_the_headers_of_the_live_one() -> None:
    recorded = sample("2026_export_tickets_cursor_page.json")["response"]["headers"]
    caller = Caller()
    caller.clock.advance(15)
    headers = caller.ask(CURSOR, start_time=0).headers
    names = [name for name in recorded if "ratelimit" in name or "rate-limit" in name]
    assert {name: headers[name] for name in names} == {name: recorded[name] for name in names}


def test_guide_answers_have_their_own_pool_and_two_headers() -> None:
    caller = Caller()
    caller.ask("/api/v2/groups")
    headers = caller.ask("/api/v2/guide/survey_responses").headers
    limits = {name: value for name, value in headers.items() if "ratelimit" in name or "rate-limit" in name}
    assert limits == {"x-rate-limit": "400", "x-rate-limit-remaining": "399"}


def test_exports_share_ten_a_minute_and_refuse_in_json_while_the_account_has_plenty() -> None:
    caller = Caller()
    paths = [CURSOR, "/api/v2/incremental/organizations", "/api/v2/incremental/tickets"]
    answers = [caller.ask(paths[n % 3], start_time=0) for n in range(11)]
    assert [answer.status for answer in answers] == [200] * 10 + [429]
    refused = answers[-1]
    assert refused.headers["retry-after"] == "60"
    assert refused.headers["x-rate-limit-remaining"] == "389"
    assert refused.headers["zendesk-ratelimit-incremental-exports"] == "total=10; remaining=0; resets=60"
    assert body_of(refused) == sample("errors_catalogue.json")["items"][12]["body"]


def test_the_users_export_has_twenty_of_its_own() -> None:
    caller = Caller()
    answers = [caller.ask("/api/v2/incremental/users/cursor", start_time=0) for _ in range(21)]
    assert [answer.status for answer in answers] == [200] * 20 + [429]
    assert answers[0].headers["zendesk-ratelimit-incremental-exports-cursor"] == "total=20; remaining=19; resets=60"
    assert caller.ask(CURSOR, start_time=0).status == 200


def test_the_account_limit_refuses_in_plain_text() -> None:
    caller = Caller(DeskOptions(account_limit=2))
    answers = [caller.ask("/api/v2/groups") for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 200, 429]
    assert answers[-1].headers["content-type"].startswith("text/plain")
    assert answers[-1].body == b"Number of allowed API requests per minute exceeded"
    assert caller.ask("/api/v2/guide/survey_responses").status == 200


def test_windows_are_fixed_minutes() -> None:
    caller = Caller(DeskOptions(account_limit=1))
    caller.clock.advance(40)
    caller.ask("/api/v2/groups")
    refused = caller.ask("/api/v2/groups")
    assert (refused.status, refused.headers["retry-after"]) == (429, "20")
    caller.clock.advance(20)
    assert caller.ask("/api/v2/groups").status == 200


@pytest.mark.parametrize("path", ["/api/v2/groups", CURSOR])
def test_limits_can_be_switched_off(path: str) -> None:
    caller = Caller(DeskOptions(enforce_limits=False, account_limit=1, export_limit=1))
    assert {caller.ask(path, start_time=0).status for _ in range(5)} == {200}


def test_asking_without_credentials_costs_the_account_nothing() -> None:
    caller = Caller(DeskOptions(account_limit=1))
    authorization, caller.authorization = caller.authorization, None
    caller.ask("/api/v2/groups")
    caller.authorization = authorization
    assert caller.ask("/api/v2/groups").status == 200
