"""The ways Zendesk says no: four JSON envelopes, plain text, and an empty body."""

from __future__ import annotations

from typing import Any

from zenhub_sync.sandbox.http import Response, json_response


class Refusal(Exception):
    """Carry the answer that ends the request."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def named(status: int, error: str, description: str, **more: Any) -> Refusal:
    """Refuse in the commonest envelope: `error` is a name, `description` a sentence."""
    return Refusal(json_response(status, {"error": error, "description": description, **more}))


def oauth(status: int, error: str, description: str) -> Refusal:
    """Refuse as RFC 6749 spells it."""
    return Refusal(json_response(status, {"error": error, "error_description": description}))


def newer(status: int, code: str, title: str) -> Refusal:
    """Refuse as the newer services and the paginators do."""
    return Refusal(json_response(status, {"errors": [{"code": code, "title": title}]}))


def record_not_found() -> Refusal:
    return named(404, "RecordNotFound", "Not found")


def invalid_endpoint() -> Refusal:
    return named(404, "InvalidEndpoint", "Not found")


def guide_not_found() -> Refusal:
    """Answer as the Help Center service does for what is not there: 404 with nothing in it."""
    return Refusal(Response(status=404))


def no_access() -> Refusal:
    """Refuse for the caller's role or the account's plan."""
    message = (
        "You do not have access to this page. Please contact the account owner of this help desk for further help."
    )
    return Refusal(json_response(403, {"error": {"title": "Forbidden", "message": message}}))


def missing_scopes(scopes: str) -> Refusal:
    return named(403, "Forbidden", f"You are missing the following required scopes: {scopes}")


def not_authenticated() -> Refusal:
    return Refusal(json_response(401, {"error": "Couldn't authenticate you"}))


def invalid_token() -> Refusal:
    reason = "The access token provided is expired, revoked, malformed or invalid for other reasons."
    return oauth(401, "invalid_token", reason)


def too_many_values(name: str, limit: int) -> Refusal:
    return named(400, "TooManyValues", f"Parameter {name} cannot specify more than {limit} values", max_count=limit)


def account_limit(retry_after: int) -> Refusal:
    """Refuse in plain text, as the account-wide limit does (github airbytehq/airbyte issue 11035)."""
    headers = {"content-type": "text/plain; charset=UTF-8", "retry-after": str(retry_after)}
    return Refusal(Response(status=429, headers=headers, body=b"Number of allowed API requests per minute exceeded"))


def endpoint_limit(retry_after: int, *, export: bool) -> Refusal:
    """Refuse for an endpoint's own limit; the exports say so in JSON (zendesk-java-client issue 319)."""
    if not export:
        headers = {"content-type": "text/plain; charset=UTF-8", "retry-after": str(retry_after)}
        return Refusal(
            Response(status=429, headers=headers, body=b"You have exceeded the rate limit for this endpoint.")
        )
    refusal = named(
        429,
        "APIRateLimitExceeded",
        "Number of allowed incremental export API requests per minute exceeded",
    )
    refusal.response.headers["retry-after"] = str(retry_after)
    return refusal
