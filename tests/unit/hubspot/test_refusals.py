"""HubSpot's refusals, in both families, are named by the reader's next move."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes.sender import call

from zenhub_sync.hubspot.refusals import decipher
from zenhub_sync.transport.call import Answer
from zenhub_sync.transport.errors import (
    Missing,
    OutcomeUnknown,
    QuotaExhausted,
    Rejected,
    ServiceError,
    Throttled,
    Unauthorized,
    Unavailable,
)


def packed(*rows: dict[str, object]) -> dict[str, object]:
    return {
        "status": "error",
        "message": f"Property values were not valid: {json.dumps(rows)}",
        "correlationId": "0198-aa",
        "category": "VALIDATION_ERROR",
    }


def structured(code: str, name: str) -> dict[str, object]:
    return {
        "category": "VALIDATION_ERROR",
        "errors": [{"message": "ana@example.com", "code": code, "context": {"propertyName": [name]}}],
    }


def plain(message: str, category: str | None = "VALIDATION_ERROR", **more: object) -> dict[str, object]:
    return {"status": "error", "message": message, "category": category} | more


def refused(
    status: int, body: object, headers: Mapping[str, str] | None = None, *, repeatable: bool = True
) -> ServiceError:
    raw = body if isinstance(body, str) else json.dumps(body)
    return decipher(call(repeatable=repeatable), Answer(status=status, headers=headers or {}, body=raw.encode()))


CONFLICT = (
    "Cannot set PropertyValueCoordinates{portalId=44956899, objectTypeId=ObjectTypeId{legacyObjectType=CONTACT}, "
    "propertyName=zendesk_ticket_id, value=ana@example.com} on 552148386511. 552239500007 already has that value."
)

REFUSALS: list[tuple[int, object, str | None, str | None, str]] = [
    (
        400,
        packed({"error": "INVALID_OWNER_ID", "name": "hubspot_owner_id", "message": "7 was not a valid owner ID"}),
        "INVALID_OWNER_ID",
        "hubspot_owner_id",
        "400 VALIDATION_ERROR INVALID_OWNER_ID on hubspot_owner_id (correlation 0198-aa)",
    ),
    (
        400,
        packed({"error": "INVALID_OPTION", "name": "a"}, {"error": "INVALID_LONG", "name": "b"}),
        "INVALID_OPTION",
        "a",
        "400 VALIDATION_ERROR INVALID_OPTION on a, INVALID_LONG on b (correlation 0198-aa)",
    ),
    (
        400,
        structured("MISSING_REQUIRED_PROPERTY", "firstname"),
        "MISSING_REQUIRED_PROPERTY",
        "firstname",
        "400 VALIDATION_ERROR MISSING_REQUIRED_PROPERTY on firstname",
    ),
    (
        400,
        plain("Error creating TASK. Some required properties were not set.", context={"properties": ["hs_timestamp"]}),
        "REQUIRED_PROPERTY",
        "hs_timestamp",
        "400 VALIDATION_ERROR REQUIRED_PROPERTY on hs_timestamp",
    ),
    (
        400,
        plain(CONFLICT),
        "CONFLICTING_UNIQUE_VALUE",
        "zendesk_ticket_id",
        "400 VALIDATION_ERROR CONFLICTING_UNIQUE_VALUE on zendesk_ticket_id (the value belongs to record 552239500007)",
    ),
    (
        400,
        plain("Duplicate IDs found in batch input: [1]. IDs must be unique", context={"ids": ["1"]}),
        "DUPLICATE_IDS",
        None,
        "400 VALIDATION_ERROR DUPLICATE_IDS",
    ),
    (
        400,
        plain("There's another pipeline with pipelineId x", None),
        "PIPELINE_ID_EXISTS",
        None,
        "400 PIPELINE_ID_EXISTS",
    ),
    (
        400,
        plain("...", subCategory="PipelineError.STAGE_LABEL_EXISTS"),
        "PipelineError.STAGE_LABEL_EXISTS",
        None,
        "400 VALIDATION_ERROR PipelineError.STAGE_LABEL_EXISTS",
    ),
    (
        409,
        plain("...", "OBJECT_ALREADY_EXISTS", subCategory="Properties.PROPERTY_WITH_NAME_EXISTS"),
        "Properties.PROPERTY_WITH_NAME_EXISTS",
        None,
        "409 OBJECT_ALREADY_EXISTS Properties.PROPERTY_WITH_NAME_EXISTS",
    ),
    (
        409,
        plain("Contact already exists. Existing ID: 15875483046", "CONFLICT"),
        "CONFLICT",
        None,
        "409 CONFLICT (the value belongs to record 15875483046)",
    ),
    (400, plain("...", subCategory={"odd": 1}), "VALIDATION_ERROR", None, "400 VALIDATION_ERROR"),
    (400, "<html>", None, None, "400"),
    (414, "", None, None, "414"),
    (415, "", None, None, "415"),
    (437, "", None, None, "437"),
]


@pytest.mark.parametrize(("status", "body", "code", "name", "line"), REFUSALS, ids=range(len(REFUSALS)))
def test_a_rejected_request_says_why_in_one_line(
    status: int, body: object, code: str | None, name: str | None, line: str
) -> None:
    problem = refused(status, body)
    assert type(problem) is Rejected
    assert (problem.code, problem.property_name, problem.status) == (code, name, status)
    assert str(problem) == f"vendor.question: {line}"


@pytest.mark.parametrize("body", ["", "<html>not found</html>", {"category": "OBJECT_NOT_FOUND"}])
def test_not_found_is_told_by_the_status_alone(body: object) -> None:
    assert type(refused(404, body)) is Missing


@pytest.mark.parametrize("key", ["requiredGranularScopes", "requiredScopes"])
def test_missing_scopes_are_told(key: str) -> None:
    body = {"category": "MISSING_SCOPES", "errors": [{"context": {key: ["crm.objects.owners.read"]}}]}
    problem = refused(403, body)
    assert isinstance(problem, Unauthorized)
    assert problem.missing_scopes == ("crm.objects.owners.read",)
    advice = "the token lacks crm.objects.owners.read, add it to the service key in HubSpot"
    assert str(problem) == f"vendor.question: 403 MISSING_SCOPES; {advice}"


@pytest.mark.parametrize("body", ["", {"category": "INVALID_AUTHENTICATION"}, {"category": "EXPIRED_AUTHENTICATION"}])
def test_a_bad_token_stops_the_run(body: object) -> None:
    assert type(refused(401, body)) is Unauthorized


THROTTLES: list[tuple[int, object, dict[str, str], type[Throttled], float | None]] = [
    (429, {"policyName": "TEN_SECONDLY_ROLLING", "errorType": "RATE_LIMIT"}, {}, Throttled, None),
    (429, {"policyName": "SECONDLY"}, {}, Throttled, 1.0),
    (429, {"policyName": "SECONDLY"}, {"retry-after": "4"}, Throttled, 4.0),
    (429, {"category": "RATE_LIMITS"}, {}, Throttled, None),
    (429, "", {}, Throttled, None),
    (429, {"policyName": "DAILY"}, {}, QuotaExhausted, None),
    (477, "", {"retry-after": "86400"}, QuotaExhausted, 86400.0),
    (477, "", {}, QuotaExhausted, None),
    (423, "", {}, Throttled, 2.0),
    (423, "", {"retry-after": "9"}, Throttled, 9.0),
]


@pytest.mark.parametrize(("status", "body", "headers", "kind", "seconds"), THROTTLES, ids=range(len(THROTTLES)))
@pytest.mark.parametrize("repeatable", [True, False])
def test_a_throttle_was_not_applied(
    status: int,
    body: object,
    headers: dict[str, str],
    kind: type[Throttled],
    seconds: float | None,
    *,
    repeatable: bool,
) -> None:
    problem = refused(status, body, headers, repeatable=repeatable)
    assert type(problem) is kind
    assert isinstance(problem, Throttled)
    assert problem.retry_after == seconds


@pytest.mark.parametrize("status", [500, 502, 503, 504, 521, 523, 524])
@pytest.mark.parametrize(("repeatable", "kind"), [(True, Unavailable), (False, OutcomeUnknown)])
def test_an_outage_is_unknown_unless_repeatable(status: int, *, repeatable: bool, kind: type[ServiceError]) -> None:
    assert type(refused(status, "<html>", repeatable=repeatable)) is kind


def test_the_correlation_is_taken_from_the_header_if_the_body_has_none() -> None:
    problem = refused(400, "", {"x-hubspot-correlation-id": "0198-bb"})
    assert problem.correlation_id == "0198-bb"
    assert str(problem) == "vendor.question: 400 (correlation 0198-bb)"


PERSON = "Ana Souza <ana@example.com>"


@given(st.sampled_from([400, 401, 403, 404, 409, 414, 423, 429, 477, 500]))
def test_nothing_a_person_wrote_is_repeated(status: int) -> None:
    body = {
        "message": PERSON,
        "category": PERSON,
        "subCategory": PERSON,
        "policyName": PERSON,
        "correlationId": PERSON,
        "context": {"properties": [PERSON], "requiredScopes": [PERSON]},
        "errors": [{"message": PERSON, "code": PERSON, "context": {"propertyName": [PERSON]}}],
    }
    rows: dict[str, object] = {"error": PERSON, "name": PERSON, "message": PERSON}
    required = {"message": f"{PERSON} required properties were not set"}
    for each in (body, body | packed(rows), body | required, PERSON, CONFLICT):
        problem = refused(status, each, {"x-hubspot-correlation-id": PERSON})
        shown = f"{problem} {vars(problem)}"
        assert "Souza" not in shown
        assert "ana@" not in shown


@given(st.integers(400, 599), st.binary())
def test_any_refusal_is_a_service_error(status: int, body: bytes) -> None:
    assert isinstance(decipher(call(), Answer(status=status, headers={}, body=body)), ServiceError)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
KEYS = ("message", "category", "subCategory", "policyName", "correlationId", "context", "errors")


@given(st.sampled_from([400, 403, 409, 429]), st.dictionaries(st.sampled_from(KEYS), anything))
def test_any_shape_of_complaint_is_understood_as_far_as_it_goes(status: int, body: dict[str, object]) -> None:
    assert "\n" not in str(refused(status, body))


@given(anything)
def test_any_packed_message_is_understood_as_far_as_it_goes(tree: object) -> None:
    message = f"Property values were not valid: {json.dumps(tree)}"
    assert str(refused(400, {"message": message})).startswith("vendor.question: 400")
