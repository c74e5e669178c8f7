"""The sandbox's refusals are the errors that HubSpot's own clients raise, with status and category."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from hubspot.crm.tickets.exceptions import (  # type: ignore[import-untyped]  # the client has no types
    ApiException,
    ForbiddenException,
    NotFoundException,
    UnauthorizedException,
)
from tests.contract.sdk.clients import TOKEN, frozen_sandbox, hubspot_sdk, open_hubspot_api_client, open_hubspot_sdk

from zenhub_sync.sandbox.hubspot import PortalOptions

TICKET = {"subject": "Fatura em dobro", "hs_pipeline": "0", "hs_pipeline_stage": "1"}
REFUSED = [
    pytest.param({"hs_ticket_category": "reports"}, "VALIDATION_ERROR", id="unknown option"),
    pytest.param({"hs_pipeline_stage": "404"}, "VALIDATION_ERROR", id="unknown stage"),
    pytest.param({"hs_unique_creation_key": "x"}, "VALIDATION_ERROR", id="read-only"),
    pytest.param({"hubspot_owner_id": "404"}, "VALIDATION_ERROR", id="unknown owner"),
]


@pytest.mark.parametrize(("changes", "category"), REFUSED)
def test_a_refused_value_is_a_bad_request_to_the_typed_client(
    typed: Any, changes: dict[str, str], category: str
) -> None:
    with pytest.raises(hubspot_sdk.BadRequestError) as caught:
        typed.crm.objects.tickets.create(properties=TICKET | changes, associations=[])
    assert (caught.value.status_code, caught.value.body["category"]) == (400, category)
    assert caught.value.body["correlationId"] == caught.value.response.headers["X-HubSpot-Correlation-Id"]


@pytest.mark.parametrize(("changes", "category"), REFUSED)
def test_a_refused_value_is_an_error_model_to_the_generated_client(
    generated: Any, changes: dict[str, str], category: str
) -> None:
    tickets = generated.crm.tickets.basic_api
    with pytest.raises(ApiException) as caught:
        tickets.create({"properties": TICKET | changes, "associations": []})
    error = tickets.api_client.deserialize(SimpleNamespace(data=caught.value.body), "Error")
    assert (caught.value.status, error.category) == (400, category)
    assert error.correlation_id == caught.value.headers["X-HubSpot-Correlation-Id"]


def owners(client: Any) -> Any:
    return client.crm.owners.list()


def list_twice(client: Any) -> Any:
    return [client.crm.objects.tickets.list() for _ in range(2)]


def same_group_twice(client: Any) -> Any:
    return [client.crm.properties.groups.create("tickets", name="zendesk", label="Zendesk") for _ in range(2)]


def unknown_ticket(client: Any) -> Any:
    return client.crm.objects.tickets.get("404")


@pytest.mark.parametrize(
    ("ask", "options", "token", "error", "named"),
    [
        (owners, PortalOptions(), "pat-na1-wrong", "AuthenticationError", {"category": "INVALID_AUTHENTICATION"}),
        (owners, PortalOptions(scopes=frozenset()), TOKEN, "PermissionDeniedError", {"category": "MISSING_SCOPES"}),
        (unknown_ticket, PortalOptions(), TOKEN, "NotFoundError", {"message": "resource not found"}),
        (same_group_twice, PortalOptions(), TOKEN, "ConflictError", {"category": "OBJECT_ALREADY_EXISTS"}),
        (list_twice, PortalOptions(burst=1), TOKEN, "RateLimitError", {"policyName": "TEN_SECONDLY_ROLLING"}),
        (list_twice, PortalOptions(daily=1), TOKEN, "RateLimitError", {"policyName": "DAILY"}),
    ],
)
def test_other_refusals_are_errors_of_their_status(
    ask: Callable[[Any], Any], options: PortalOptions, token: str, error: str, named: dict[str, str]
) -> None:
    with (
        frozen_sandbox(portal=options) as sandbox,
        open_hubspot_sdk(sandbox.base_url, token=token) as client,
        pytest.raises(getattr(hubspot_sdk, error)) as caught,
    ):
        ask(client)
    assert caught.value.body | named == caught.value.body


@pytest.mark.parametrize(
    ("token", "scopes", "error"),
    [
        ("pat-na1-wrong", PortalOptions().scopes, UnauthorizedException),
        (TOKEN, frozenset[str](), ForbiddenException),
        (TOKEN, PortalOptions().scopes, NotFoundException),
    ],
)
def test_the_generated_client_tells_these_apart_too(token: str, scopes: frozenset[str], error: type[Exception]) -> None:
    with (
        frozen_sandbox(portal=PortalOptions(scopes=scopes)) as sandbox,
        open_hubspot_api_client(sandbox.base_url, token=token) as client,
        pytest.raises(error),
    ):
        client.crm.tickets.basic_api.get_by_id("404")
