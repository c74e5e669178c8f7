"""Where Zendesk's words end: every word has a meaning, also one that nobody knows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.fakes.zendesk_words import organization, user, zendesk_ticket

from zenhub_sync.intake.translate import Learned, generated_at, translate_rating, translate_ticket
from zenhub_sync.planning.tickets import Rating, Requester, Score, SourceTicket, Status
from zenhub_sync.zendesk.models import Organization, SatisfactionRating, Ticket, User

_URL = "https://acme.zendesk.com"


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("new", Status.NEW),
        ("open", Status.OPEN),
        ("pending", Status.PENDING),
        ("hold", Status.HOLD),
        ("solved", Status.SOLVED),
        ("closed", Status.CLOSED),
        ("deleted", Status.DELETED),
        ("waiting_for_godot", Status.UNKNOWN),
        ("Open", Status.UNKNOWN),
        ("", Status.UNKNOWN),
    ],
)
def test_a_status_is_one_of_ours_and_its_own_word_is_kept(word: str, status: Status) -> None:
    source = _translated(status=word)
    assert (source.status, source.raw_status) == (status, word)


@pytest.mark.parametrize(
    ("said", "rating"),
    [
        (None, Rating()),
        (SatisfactionRating(), Rating()),
        (SatisfactionRating(score="unoffered"), Rating(score=Score.UNOFFERED)),
        (SatisfactionRating(score="offered"), Rating(score=Score.OFFERED)),
        (SatisfactionRating(score="good"), Rating(score=Score.GOOD)),
        (SatisfactionRating(score="bad"), Rating(score=Score.BAD)),
        (SatisfactionRating(score="badwithcomment"), Rating(score=Score.UNOFFERED)),
        (
            SatisfactionRating(score="bad", comment="  Ruim \n", reason=" Demora "),
            Rating(score=Score.BAD, comment="Ruim", reason="Demora"),
        ),
        (SatisfactionRating(score="bad", comment="  ", reason=""), Rating(score=Score.BAD)),
    ],
)
def test_a_rating_is_read_and_an_unknown_word_counts_as_not_rated(
    said: SatisfactionRating | None, rating: Rating
) -> None:
    assert translate_rating(said) == rating
    assert _translated(satisfaction_rating=said).rating == rating


def test_what_the_survey_adds_takes_the_place_of_the_tickets_word() -> None:
    enriched = Rating(score=Score.BAD, points=1)
    assert (
        translate_ticket(zendesk_ticket(), {}, {}, base_url=_URL, learned=Learned(rating=enriched)).rating is enriched
    )


@pytest.mark.parametrize(
    ("users", "requester"),
    [
        (user("ana@padaria.example"), Requester(id=88, name="Ana Souza", email="ana@padaria.example")),
        (user(None), Requester(id=88, name="Ana Souza", email=None)),
        ({}, Requester(id=88, name=None, email=None, shown=False)),
    ],
    ids=["known", "by phone only", "not sent along"],
)
def test_a_requester_is_known_at_least_by_number(users: dict[int, User], requester: Requester) -> None:
    assert translate_ticket(zendesk_ticket(), users, {}, base_url=_URL).requester == requester


def test_a_ticket_may_have_neither_requester_nor_organization() -> None:
    source = _translated(requester_id=None, organization_id=None)
    assert (source.requester, source.organization_id, source.organization) == (None, None, None)


@pytest.mark.parametrize(("organizations", "name"), [(organization(), "Padaria Sol"), ({}, None)])
def test_an_organization_that_was_not_sent_along_has_no_name(
    organizations: dict[int, Organization], name: str | None
) -> None:
    source = translate_ticket(zendesk_ticket(), {}, organizations, base_url=_URL)
    assert (source.organization_id, source.organization) == (360, name)


@pytest.mark.parametrize(
    ("said", "subject"),
    [(None, ""), ("", ""), ("  a \n b\t\tc ", "a b c"), ("\u2028linha\u2029", "linha")],
)
def test_a_subject_is_one_line(said: str | None, subject: str) -> None:
    assert _translated(subject=said).subject == subject


@pytest.mark.parametrize(
    ("tags", "merged"), [((), False), (("closed_by_merge",), True), (("not_closed_by_merge", "vip"), False)]
)
def test_a_merge_shows_by_its_tag(tags: tuple[str, ...], merged: bool) -> None:
    source = _translated(tags=tags)
    assert (source.merged, source.tags) == (merged, tags)


def test_the_link_is_the_one_agents_follow() -> None:
    assert _translated().url == "https://acme.zendesk.com/agent/tickets/48213"


def test_the_order_is_the_exports_own_and_the_update_stands_in_for_it() -> None:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    assert generated_at(zendesk_ticket(generated_timestamp=5, updated_at=at)) == 5
    assert generated_at(zendesk_ticket(generated_timestamp=None, updated_at=at)) == int(at.timestamp())


@pytest.mark.parametrize("generated", [-1, 2**32, 2**63 - 1])
@pytest.mark.parametrize(("year", "order"), [(1970, 0), (9999, 0), (1, 0), (2026, 1_767_225_600)])
def test_an_order_from_beyond_all_time_does_not_outdate_what_comes_later(generated: int, year: int, order: int) -> None:
    at = datetime(year, 1, 1, tzinfo=UTC)
    assert generated_at(zendesk_ticket(generated_timestamp=generated, updated_at=at)) == order


@pytest.mark.parametrize(
    ("via", "parent"),
    [
        ({"channel": "email", "source": {"rel": "follow_up", "from": {"ticket_id": 47000, "subject": "x"}}}, 47000),
        ({"channel": "web", "source": {"rel": "merge", "from": {"ticket_id": 47000}}}, None),
        ({"channel": "email", "source": {"rel": "follow_up", "from": {"ticket_id": "47000"}}}, None),
        ({"channel": "email", "source": {"rel": "follow_up", "from": "odd"}}, None),
        ({"channel": "email", "source": None}, None),
        (None, None),
    ],
)
def test_a_follow_up_knows_its_parent(via: object, parent: int | None) -> None:
    ticket = Ticket.model_validate({**zendesk_ticket().model_dump(), "via": via})
    assert translate_ticket(ticket, {}, {}, base_url=_URL).follow_up_of == parent


def _translated(**changes: Any) -> SourceTicket:
    return translate_ticket(zendesk_ticket(**changes), {}, {}, base_url=_URL)
