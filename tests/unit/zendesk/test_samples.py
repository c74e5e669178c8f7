"""Answers recorded from real accounts are read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from zenhub_sync.transport.call import Answer
from zenhub_sync.transport.errors import Missing, Rejected, ServiceError, Throttled
from zenhub_sync.zendesk import wire
from zenhub_sync.zendesk.pages import read_survey_page, read_ticket_batch, read_ticket_page
from zenhub_sync.zendesk.refusals import decipher

SAMPLES = Path(__file__).parents[4] / "shared" / "samples" / "zendesk"

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the recorded samples are not beside the repository")


def recorded(name: str) -> Answer:
    response = json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))["response"]
    text = response.get("body_text", response.get("body"))
    raw = text if isinstance(text, str) else json.dumps(text)
    return Answer(status=response["status"], headers=response.get("headers", {}), body=raw.encode())


@pytest.mark.parametrize(
    ("name", "tickets", "end"),
    [
        ("2026_export_tickets_cursor_page", 1, False),
        ("export_tickets_cursor_next_by_cursor", 1, None),
        ("export_tickets_cursor_page_more_1000", 2, False),
        ("export_tickets_cursor_single_page_end_of_stream", 1, True),
    ],
)
def test_an_export(name: str, tickets: int, *, end: bool | None) -> None:
    read = read_ticket_page(recorded(name))
    assert len(read.tickets) >= tickets
    assert read.broken == ()
    assert read.after_cursor
    assert end is None or read.end_of_stream is end


def test_an_export_with_every_state_of_a_rating() -> None:
    read = read_ticket_page(recorded("2026_export_tickets_all_csat_states_end_of_stream"))
    ratings = [each.satisfaction_rating for each in read.tickets]
    assert {each.score for each in ratings if each} == {"unoffered", "offered", "bad", "good"}
    (bad,) = [each for each in ratings if each and each.score == "bad"]
    assert bad.reason == "The issue was not resolved"


def test_tickets_of_every_kind() -> None:
    listed = json.loads((SAMPLES / "tickets_by_kind.json").read_text("utf-8"))["items"]
    body = json.dumps({"tickets": [each["ticket"] for each in listed]}).encode()
    read = read_ticket_batch(Answer(status=200, headers={}, body=body))
    assert (len(read.tickets), read.broken) == (len(listed), ())


def test_show_many() -> None:
    assert len(read_ticket_batch(recorded("tickets_show_many")).tickets) == 2


def test_survey_responses() -> None:
    whole = read_survey_page(recorded("2026_survey_responses_sort_id_complete"))
    assert [each.ticket_ids for each in whole.responses] == [(6,), (2,), (3,)]
    assert (whole.after, whole.broken) == (None, ())
    assert read_survey_page(recorded("2026_survey_responses_list_page")).after == "01M4FN6P3TCFJAF93WYDFZ4KKX"


def test_oneself() -> None:
    assert wire.me().read(recorded("users_me")).role == "admin"


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [
        ("error_400_TooManyValues", Rejected, "TooManyValues"),
        ("error_404_RecordNotFound", Missing, "RecordNotFound"),
        ("error_404_empty", Missing, None),
        ("error_422_RecordInvalid", Rejected, "RecordInvalid"),
        ("error_429_text_plain_endpoint_limit", Throttled, None),
    ],
)
def test_refusals(name: str, kind: type[ServiceError], code: str | None) -> None:
    problem = decipher(wire.me(), recorded(name))
    assert type(problem) is kind
    assert getattr(problem, "code", None) == code
    assert getattr(problem, "retry_after", 27.0) == 27.0
