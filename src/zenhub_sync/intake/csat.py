"""What the account knows of a bad rating beyond the ticket's word: points, comment and time.

The ticket decides (`good` or `bad`, in both CSAT systems); the survey and the legacy list only add to it, and an
account that gives neither loses nothing but the detail.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Protocol

from zenhub_sync.intake.translate import translate_rating
from zenhub_sync.planning.policy import Policy
from zenhub_sync.planning.tickets import EscalationState, MirroredTicket, Rating, Score, ZendeskTicketId
from zenhub_sync.transport.errors import Missing, Unauthorized
from zenhub_sync.transport.following import follow
from zenhub_sync.zendesk.models import LegacyRating, RatingPage, Ticket
from zenhub_sync.zendesk.surveys import SurveyAnswer, SurveyPage, SurveyResponse

# page[size] of the survey list ends at 50 (recording of a real account, 2026-10-09).
_ASK_AT_ONCE = 50
# A survey can be answered, and the answer edited, until 28 days after it was sent (live recording, 2026-10-09).
_SURVEY_LIFE = timedelta(days=28)
# The legacy list filters by a time that may be that of the offer; an answer comes at most 28 days after it.
_OFFER_TO_ANSWER = timedelta(days=30)
# The legacy list is not filtered by ticket: bounded, so that a year of ratings is never read for one of them.
_MOST_LEGACY_PAGES = 20


class RatingSource(Protocol):
    """The part of the Zendesk client that knows of ratings."""

    def survey_responses(self, ticket_ids: Sequence[int], *, after: str | None = None) -> SurveyPage: ...

    def satisfaction_ratings(self, *, score: str, start_time: int, after: str | None = None) -> RatingPage: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrichment:
    """Ratings by ticket, and whether the account lets us read what was needed of surveys and of the legacy list."""

    ratings: Mapping[int, Rating]
    surveys_readable: bool = True
    legacy_readable: bool = True


def to_ask(
    tickets: Iterable[Ticket],
    known: Mapping[ZendeskTicketId, MirroredTicket],
    oldest: datetime,
    scores: frozenset[Score],
) -> list[Ticket]:
    """Return the tickets whose rating is news, may count as low, and may still be young enough to act on.

    A rating moves `updated_at`, so a ticket untouched since `oldest` was not rated after it: asked at a second look and
    not at the first, it would be written though nothing is new. While its task is open, the customer may still add
    words to a rating that is known; after it, a bad rating may be another one.
    """
    return [
        ticket
        for ticket in tickets
        if translate_rating(ticket.satisfaction_rating).score in scores
        and (ticket.updated_at >= oldest or _has_open_task(known.get(ZendeskTicketId(ticket.id))))
        and _is_news(ticket, known.get(ZendeskTicketId(ticket.id)))
    ]


def scores_to_ask(policy: Policy) -> frozenset[Score]:
    """Return the words of the ticket behind which a low rating may stand: with a threshold of points, both."""
    return frozenset({Score.BAD, Score.GOOD}) if policy.counts_points else frozenset({Score.BAD})


def _is_news(ticket: Ticket, before: MirroredTicket | None) -> bool:
    if before is None or before.undelivered or _has_open_task(before):
        return True
    if before.low and before.escalation in {EscalationState.CLOSED, EscalationState.SUPPRESSED}:
        return True
    score = translate_rating(ticket.satisfaction_rating).score
    return score is not before.score if score is Score.GOOD else not before.low


def _has_open_task(before: MirroredTicket | None) -> bool:
    """Tell whether words that are added to a known bad rating have somewhere to go, however old it is."""
    return before is not None and before.escalation is EscalationState.OPEN


def enrich(source: RatingSource, tickets: Sequence[Ticket], now: datetime, *, scale: int | None) -> Enrichment:
    """Ask for points and times of these bad ratings: the survey first, then the legacy list for what is left."""
    ratings = {ticket.id: translate_rating(ticket.satisfaction_rating) for ticket in tickets}
    own = {ticket_id: rating.comment for ticket_id, rating in ratings.items()}
    surveys_readable = legacy_readable = True
    try:
        for response in _responses(source, list(ratings)):
            for ticket_id in response.ticket_ids:
                if ticket_id in ratings:
                    ratings[ticket_id] = _with_survey(ratings[ticket_id], response, scale, said=own[ticket_id])
    except (Unauthorized, Missing) as error:
        surveys_readable = _not_on_this_plan(error)
    timeless = {ticket_id for ticket_id, rating in ratings.items() if rating.at is None}
    if timeless:
        try:
            for legacy in _legacy(source, timeless, now):
                ratings[legacy.ticket_id] = _with_legacy(ratings[legacy.ticket_id], legacy)
        except (Unauthorized, Missing) as error:
            legacy_readable = _not_on_this_plan(error)
    return Enrichment(ratings=ratings, surveys_readable=surveys_readable, legacy_readable=legacy_readable)


def _not_on_this_plan(error: Unauthorized | Missing) -> bool:
    """Return False (not readable) for 403 and 404; a credential that is refused altogether stops the run."""
    if error.status not in {403, 404}:
        raise error
    return False


def _responses(source: RatingSource, ids: Sequence[int]) -> Iterable[SurveyResponse]:
    for start in range(0, len(ids), _ASK_AT_ONCE):
        ask = partial(_ask_surveys, source, ids[start : start + _ASK_AT_ONCE])
        for page in follow(ask, lambda page: not page.responses, call="zendesk.survey_responses"):
            yield from page.responses


def _ask_surveys(source: RatingSource, ids: Sequence[int], after: str | None) -> SurveyPage:
    return source.survey_responses(ids, after=after)


def _legacy(source: RatingSource, wanted: set[int], now: datetime) -> Iterable[LegacyRating]:
    start_time = int((now - _OFFER_TO_ANSWER).timestamp())
    pages = follow(
        lambda after: source.satisfaction_ratings(score="bad", start_time=start_time, after=after),
        lambda page: not page.ratings,
        call="zendesk.satisfaction_ratings",
    )
    for page in islice(pages, _MOST_LEGACY_PAGES):
        yield from (rating for rating in page.ratings if rating.ticket_id in wanted)


def _with_survey(rating: Rating, response: SurveyResponse, scale: int | None, *, said: str | None) -> Rating:
    """Add the survey's answers, if they are newer than what is known (a ticket may have been surveyed twice).

    What the ticket itself `said` comes before the words of this survey; those of another one are not this rating's.
    """
    scored = _answer(response, "rating_scale")
    if scored is None or scored.rating is None:
        return rating
    at = scored.updated_at or scored.created_at
    if rating.at is not None and (at is None or at <= rating.at):
        return rating
    open_ended = _answer(response, "open_ended")
    return replace(
        rating,
        points=scored.rating,
        category=scored.rating_category,
        asked_at=response.expires_at - _SURVEY_LIFE if response.expires_at is not None else None,
        first_at=scored.created_at,
        scale=scale if scale is not None and scored.rating <= scale else None,
        at=at,
        comment=said or ((open_ended.value or "").strip() if open_ended is not None else None) or None,
    )


def _with_legacy(rating: Rating, legacy: LegacyRating) -> Rating:
    at = legacy.updated_at or legacy.created_at
    if at is None or (rating.at is not None and at <= rating.at):
        return rating
    # Seen are rows of offers too, which become ratings: `created_at` may be either.
    return replace(rating, at=at, first_at=legacy.created_at)


def _answer(response: SurveyResponse, kind: str) -> SurveyAnswer | None:
    return next((answer for answer in response.answers if answer.type == kind), None)
