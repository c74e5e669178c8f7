"""Zendesk's refusals, in all the forms they take, are named by the reader's next move."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes.sender import call

from zenhub_sync.transport.call import Answer
from zenhub_sync.transport.errors import (
    Missing,
    OutcomeUnknown,
    Rejected,
    ServiceError,
    Throttled,
    Unauthorized,
    Unavailable,
)
from zenhub_sync.zendesk.refusals import decipher

SCOPES = "You are missing the following required scopes: groups:read, read"

REFUSALS: list[tuple[int, object, type[ServiceError], str]] = [
    (
        400,
        {"error": "TooManyValues", "description": "Parameter  cannot ...", "max_count": 100},
        Rejected,
        "TooManyValues",
    ),
    (400, {"errors": [{"code": "InvalidPaginationDepth", "title": "..."}]}, Rejected, "InvalidPaginationDepth"),
    (401, {"error": "Couldn't authenticate you"}, Unauthorized, ""),
    (401, {"error": "invalid_token", "error_description": "The access token ..."}, Unauthorized, "invalid_token"),
    (403, {"error": "Forbidden", "description": SCOPES}, Unauthorized, "Forbidden"),
    (403, {"error": {"title": "Forbidden", "message": "You do not have access"}}, Unauthorized, "Forbidden"),
    (404, {"error": "RecordNotFound", "description": "Not found"}, Missing, "RecordNotFound"),
    (404, {"error": "InvalidEndpoint", "description": "Not found"}, Missing, "InvalidEndpoint"),
    (
        404,
        {"error": {"title": "No help desk at nope.zendesk.com", "message": "..."}},
        Unauthorized,
        "ZENDESK_SUBDOMAIN",
    ),
    (404, "<html>No help desk at nope.zendesk.com</html>", Unauthorized, "ZENDESK_SUBDOMAIN"),
    (404, "", Missing, ""),
    (409, {"error": "Conflict"}, Throttled, ""),
    (
        422,
        {"error": "RecordInvalid", "details": {"email": [{"description": "bad@mail"}]}},
        Rejected,
        "RecordInvalid on email",
    ),
    (422, {"error": "InvalidValue", "description": "Too recent start_time."}, Rejected, "InvalidValue"),
    (422, {"error": "unavailable", "description": "..."}, Rejected, "unavailable"),
    (429, {"error": "APIRateLimitExceeded", "description": "..."}, Throttled, "APIRateLimitExceeded"),
    (429, "Number of allowed API requests per minute exceeded", Throttled, ""),
    (429, {"errors": [{"code": "RateLimitExceeded", "status": "429"}]}, Throttled, "RateLimitExceeded"),
    (418, [], Rejected, ""),
    (500, "<html>", Unavailable, ""),
    (502, {}, Unavailable, ""),
    (503, "", Unavailable, ""),
    (504, "", Unavailable, ""),
]


def refused(
    status: int, body: object, headers: Mapping[str, str] | None = None, *, repeatable: bool = True
) -> ServiceError:
    raw = body if isinstance(body, str) else json.dumps(body)
    return decipher(call(repeatable=repeatable), Answer(status=status, headers=headers or {}, body=raw.encode()))


@pytest.mark.parametrize(("status", "body", "kind", "words"), REFUSALS, ids=range(len(REFUSALS)))
def test_a_refusal_is_named(status: int, body: object, kind: type[ServiceError], words: str) -> None:
    problem = refused(status, body)
    assert type(problem) is kind
    assert (problem.call, problem.status) == ("vendor.question", status)
    assert str(problem).startswith(f"vendor.question: {status}")
    assert words in str(problem)


def test_missing_scopes_are_told() -> None:
    problem = refused(403, {"error": "Forbidden", "description": SCOPES})
    assert isinstance(problem, Unauthorized)
    assert problem.missing_scopes == ("groups:read", "read")
    advice = "the credential lacks the scopes groups:read, read, add them to the OAuth client"
    assert str(problem) == f"vendor.question: 403 Forbidden; {advice}"


def test_code_and_field_are_given() -> None:
    problem = refused(422, {"error": "RecordInvalid", "details": {"status": [{"description": "x"}]}})
    assert isinstance(problem, Rejected)
    assert (problem.code, problem.property_name) == ("RecordInvalid", "status")


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [(429, {"retry-after": "93"}, 93.0), (429, {}, None), (409, {}, 10.0), (409, {"retry-after": "3"}, 3.0)],
)
def test_a_throttle_says_how_long(status: int, headers: dict[str, str], seconds: float | None) -> None:
    problem = refused(status, {}, headers)
    assert isinstance(problem, Throttled)
    assert problem.retry_after == seconds


def test_the_request_id_is_kept() -> None:
    problem = refused(400, {"error": "X"}, {"x-request-id": "a47bd84b793f3505-BOM"})
    assert problem.correlation_id == "a47bd84b793f3505-BOM"
    assert str(problem) == "vendor.question: 400 X (request a47bd84b793f3505-BOM)"


def test_an_outage_of_an_unrepeatable_call_is_unknown() -> None:
    assert type(refused(503, "", repeatable=False)) is OutcomeUnknown


PERSON = "ana.souza@example.com +55 11 91234-5678"


@given(st.sampled_from([400, 401, 403, 404, 409, 422, 429, 500]))
def test_nothing_a_person_wrote_is_repeated(status: int) -> None:
    body = {
        "error": {"title": PERSON, "message": PERSON},
        "errors": [{"code": PERSON, "title": PERSON}],
        "description": PERSON,
        "details": {PERSON: [{"description": PERSON}]},
    }
    for each in (body, body | {"error": PERSON}, PERSON):
        problem = refused(status, each, {"x-request-id": PERSON})
        assert "ana" not in f"{problem} {vars(problem)}"


@given(st.integers(400, 599), st.binary())
def test_any_refusal_is_a_service_error(status: int, body: bytes) -> None:
    assert isinstance(decipher(call(), Answer(status=status, headers={}, body=body)), ServiceError)
