"""Recorded answers of real accounts: the sandbox has their shape, and our clients read both alike."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import SecretStr
from tests.contract.hubspot_questions import HUBSPOT
from tests.contract.questions import Question, answer_of_the_sandbox
from tests.contract.recordings import content, differences, names, needs_recordings, recorded
from tests.contract.zendesk_questions import ZENDESK
from tests.fakes.sender import ScriptedSender

from zenhub_sync.hubspot.refusals import decipher as decipher_hubspot
from zenhub_sync.sandbox.clock import SandboxClock
from zenhub_sync.transport.call import Answer, Call
from zenhub_sync.transport.errors import Missing, Rejected, ServiceError, Throttled, Unauthorized
from zenhub_sync.transport.oauth import ClientCredentials
from zenhub_sync.zendesk import wire
from zenhub_sync.zendesk.refusals import decipher as decipher_zendesk

pytestmark = needs_recordings

QUESTIONS = [*ZENDESK, *HUBSPOT]

NOT_ASKED = {
    "zendesk/tickets_by_kind": "rows of several answers; the unit tests of the Zendesk client read them",
    "zendesk/errors_catalogue": "bodies told by third parties; read below",
    "zendesk/error_422_RecordInvalid": "of a write, and nothing is written to Zendesk; the unit tests read it",
    "zendesk/ticket_audits_page": "of the whole account's audits, for which nobody here asks",
    "hubspot/errors/200_warning_property_value_normalized_2026-09": "a part of an answer; compared word for word",
    "hubspot/errors/400_missing_conditional_required_2026-09": "the sandbox has no conditional rules; the unit tests "
    "of the HubSpot client read it",
}

asked = pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.recording)


def test_every_recording_is_asked_for_or_said_why_not() -> None:
    assert names() == {question.recording for question in QUESTIONS} | NOT_ASKED.keys()


@asked
def test_the_sandbox_answers_in_the_recorded_shape(question: Question) -> None:
    ours, theirs = answer_of_the_sandbox(question), recorded(question.recording)
    assert ours.status == theirs.status
    assert differences(ours.body, theirs.body) == set(question.deviations)


@pytest.mark.parametrize("question", [each for each in QUESTIONS if each.call], ids=lambda question: question.recording)
def test_our_client_takes_the_sandbox_for_the_real_one(question: Question) -> None:
    assert question.call
    decipher = decipher_hubspot if question.recording.startswith("hubspot/") else decipher_zendesk
    ours, theirs = answer_of_the_sandbox(question), recorded(question.recording)
    if theirs.status >= 400:
        assert _named(decipher(question.call, ours)) == _named(decipher(question.call, theirs))
    else:
        assert _broken(question.call, ours) == _broken(question.call, theirs) == ()


def test_a_recorded_grant_is_a_token() -> None:
    granted = recorded("zendesk/2026_oauth_token_client_credentials")
    scopes = ("tickets:read", "users:read", "organizations:read")
    credentials = ClientCredentials("zenhub", SecretStr("x"), scopes=scopes, clock=SandboxClock())
    assert credentials.authorization(ScriptedSender([granted])).get_secret_value() == "Bearer PLACEHOLDER"


@pytest.mark.parametrize(
    ("recording", "rows"),
    [
        ("zendesk/users_show_many", "users"),
        ("zendesk/organizations_show_many", "organizations"),
        ("zendesk/2026_export_organizations_time_per_page_1", "organizations"),
    ],
)
def test_recorded_people_are_read_where_they_come_beside_tickets(recording: str, rows: str) -> None:
    body = json.loads(recorded(recording).body)
    beside = {"tickets": [], rows: body[rows]}
    read = wire.show_many_tickets([1]).read(Answer(status=200, headers={}, body=json.dumps(beside).encode()))
    assert [each.id for each in getattr(read, rows)] == [each["id"] for each in body[rows]]


# In the order of the catalogue.
KINDS: list[type[ServiceError]] = [
    Unauthorized,  # no credential
    Unauthorized,  # expired token
    Unauthorized,  # the anonymous user of a 200
    Unauthorized,  # a scope is missing
    Unauthorized,  # role or plan
    Missing,  # no such record
    Missing,  # no such path
    Unauthorized,  # no help desk at this address
    Rejected,  # page too deep
    Rejected,  # too many values
    Rejected,  # closed prevents update
    Rejected,  # too recent
    Throttled,  # the exports' limit
    Throttled,  # the account's limit, in plain text
]


def test_every_refusal_of_the_catalogue_is_of_its_kind() -> None:
    entries = content("zendesk/errors_catalogue")["items"]
    assert [type(_told(entry)) for entry in entries] == KINDS


def _told(entry: Any) -> ServiceError:
    text = entry["body_text"] if "body_text" in entry else json.dumps(entry["body"])
    told = Answer(status=entry["status"], headers={}, body=text.encode())
    if told.status != 200:
        return decipher_zendesk(wire.me(), told)
    with pytest.raises(ServiceError) as caught:
        wire.me().read(told)
    return caught.value


def _named(problem: ServiceError) -> tuple[object, ...]:
    waits = isinstance(problem, Throttled) and problem.retry_after is not None
    return type(problem), getattr(problem, "code", None), getattr(problem, "property_name", None), waits


def _broken(call: Call[Any], answer: Answer) -> Any:
    """Return the rows that could not be read; what cannot be read at all raises."""
    return getattr(call.read(answer), "broken", ())
