"""Dates of the command line become the first moments of local days, or a sentence that says what is accepted."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from zenhub_sync.errors import UsageProblem
from zenhub_sync.jobs.spans import Span, read_span, span_of

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
# Two in the morning of the 23rd in London is still the 22nd in São Paulo.
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("2025-01", datetime(2025, 1, 1, 3, tzinfo=UTC)),
        ("2025-01-15", datetime(2025, 1, 15, 3, tzinfo=UTC)),
        ("2024-02-29", datetime(2024, 2, 29, 3, tzinfo=UTC)),
        ("90d", datetime(2026, 8, 24, 3, tzinfo=UTC)),
        ("0d", datetime(2026, 11, 22, 3, tzinfo=UTC)),
        ("2018-11-04", datetime(2018, 11, 4, 3, tzinfo=UTC)),  # a day that began at one o'clock
        ("2018-02-18", datetime(2018, 2, 18, 3, tzinfo=UTC)),  # the day after one of 25 hours
    ],
)
def test_a_date_is_the_first_moment_of_a_local_day(text: str, begins: datetime) -> None:
    assert read_span(text, None, SAO_PAULO, NOW).since.astimezone(UTC) == begins


@pytest.mark.parametrize(
    ("since", "until", "says"),
    [
        ("2025-13", None, "a month (2025-01), a day (2025-01-15), or days before today (90d)"),
        ("2025-02-30", None, "is not a date"),
        ("2025", None, "is not a date"),
        ("15/01/2025", None, "is not a date"),
        ("90", None, "is not a date"),
        ("12h", None, "is not a date"),
        ("99999d", None, "no earlier than 1970"),
        ("0001-01", None, "no earlier than 1970"),
        ("2026-12", None, "is in the future"),
        ("2025-02", "2025-01", "--until 2025-01 is not after --since 2025-02"),
        ("2025-01", "2025-01-01", "not included: --since 2025-01 --until 2025-02 reads January"),
        ("2025-01", "soon", "--until 'soon' is not a date"),
    ],
)
def test_anything_else_is_refused_with_what_is_accepted(since: str, until: str | None, says: str) -> None:
    with pytest.raises(UsageProblem) as refused:
        read_span(since, until, SAO_PAULO, NOW)

    assert says in str(refused.value)


def test_a_span_is_half_open_and_named_by_its_moments() -> None:
    january = read_span("2025-01", "2025-02", SAO_PAULO, NOW)
    end = int(datetime(2025, 2, 1, 3, tzinfo=UTC).timestamp())

    assert (january.holds(end - 1), january.holds(end)) == (True, False)
    assert january.name == f"backfill:{end - 31 * 86400}:{end}"


def test_the_options_of_a_span_give_the_same_span_on_a_later_day() -> None:
    span = read_span("90d", "30d", SAO_PAULO, NOW)
    options = span.options().split()

    again = read_span(options[1], options[3], SAO_PAULO, datetime(2027, 2, 1, tzinfo=UTC))

    assert again == span


def test_a_span_without_an_end_holds_every_moment() -> None:
    assert Span(since=NOW).holds(2**40)


@pytest.mark.parametrize("until", ["30d", None])
def test_a_span_is_known_by_its_name(until: str | None) -> None:
    span = read_span("90d", until, SAO_PAULO, NOW)

    assert span_of(span.name, SAO_PAULO) == span


@pytest.mark.parametrize("name", ["import", "backfill:", "backfill::", "backfill:x:", "backfill:-1:2"])
def test_other_names_are_no_spans(name: str) -> None:
    assert span_of(name, SAO_PAULO) is None
