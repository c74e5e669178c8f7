"""Who is let in to the sandbox's Zendesk, and how everybody else is told."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.contract.sandbox.desk_caller import START, Caller, basic, body_of, sample

from zenhub_sync.sandbox.http import Request
from zenhub_sync.sandbox.zendesk import DeskOptions


def test_token_answer_is_200_with_the_keys_of_the_live_one_and_one_second_gone() -> None:
    recorded = sample("2026_oauth_token_client_credentials.json")["response"]
    response = Caller().mint(scope="tickets:read users:read", expires_in=1800)
    assert response.status == recorded["status"]
    assert body_of(response).keys() == recorded["body"].keys()
    assert body_of(response)["expires_in"] == 1799
    assert response.headers["cache-control"] == "no-store"


def test_token_request_may_be_a_form() -> None:
    form = b"grant_type=client_credentials&client_id=zenhub&client_secret=sandbox-secret&scope=read"
    headers = {"content-type": "application/x-www-form-urlencoded"}
    request = Request(method="POST", path="/oauth/tokens", headers=headers, body=form)
    assert body_of(Caller().desk.handle(request))["scope"] == "read"


@pytest.mark.parametrize(
    ("fields", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "wrong"}, 401, "invalid_client"),
        ({"scope": "tickets:write"}, 400, "invalid_scope"),
        ({"scope": "tickets:read write"}, 400, "invalid_scope"),
        ({"expires_in": 299}, 400, "invalid_request"),
        ({"expires_in": 172_801}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
def test_token_is_refused(fields: dict[str, object], status: int, error: str) -> None:
    response = Caller().mint(**fields)
    assert (response.status, body_of(response)["error"]) == (status, error)


def test_leaving_scope_out_grants_what_the_client_may_have() -> None:
    caller = Caller(DeskOptions(allowed_scopes=frozenset({"tickets:read", "users:read"})))
    assert body_of(caller.mint())["scope"] == "tickets:read users:read"


def test_a_misspelt_scope_yields_a_token_that_may_nothing() -> None:
    caller = Caller()
    assert body_of(caller.mint(scope="ticket:read"))["scope"] == ""
    response = caller.with_token("ticket:read").ask("/api/v2/tickets/count")
    assert response.status == 403


def test_tokens_without_an_end_have_no_expires_in() -> None:
    assert "expires_in" not in body_of(Caller(DeskOptions(token_life=None)).mint())


@pytest.mark.parametrize("way", ["expired", "revoked", "never issued"])
def test_a_token_that_is_not_valid_gets_401_even_on_users_me(way: str) -> None:
    caller = Caller().with_token("read")
    assert caller.get("/api/v2/users/me")["user"]["id"] is not None
    if way == "expired":
        caller.clock.advance(1800)
    elif way == "revoked":
        caller.desk.revoke_tokens()
    else:
        caller.authorization = "Bearer 0123456789"
    response = caller.ask("/api/v2/users/me")
    assert response.status == 401
    assert body_of(response) == sample("errors_catalogue.json")["items"][1]["body"]


def test_current_token_tells_its_scopes_and_its_end() -> None:
    token = Caller().with_token("tickets:read").get("/api/v2/oauth/tokens/current")["token"]
    assert (token["scopes"], token["expires_at"]) == (["tickets:read"], "2026-11-20T12:30:00Z")


@pytest.mark.parametrize(
    ("scope", "path", "missing"),
    [
        ("tickets:read", "/api/v2/groups", "groups:read, read"),
        ("users:read", "/api/v2/incremental/tickets/cursor", "tickets:read, read"),
        ("tickets:read", "/api/v2/account/settings.json", "account_settings:read, read"),
        ("tickets:read", "/api/v2/satisfaction_ratings", "satisfaction_ratings:read, read"),
    ],
)
def test_missing_scopes_are_spelled_out(scope: str, path: str, missing: str) -> None:
    response = Caller().with_token(scope).ask(path, start_time=0)
    assert response.status == 403
    assert body_of(response) == {
        "error": "Forbidden",
        "description": f"You are missing the following required scopes: {missing}",
    }


@pytest.mark.parametrize("path", ["/api/v2/groups", "/api/v2/brands.json", "/api/v2/tickets/count", "/api/v2/users/me"])
def test_the_broad_scope_reads_everything(path: str) -> None:
    assert Caller().with_token("read").ask(path).status == 200


def test_without_credentials_users_me_is_an_anonymous_200_and_all_else_401() -> None:
    caller = Caller()
    caller.authorization = None
    assert caller.get("/api/v2/users/me.json")["user"]["id"] is None
    response = caller.ask("/api/v2/tickets/count")
    assert (response.status, body_of(response)) == (401, {"error": "Couldn't authenticate you"})


@pytest.mark.parametrize(
    "credentials",
    ["ops@acme.example/token:wrong", "ops@acme.example:sandbox-token", "eve@acme.example/token:sandbox-token"],
)
def test_a_wrong_api_token_or_a_password_gets_401(credentials: str) -> None:
    caller = Caller()
    caller.authorization = basic(credentials)
    assert caller.ask("/api/v2/users/me").status == 401


def test_api_tokens_are_dead_from_their_last_day_on() -> None:
    caller = Caller()
    caller.clock.advance((datetime(2027, 4, 30, tzinfo=UTC) - START).total_seconds() - 1)
    assert caller.ask("/api/v2/users/me").status == 200
    caller.clock.advance(1)
    assert caller.ask("/api/v2/users/me").status == 401


@pytest.mark.parametrize(
    "path",
    [
        "/api/v2/incremental/tickets/cursor",
        "/api/v2/incremental/users/cursor",
        "/api/v2/incremental/organizations",
        "/api/v2/satisfaction_ratings",
        "/api/v2/guide/survey_responses",
    ],
)
def test_only_admins_may_export_and_read_ratings(path: str) -> None:
    response = Caller(DeskOptions(user_is_admin=False)).ask(path, start_time=0)
    assert response.status == 403
    assert body_of(response) == sample("errors_catalogue.json")["items"][4]["body"]
