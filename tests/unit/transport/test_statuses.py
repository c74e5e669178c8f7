"""What a status means for any vendor, and how long `Retry-After` asks to wait."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes.sender import answer, call

from zenhub_sync.transport.call import Answer
from zenhub_sync.transport.errors import OutcomeUnknown, ServiceError, Throttled, Unavailable
from zenhub_sync.transport.statuses import is_outage, outage, retry_after

NOW = "Sun, 22 Nov 2026 12:00:00 GMT"

RETRY_AFTER = [
    ({"retry-after": "27"}, 27.0),
    ({"retry-after": " 0 "}, 0.0),
    ({"retry-after": "999999"}, 999999.0),
    ({"retry-after": "Sun, 22 Nov 2026 12:01:30 GMT", "date": NOW}, 90.0),
    ({"retry-after": "Sun, 22 Nov 2026 11:00:00 GMT", "date": NOW}, 0.0),
    ({"retry-after": "Sun, 22 Nov 2026 12:01:30 GMT"}, None),
    ({"retry-after": "Sun, 22 Nov 2026 12:01:30", "date": NOW}, None),
    ({"retry-after": "soon"}, None),
    ({"retry-after": "-5"}, None),
    ({"retry-after": "1.5"}, None),
    ({"retry-after": "٣"}, None),
    ({"retry-after": "9" * 5000}, None),
    ({}, None),
]


@pytest.mark.parametrize(("headers", "seconds"), RETRY_AFTER, ids=range(len(RETRY_AFTER)))
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(Answer(status=429, headers=headers, body=b"")) == seconds


@given(st.text(), st.text())
def test_no_header_is_strange_enough_to_raise(asked: str, sent: str) -> None:
    wait = retry_after(answer(retry_after=asked, date=sent))
    assert wait is None or wait >= 0


OUTAGES: list[tuple[int, bool, type[ServiceError]]] = [
    (status, True, Unavailable) for status in (408, 500, 502, 503, 504, 520, 521, 523, 524, 599)
]
OUTAGES += [(status, False, OutcomeUnknown) for status in (408, 500, 502, 503, 504, 520, 521, 523, 524, 599)]
OUTAGES += [(status, each, Unavailable) for status in (522, 525, 526) for each in (True, False)]


@pytest.mark.parametrize(("status", "repeatable", "kind"), OUTAGES)
def test_an_outage(status: int, *, repeatable: bool, kind: type[ServiceError]) -> None:
    assert is_outage(status)
    assert type(outage(call(repeatable=repeatable), answer(b"<html>", status))) is kind


def test_a_repeatable_outage_with_retry_after_is_waited_for() -> None:
    problem = outage(call(), answer(status=503, retry_after="30"))
    assert isinstance(problem, Throttled)
    assert problem.retry_after == 30.0


def test_an_unrepeatable_outage_with_retry_after_stays_unknown() -> None:
    assert type(outage(call(repeatable=False), answer(status=503, retry_after="30"))) is OutcomeUnknown
