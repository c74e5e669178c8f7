"""What HubSpot's properties say, how long a text may be, and how a difference is noticed."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes.facts import NOW, delivered, known_ticket, mirror_of, plan, source_ticket

from zenhub_sync.planning.effects import WriteTicket
from zenhub_sync.planning.moments import moment
from zenhub_sync.planning.policy import Policy
from zenhub_sync.planning.properties import MAX_LINE, MAX_TEXT, NAMES, clip, diff, shortened, values_of, whole
from zenhub_sync.planning.stories import story_of
from zenhub_sync.planning.tickets import MirroredTicket, Rating, Requester, Score, SourceTicket

_SAO_PAULO = timezone(timedelta(hours=-3))


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("text", "limit", "clipped"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("", 3, ""),
        ("😀", 2, "😀"),
        ("a😀", 2, "a…"),
        ("ab😀", 3, "ab…"),
        ("a😀b", 3, "a…"),
        ("😀😀", 4, "😀😀"),
        ("😀😀", 3, "😀…"),
        ("ção", 3, "ção"),
    ],
)
def test_a_text_is_cut_by_utf_16_units_and_never_inside_a_character(text: str, limit: int, clipped: str) -> None:
    assert clip(text, limit) == clipped


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40), st.integers(1, 40))
def test_a_cut_text_fits_and_begins_as_the_whole(text: str, limit: int) -> None:
    clipped = clip(text, limit)
    assert _units(clipped) <= limit
    assert clipped == text or text.startswith(clipped.removesuffix("…"))
    assert clipped == text or _units(text) > limit


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 11, 22, 12, 0, 1, 999_999, tzinfo=UTC), "2026-11-22T12:00:01Z"),
        (datetime(2026, 11, 22, 9, 0, tzinfo=_SAO_PAULO), "2026-11-22T12:00:00Z"),
        (datetime(1, 1, 1, tzinfo=UTC), ""),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=3))), ""),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), ""),
        (datetime(1000, 1, 1, tzinfo=UTC), "1000-01-01T00:00:00Z"),
        (datetime(1000, 1, 1, tzinfo=timezone(timedelta(hours=14))), ""),
        (datetime(9998, 12, 31, 23, 59, 59, tzinfo=UTC), "9998-12-31T23:59:59Z"),
        (datetime(9998, 12, 31, 23, 59, 59, tzinfo=_SAO_PAULO), ""),
        (datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), ""),
        (datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone(timedelta(hours=-14))), ""),
    ],
)
def test_a_moment_is_iso_8601_in_utc(at: datetime, said: str) -> None:
    assert moment(at) == said


@pytest.mark.parametrize(
    ("priority", "said"),
    [("urgent", "URGENT"), ("high", "HIGH"), ("normal", "MEDIUM"), ("low", "LOW"), (None, ""), ("asap", "")],
)
def test_a_priority_is_said_in_hubspots_words(priority: str | None, said: str) -> None:
    assert _values(source_ticket(priority=priority))["hs_ticket_priority"] == said


@pytest.mark.parametrize("score", list(Score))
def test_the_rating_is_said_in_zendesks_words(score: Score) -> None:
    assert _values(source_ticket(rating=Rating(score=score)))["zendesk_csat"] == score.value


@pytest.mark.parametrize(
    ("rating", "points", "at"),
    [
        (Rating(score=Score.BAD), None, "2026-11-22T10:00:00Z"),
        (Rating(score=Score.GOOD), "", "2026-11-22T10:00:00Z"),
        (Rating(score=Score.OFFERED), "", ""),
        (Rating(score=Score.BAD, points=1, scale=5, at=datetime(2026, 11, 1, tzinfo=UTC)), "1", "2026-11-01T00:00:00Z"),
    ],
)
def test_without_an_answer_at_hand_points_of_a_bad_rating_are_left_alone(
    rating: Rating, points: str | None, at: str
) -> None:
    values = _values(source_ticket(rating=rating))
    assert (values["zendesk_csat_score"], values["zendesk_csat_at"]) == (points, at)


def test_the_longest_texts_fit() -> None:
    values = _values(
        source_ticket(
            subject="😀" * 2_000,
            description="é" * 100_000,
            tags=("t" * 80,) * 2_000,
            organization="o" * 5_000,
            raw_status="s" * 70_000,
            requester=Requester(id=1, name="n" * 70_000, email="e" * 70_000),
            rating=Rating(score=Score.BAD, comment="c" * 70_000, reason="r" * 2_000),
        )
    )
    limits = {"subject": MAX_LINE, "zendesk_organization": MAX_LINE, "zendesk_csat_reason": MAX_LINE}
    assert all(_units(value) <= limits.get(name, MAX_TEXT) for name, value in values.items() if value is not None)
    assert _units(values["subject"] or "") == MAX_LINE - 1  # an emoji is two units, and none is cut in half
    assert _units(values["content"] or "") == MAX_TEXT


def test_the_story_of_an_escalation_keeps_no_more_than_a_task_can_hold() -> None:
    long = "x" * 10_000_000
    told = story_of(
        source_ticket(
            subject=long,
            priority=long,
            organization=long,
            requester=Requester(id=1, name=long, email=long),
            rating=Rating(score=Score.BAD, comment=long, reason=long),
        ),
        Policy(),
    )
    lengths = {name: len(text) for name, text in asdict(told).items() if isinstance(text, str)}
    assert lengths.pop("comment") == MAX_TEXT
    assert max(lengths.values()) == MAX_LINE


def test_every_property_has_a_place_and_a_value() -> None:
    assert set(_values(source_ticket())) == set(NAMES)
    assert len(set(NAMES)) == len(NAMES)


def test_the_places_of_the_digests_never_change() -> None:
    """A stored digest is read by its place; a new property may only be appended."""
    assert NAMES[:4] == ("subject", "content", "hs_ticket_priority", "zendesk_ticket_id")
    assert NAMES.index("zendesk_csat_at") == 16


def test_a_property_that_was_added_later_is_written_once() -> None:
    values = _values(source_ticket())
    _, digests = diff(values, mirror_of())
    shorter = mirror_of(digests=digests[: 5 * 11])  # a store from before the rating's properties
    assert set(diff(values, shorter)[0]) == {"zendesk_csat"}
    assert diff(values, mirror_of(digests=diff(values, shorter)[1]))[0] == {}


@pytest.mark.parametrize(
    ("rating", "size"),
    [(Rating(score=Score.UNOFFERED), 5 * 12 + 1), (Rating(score=Score.GOOD, at=NOW), 5 * 17), (None, 0)],
    ids=["without a rating: not those of its five properties", "rated: all of them", "never sent: none"],
)
def test_empty_digests_at_the_end_are_counted_and_come_back(rating: Rating | None, size: int) -> None:
    digests = diff(_values(source_ticket(rating=rating)), mirror_of())[1] if rating is not None else b""
    assert (len(shortened(digests)), whole(shortened(digests))) == (size, digests)


@pytest.mark.parametrize(
    "digests",
    [b"\x01" * 85, b"\x02" + b"\x01" * 84, b"\x01" * 5 + b"\x02" * 5, bytes(85), bytes(80) + b"\x01" * 5, b"\x01" * 55],
    ids=repr,
)
def test_no_digests_are_taken_for_others(digests: bytes) -> None:
    assert whole(shortened(digests)) == whole(digests) == digests


def test_good_bad_good_is_noticed_each_time() -> None:
    """The digest is compared with the last one, so that a value which comes back is written again."""
    mirror, written = mirror_of(), []
    for score in (Score.GOOD, Score.BAD, Score.GOOD):
        changed, digests = diff({"zendesk_csat": score.value}, mirror)
        written.append(changed)
        mirror = mirror_of(digests=digests)
    assert written == [{"zendesk_csat": "good"}, {"zendesk_csat": "bad"}, {"zendesk_csat": "good"}]


def test_no_statement_keeps_what_was_known() -> None:
    _, digests = diff({"zendesk_csat_score": "1"}, mirror_of())
    changed, after = diff({"zendesk_csat_score": None}, mirror_of(digests=digests))
    assert (changed, after) == ({}, digests)


_NOT_SHOWN: dict[str, Any] = {
    "organization": None,
    "requester": Requester(id=88, name=None, email=None, shown=False),
}
_BOTH = {"zendesk_requester_email": "ana@padaria.example", "zendesk_organization": "Padaria Sol"}
_NEITHER = {"zendesk_requester_email": "", "zendesk_organization": ""}


@pytest.mark.parametrize(
    ("first", "lost", "then", "written"),
    [
        ({}, False, {}, {}),
        ({}, True, {}, _BOTH),
        ({}, True, {"organization": "", "requester": Requester(id=88, name="Ana", email=None)}, _NEITHER),
        (_NOT_SHOWN, False, {}, _BOTH),
        (_NOT_SHOWN, True, {"organization": "", "requester": Requester(id=88, name="Ana", email=None)}, {}),
    ],
    ids=[
        "nothing is new",
        "an earlier write may be lost",
        "it is, and now empty",
        "never shown before",
        "never written",
    ],
)
def test_after_a_look_at_which_nobody_was_shown_the_next_writes_what_hubspot_lacks(
    first: dict[str, Any], lost: bool, then: dict[str, Any], written: dict[str, str]
) -> None:
    mirror = known_ticket(source_ticket(generated_at=1_000, **first))
    if lost:
        mirror = replace(mirror, delivered_revision=0)
    unshown = plan(source_ticket(subject="Outro", **_NOT_SHOWN), mirror)
    (write,) = unshown.effects
    assert isinstance(write, WriteTicket)
    assert not _BOTH.keys() & write.properties.keys()

    shown = plan(source_ticket(subject="Outro", **then), delivered(unshown.mirror))

    assert [effect.properties for effect in shown.effects if isinstance(effect, WriteTicket)] == [written] * bool(
        written
    )


def test_a_lone_surrogate_or_a_null_does_not_stop_the_plan() -> None:
    changed, _ = diff(_values(source_ticket(subject="a\ud800b", description="\x00" + "\udfff" * 70_000)), mirror_of())
    assert "subject" in changed


def _values(source: SourceTicket) -> dict[str, str | None]:
    return values_of(source, MirroredTicket(zendesk_id=source.id), Policy())


def test_what_people_wrote_and_who_they_are_is_in_no_repr() -> None:
    canary = "c4n4ry"
    source = source_ticket(
        subject=canary,
        description=canary,
        tags=(canary,),
        organization=canary,
        requester=Requester(id=1, name=canary, email=canary),
        rating=Rating(score=Score.BAD, comment=canary, reason=canary),
    )
    planned = plan(source)
    assert planned.opens
    assert canary not in repr(source) + repr(planned)
