"""Who may ask the sandbox's HubSpot, for what, and how often."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contract.sandbox.portal_caller import OBJECTS, TASK, TICKET, Caller, new_property

from zenhub_sync.sandbox.hubspot import DEFAULT_SCOPES, PortalOptions

TICKETS = f"{OBJECTS}/tickets"
LABELS = "/crm/associations/2026-09/tickets/companies/labels"
REMAINING = "X-HubSpot-RateLimit-Remaining"


@pytest.mark.parametrize("header", ["", "Bearer wrong", "pat-na1-sandbox", "Basic pat-na1-sandbox", "Bearer"])
def test_a_wrong_credential_is_401(header: str) -> None:
    caller = Caller()
    caller.headers["authorization"] = header
    refused = caller.want(401, "GET", TICKETS)
    assert refused["category"] == "INVALID_AUTHENTICATION"
    assert refused["message"].startswith("Authentication credentials not found.")


BODIES: dict[str, Any] = {
    f"POST {TICKETS}": {"properties": TICKET},
    f"POST {OBJECTS}/tasks": {"properties": TASK},
    "POST /crm/properties/2026-09/tickets": new_property("x"),
    "POST /crm/pipelines/2026-09/tickets/0/stages": {"label": "X", "displayOrder": 0, "metadata": {}},
}
PROPERTIES = "/crm/properties/2026-09/tickets"
PIPELINES = "/crm/pipelines/2026-09/tickets"
NEW_TICKET = f"POST {TICKETS}"


@pytest.mark.parametrize(
    ("endpoint", "enough", "too_little"),
    [
        (f"GET {TICKETS}", "crm.objects.tickets.read", "crm.objects.tickets.write"),
        (f"GET {TICKETS}", "tickets", "crm.objects.contacts.read"),
        (NEW_TICKET, "crm.objects.tickets.write", "crm.objects.tickets.read"),
        (NEW_TICKET, "tickets", "crm.schemas.tickets.write"),
        (f"POST {TICKETS}/search", "crm.objects.tickets.read", "crm.objects.tickets.write"),
        (f"GET {OBJECTS}/tasks", "crm.objects.contacts.read", "crm.objects.tickets.read"),
        (f"POST {OBJECTS}/tasks", "crm.objects.contacts.write", "crm.objects.contacts.read"),
        (f"GET {OBJECTS}/companies", "crm.objects.companies.read", "crm.objects.contacts.read"),
        (f"POST {OBJECTS}/companies", "crm.objects.companies.write", "crm.objects.companies.read"),
        ("GET /crm/owners/2026-09", "crm.objects.owners.read", "crm.objects.contacts.read"),
        (f"GET {LABELS}", "crm.objects.tickets.read crm.objects.companies.read", "crm.objects.tickets.read"),
        (f"GET {PIPELINES}", "tickets", "oauth"),
        (f"GET {PIPELINES}", "crm.objects.contacts.read", "crm.objects.contacts.write"),
        (f"POST {PIPELINES}/0/stages", "crm.schemas.tickets.write", "crm.objects.tickets.write"),
        (f"POST {PROPERTIES}", "crm.schemas.tickets.write", "crm.objects.tickets.write"),
        (f"POST {PROPERTIES}", "tickets", "crm.schemas.tickets.read"),
        (f"GET {PROPERTIES}", "crm.schemas.tickets.read", "crm.schemas.tickets.write"),
        ("GET /crm/limits/2026-09/pipelines", "crm.objects.tickets.read", "crm.schemas.tickets.read"),
    ],
)
def test_an_endpoint_wants_its_scopes_and_no_more(endpoint: str, enough: str, too_little: str) -> None:
    method, path = endpoint.split()
    body = BODIES.get(endpoint, {} if method == "POST" else None)
    granted = Caller(PortalOptions(scopes=frozenset(enough.split())))
    assert granted.ask(method, path, body).status in (200, 201)
    refused = Caller(PortalOptions(scopes=frozenset({too_little}))).want(403, method, path, body)
    assert refused["category"] == "MISSING_SCOPES"


def test_a_missing_scope_is_named() -> None:
    refused = Caller(PortalOptions(scopes=frozenset({"oauth"}))).want(403, "GET", f"{OBJECTS}/tasks")
    assert refused["errors"][0]["context"]["requiredGranularScopes"] == ["crm.objects.contacts.read"]
    assert refused["links"] == {"scopes": "https://developers.hubspot.com/scopes"}


def test_a_schema_read_with_a_write_only_key_names_no_scope() -> None:
    caller = Caller(PortalOptions(scopes=frozenset({"crm.schemas.tickets.write"})))
    refused = caller.want(403, "GET", "/crm/properties/2026-09/tickets")
    assert "errors" not in refused


def test_associations_of_an_object_need_the_other_scope_too() -> None:
    scopes = DEFAULT_SCOPES - {"crm.objects.companies.read", "crm.objects.companies.write"}
    caller = Caller(PortalOptions(scopes=scopes))
    ticket = caller.ticket()
    caller.want(403, "GET", f"{TICKETS}/{ticket}", associations="companies")
    caller.want(403, "GET", f"{TICKETS}/{ticket}/associations/companies")


def test_every_answer_has_a_correlation_id_that_its_error_repeats() -> None:
    caller = Caller()
    seen = set()
    for path in (TICKETS, f"{TICKETS}/999", "/crm/v3/objects/tickets"):
        answer = caller.ask("GET", path)
        correlation_id = answer.headers["X-HubSpot-Correlation-Id"]
        seen.add(correlation_id)
        if b"correlationId" in answer.body:
            assert correlation_id.encode() in answer.body
    assert len(seen) == 3


def test_an_answer_tells_what_is_left() -> None:
    caller = Caller()
    caller.want(404, "GET", f"{TICKETS}/999")
    answer = caller.ask("GET", TICKETS)
    limits = {name: value for name, value in answer.headers.items() if "RateLimit" in name}
    assert limits == {
        "X-HubSpot-RateLimit-Max": "190",
        "X-HubSpot-RateLimit-Remaining": "188",
        "X-HubSpot-RateLimit-Interval-Milliseconds": "10000",
        "X-HubSpot-RateLimit-Daily": "625000",
        "X-HubSpot-RateLimit-Daily-Remaining": "624998",
    }


def test_the_burst_is_a_rolling_ten_seconds() -> None:
    caller = Caller(PortalOptions(burst=2))
    caller.want(200, "GET", TICKETS)
    caller.clock.advance(6)
    caller.want(200, "GET", TICKETS)
    refused = caller.want(429, "GET", TICKETS)
    assert refused["policyName"] == "TEN_SECONDLY_ROLLING"
    assert refused["message"] == "You have reached your ten_secondly_rolling limit."
    assert refused["errorType"] == "RATE_LIMIT"
    caller.clock.advance(4)
    caller.want(200, "GET", TICKETS)
    caller.want(429, "GET", TICKETS)


def test_associations_have_a_burst_of_their_own() -> None:
    caller = Caller(PortalOptions(burst=2, association_burst=1))
    caller.want(200, "GET", LABELS)
    caller.want(429, "GET", LABELS)
    caller.want(200, "GET", TICKETS)
    assert caller.ask("GET", TICKETS).headers[REMAINING] == "0"
    refused = caller.ask("GET", f"{TICKETS}/1/associations/tasks")
    assert (refused.status, refused.headers["X-HubSpot-RateLimit-Max"]) == (429, "1")


def test_the_day_ends_at_midnight_of_the_portal() -> None:
    caller = Caller(PortalOptions(daily=1))
    caller.want(200, "GET", TICKETS)
    refused = caller.want(429, "GET", TICKETS)
    assert (refused["policyName"], refused["message"]) == ("DAILY", "You have reached your daily limit.")
    caller.clock.advance(14 * 3600)  # 23:00 in São Paulo
    caller.want(429, "GET", TICKETS)
    caller.clock.advance(3600)
    caller.want(200, "GET", TICKETS)


def test_limits_may_be_off() -> None:
    caller = Caller(PortalOptions(burst=1, daily=1, association_burst=1, search_per_second=1, enforce_limits=False))
    for _ in range(3):
        caller.want(200, "GET", TICKETS)
        caller.want(200, "GET", LABELS)
        caller.want(200, "POST", f"{TICKETS}/search", {})


def test_people_have_no_limits() -> None:
    caller = Caller(PortalOptions(burst=1, daily=1))
    for _ in range(5):
        caller.portal.create("tickets", TICKET)
    assert len(caller.portal.ids("tickets")) == 5


def test_a_token_is_introspected_without_authorization() -> None:
    caller = Caller()
    del caller.headers["authorization"]
    path = "/oauth/v2/private-apps/get/access-token-info"
    shown = caller.want(200, "POST", path, {"tokenKey": "pat-na1-sandbox"})
    assert shown["hubId"] == 24601
    assert set(shown["scopes"]) == DEFAULT_SCOPES
    assert shown.keys() == {"userId", "hubId", "appId", "scopes"}
    caller.want(404, "POST", path, {"tokenKey": "other"})


def test_the_account_tells_its_id_and_time_zone() -> None:
    shown = Caller(PortalOptions(portal_id=7)).want(200, "GET", "/account-info/2026-09/details")
    assert (shown["portalId"], shown["timeZone"], shown["utcOffset"]) == (7, "America/Sao_Paulo", "-03:00")


def test_the_daily_usage_does_not_count_a_service_key() -> None:
    caller = Caller()
    [usage] = caller.want(200, "GET", "/account-info/2026-09/api-usage/daily/private-apps")["results"]
    assert (usage["currentUsage"], usage["usageLimit"], usage["resetsAt"]) == (0, 625_000, "2026-11-21T03:00:00.000Z")


def test_an_address_can_be_too_long() -> None:
    assert Caller().ask("GET", TICKETS, properties="x" * 16_000).status == 414
