"""What the survey and the legacy list add to a bad rating, and what happens where they may not be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.fakes.facts import NOW, TICKET, mirror_of
from tests.fakes.zendesk_words import bad_ticket, legacy_rating, survey, zendesk_ticket

from zenhub_sync.intake.csat import Enrichment, enrich, scores_to_ask, to_ask
from zenhub_sync.planning.policy import Policy
from zenhub_sync.planning.tickets import EscalationState, MirroredTicket, Rating, Score, ZendeskTicketId
from zenhub_sync.transport.errors import Missing, ServiceError, Unauthorized, Unavailable
from zenhub_sync.zendesk.models import LegacyRating, RatingPage, SatisfactionRating, Ticket
from zenhub_sync.zendesk.surveys import SurveyAnswer, SurveyPage, SurveyResponse

_WEEK = timedelta(days=7)


class FakeRatings:
    """A `RatingSource` of canned pages; an error takes the place of a whole list."""

    def __init__(
        self,
        surveys: Sequence[Sequence[SurveyResponse]] | ServiceError = ((),),
        legacy: Sequence[Sequence[LegacyRating]] | ServiceError = ((),),
        *,
        endless: bool = False,
    ) -> None:
        self._surveys, self._legacy, self._endless = surveys, legacy, endless
        self.asked: list[int] = []
        self.pages = 0

    def survey_responses(self, ticket_ids: Sequence[int], *, after: str | None = None) -> SurveyPage:
        if isinstance(self._surveys, ServiceError):
            raise self._surveys
        self.asked.append(len(ticket_ids))
        number = int(after or 0)
        wanted = [each for each in self._surveys[number] if set(each.ticket_ids) & set(ticket_ids)]
        return SurveyPage(responses=tuple(wanted), after=_next(number, self._surveys))

    def satisfaction_ratings(self, *, score: str, start_time: int, after: str | None = None) -> RatingPage:
        if isinstance(self._legacy, ServiceError):
            raise self._legacy
        assert (score, start_time) == ("bad", int((NOW - timedelta(days=30)).timestamp()))
        self.pages += 1
        number = 0 if self._endless else int(after or 0)
        more = f"c{self.pages}" if self._endless else _next(number, self._legacy)
        return RatingPage(ratings=tuple(self._legacy[number]), after=more)


def _next(number: int, pages: Sequence[object]) -> str | None:
    return str(number + 1) if number + 1 < len(pages) else None


@pytest.mark.parametrize(
    ("ticket", "known", "asked"),
    [
        (bad_ticket(), {}, True),
        (bad_ticket(), {TICKET: mirror_of(low=False)}, True),
        (bad_ticket(), {TICKET: mirror_of(low=True)}, False),
        (bad_ticket(), {TICKET: mirror_of(low=True, revision=2)}, True),
        (bad_ticket(updated_at=NOW - _WEEK), {}, True),
        (bad_ticket(updated_at=NOW - _WEEK - timedelta(seconds=1)), {}, False),
        (zendesk_ticket(satisfaction_rating=SatisfactionRating(score="good")), {}, False),
        (zendesk_ticket(), {}, False),
    ],
    ids=["new", "turned bad", "known as bad", "not delivered", "a week old", "older", "good", "not rated"],
)
def test_only_bad_ratings_that_are_news_are_asked_about(
    ticket: Ticket, known: Mapping[ZendeskTicketId, MirroredTicket], asked: bool
) -> None:
    assert to_ask([ticket], known, NOW - _WEEK, scores_to_ask(Policy())) == ([ticket] if asked else [])


@pytest.mark.parametrize(
    ("low_points", "known", "asked"),
    [
        (None, {}, False),
        (4, {}, True),
        (4, {TICKET: mirror_of(score=Score.OFFERED)}, True),
        (4, {TICKET: mirror_of(score=Score.GOOD)}, False),
        (4, {TICKET: mirror_of(score=Score.GOOD, revision=2)}, True),
    ],
    ids=["no threshold", "new", "turned good", "known as good", "not delivered"],
)
def test_with_a_threshold_of_points_a_good_rating_may_be_a_low_one(
    low_points: int | None, known: Mapping[ZendeskTicketId, MirroredTicket], asked: bool
) -> None:
    ticket = zendesk_ticket(satisfaction_rating=SatisfactionRating(score="good"))
    assert to_ask([ticket], known, NOW - _WEEK, scores_to_ask(Policy(low_points=low_points))) == (
        [ticket] if asked else []
    )


def test_the_survey_adds_points_time_and_comment() -> None:
    found = _enrich(FakeRatings(surveys=[[survey(points=2, said=" Ruim ")]]))
    assert found.ratings[TICKET] == Rating(score=Score.BAD, points=2, scale=5, at=_day(20), comment="Ruim")


def test_the_survey_tells_when_it_went_out_and_when_it_was_first_answered() -> None:
    answer = SurveyAnswer(
        type="rating_scale", rating=3, rating_category="neutral", created_at=_day(19), updated_at=_day(20)
    )
    told = survey().model_copy(update={"answers": (answer,), "expires_at": _day(18) + timedelta(days=28)})
    rating = _enrich(FakeRatings(surveys=[[told]])).ratings[TICKET]
    assert (rating.category, rating.asked_at, rating.first_at, rating.at) == ("neutral", _day(18), _day(19), _day(20))


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        ({"escalation": EscalationState.OPEN}, True),
        ({"escalation": EscalationState.SUPPRESSED}, False),
        ({"escalation": EscalationState.CLOSED, "rearmed": True}, False),
        ({"escalation": EscalationState.CLOSED}, False),
    ],
)
def test_a_known_bad_rating_is_asked_about_at_any_age_while_its_task_is_open(
    known: Mapping[str, Any], asked: bool
) -> None:
    ticket = bad_ticket(updated_at=NOW - 3 * _WEEK)
    before = {TICKET: mirror_of(low=True, **known)}
    assert to_ask([ticket], before, NOW - _WEEK, scores_to_ask(Policy())) == ([ticket] if asked else [])


@pytest.mark.parametrize(
    ("policy", "counts"),
    [
        (Policy(), False),
        (Policy(low_points=2), True),
        (Policy(low_points_by_brand={7: 3}), True),
        (Policy(low_points_by_form={9: None}), False),
    ],
)
def test_good_ratings_are_asked_about_where_points_may_decide(policy: Policy, counts: bool) -> None:
    assert scores_to_ask(policy) == ({Score.BAD, Score.GOOD} if counts else {Score.BAD})


@pytest.mark.parametrize(
    ("state", "asked"),
    [(EscalationState.CLOSED, True), (EscalationState.SUPPRESSED, True), (EscalationState.NONE, False)],
    ids=str,
)
def test_after_its_task_a_bad_rating_of_a_ticket_that_changed_lately_may_be_another(
    state: EscalationState, asked: bool
) -> None:
    known = {TICKET: mirror_of(low=True, escalation=state)}
    assert to_ask([bad_ticket()], known, NOW - _WEEK, scores_to_ask(Policy())) == ([bad_ticket()] if asked else [])


def test_the_tickets_own_comment_comes_first() -> None:
    found = _enrich(FakeRatings(surveys=[[survey(said="da pesquisa")]]), bad_ticket(comment="do ticket"))
    assert found.ratings[TICKET].comment == "do ticket"


def test_the_latest_of_several_answers_counts() -> None:
    answers = [
        survey(points=3, day=18),
        survey(points=1, day=21),
        survey(points=2, day=19),
        survey(points=None, day=22),
    ]
    rating = _enrich(FakeRatings(surveys=[answers])).ratings[TICKET]
    assert (rating.points, rating.at) == (1, _day(21))


@pytest.mark.parametrize("answers", [[(3, 18, "Adorei"), (1, 21, None)], [(1, 21, None), (3, 18, "Adorei")]])
def test_the_words_of_an_earlier_survey_are_not_those_of_a_later_one(
    answers: Sequence[tuple[int, int, str | None]],
) -> None:
    surveys = [survey(points=points, day=day, said=said) for points, day, said in answers]
    rating = _enrich(FakeRatings(surveys=[surveys])).ratings[TICKET]
    assert (rating.points, rating.comment) == (1, None)


@pytest.mark.parametrize(("points", "scale", "told"), [(2, 5, 5), (2, None, None), (4, 3, None)])
def test_the_scale_is_the_configured_one_unless_the_points_prove_it_wrong(
    points: int, scale: int | None, told: int | None
) -> None:
    rating = enrich(FakeRatings(surveys=[[survey(points=points)]]), [bad_ticket()], NOW, scale=scale).ratings[TICKET]
    assert (rating.points, rating.scale) == (points, told)


def test_a_survey_without_a_rating_says_nothing() -> None:
    skipped = survey().model_copy(update={"answers": (SurveyAnswer(type="skipped"),)})
    assert _enrich(FakeRatings(surveys=[[skipped]])).ratings[TICKET] == Rating(score=Score.BAD)


def test_a_survey_about_several_tickets_counts_only_for_those_asked_about() -> None:
    both = survey().model_copy(update={"subject_zrns": (f"zen:ticket:{TICKET}", "zen:ticket:9", "zen:conversation:1")})
    assert set(_enrich(FakeRatings(surveys=[[both]])).ratings) == {TICKET}


def test_the_legacy_list_tells_the_time_where_no_survey_does() -> None:
    found = _enrich(FakeRatings(legacy=[[legacy_rating(9)], [legacy_rating(day=21), legacy_rating(day=20)]]))
    assert found.ratings[TICKET] == Rating(score=Score.BAD, first_at=_day(10), at=_day(21))


def test_the_legacy_list_is_not_asked_when_the_survey_said_it_all() -> None:
    source = FakeRatings(surveys=[[survey()]], legacy=[[legacy_rating(day=22)]])
    assert (_enrich(source).ratings[TICKET].at, source.pages) == (_day(20), 0)


@pytest.mark.parametrize("refusal", [Unauthorized("no", status=403), Missing("no", status=404)], ids=["403", "404"])
def test_an_account_without_surveys_falls_back_to_the_legacy_list(refusal: ServiceError) -> None:
    found = _enrich(FakeRatings(surveys=refusal, legacy=[[legacy_rating()]]))
    assert (found.ratings[TICKET].at, found.surveys_readable, found.legacy_readable) == (_day(20), False, True)


@pytest.mark.parametrize("refusal", [Unauthorized("no", status=403), Missing("no", status=404)], ids=["403", "404"])
def test_an_account_that_shows_neither_keeps_the_tickets_word(refusal: ServiceError) -> None:
    found = _enrich(FakeRatings(surveys=refusal, legacy=refusal))
    assert found.ratings[TICKET] == Rating(score=Score.BAD)
    assert (found.surveys_readable, found.legacy_readable) == (False, False)


@pytest.mark.parametrize("fault", [Unauthorized("no", status=401), Unavailable("later", status=503)])
@pytest.mark.parametrize("place", ["surveys", "legacy"])
def test_a_fault_that_is_not_the_plans_ends_the_run(fault: ServiceError, place: str) -> None:
    source = FakeRatings(surveys=fault) if place == "surveys" else FakeRatings(legacy=fault)
    with pytest.raises(type(fault)):
        _enrich(source)


def test_surveys_are_asked_for_fifty_tickets_at_a_time_and_page_by_page() -> None:
    tickets = [bad_ticket(number) for number in range(1, 121)]
    source = FakeRatings(surveys=[[survey(1)], [survey(120)]])
    found = enrich(source, tickets, NOW, scale=5)
    assert source.asked == [50, 50, 50, 50, 20, 20]
    assert [number for number, rating in found.ratings.items() if rating.at] == [1, 120]


def test_a_years_worth_of_legacy_ratings_is_never_read_for_one_ticket() -> None:
    source = FakeRatings(legacy=[[legacy_rating(9)]], endless=True)
    assert _enrich(source).ratings[TICKET].at is None
    assert source.pages == 20


def _enrich(source: FakeRatings, *tickets: Ticket) -> Enrichment:
    return enrich(source, tickets or (bad_ticket(),), NOW, scale=5)


def _day(day: int) -> datetime:
    return datetime(2026, 11, day, tzinfo=UTC)
