"""The survey of the new CSAT: its versions, and the responses people give to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from zenhub_sync.sandbox.zendesk.rows import Row, iso_ms

# A response can be edited for 28 days after it was sent (live recording, 2026-10-09: expires_at).
SURVEY_LIFE = timedelta(days=28)

REASONS = (
    "The issue took too long to resolve",
    "The issue was not resolved",
    "The information provided was not clear or helpful",
)


def fold(points: int, scale: int) -> str:
    """Fold points to the ticket's good or bad.

    1-2: 1 is bad; 1-3: 1 and 2; 1-5: 1, 2 and 3. https://internalnote.com/customizable-csat-api
    """
    return "good" if points > {2: 1, 3: 2, 5: 3}[scale] else "bad"


def category(points: int, scale: int) -> str:
    """Return the survey answer's own category, which knows `neutral` where the ticket says bad.

    Seen live for 1 and 5 alone; the middle is the documented third word.
    https://developer.zendesk.com/api-reference/ticketing/ticket-management/csat_survey_responses/
    """
    middle = (scale + 1) / 2
    return "bad" if points < middle else "good" if points > middle else "neutral"


@dataclass(slots=True, kw_only=True)
class Answer:
    """One answered question."""

    value: Any
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyVersion:
    """The survey as it stood: changing its scale makes the next version."""

    number: int
    scale: int
    created_at: datetime


@dataclass(slots=True, kw_only=True)
class SurveyResponse:
    """What one person said of one ticket; `rating` None means offered and not answered."""

    id: str
    ticket_id: int
    responder_id: int | None
    sent_at: datetime
    version: SurveyVersion
    rating: Answer | None = None
    reason: Answer | None = None
    comment: Answer | None = None

    @property
    def expires_at(self) -> datetime:
        return self.sent_at + SURVEY_LIFE


class SurveyBook:
    """The account's one survey and its responses, oldest first."""

    def __init__(self, new_ulid: Callable[[], str]) -> None:
        self._new_ulid = new_ulid
        self.id, self.rating_question, self.reason_question, self.comment_question = (new_ulid() for _ in range(4))
        self.options: dict[str, str] = {text: new_ulid() for text in REASONS}
        self.versions: list[SurveyVersion] = []
        self.responses: list[SurveyResponse] = []

    def version(self, scale: int, now: datetime) -> SurveyVersion:
        """Return the version with that scale, made now if the survey never had it."""
        for version in self.versions:
            if version.scale == scale:
                return version
        made = SurveyVersion(number=len(self.versions) + 1, scale=scale, created_at=now)
        self.versions.append(made)
        return made

    def offer(self, ticket_id: int, responder_id: int | None, scale: int, now: datetime) -> SurveyResponse:
        response = SurveyResponse(
            id=self._new_ulid(),
            ticket_id=ticket_id,
            responder_id=responder_id,
            sent_at=now,
            version=self.version(scale, now),
        )
        self.responses.append(response)
        return response

    def of_ticket(self, ticket_id: int) -> SurveyResponse | None:
        return next((r for r in reversed(self.responses) if r.ticket_id == ticket_id), None)

    def option(self, reason: str) -> str:
        return self.options.setdefault(reason, self._new_ulid())

    def response_row(self, response: SurveyResponse, *, full: bool) -> Row:
        """Write a response; `full` adds the wording of its questions, as the single read does."""
        zrn = f"zen:ticket:{response.ticket_id}"
        return {
            "id": response.id,
            "expires_at": iso_ms(response.expires_at),
            # A string in live answers, an integer in the reference page.
            "responder_id": None if response.responder_id is None else str(response.responder_id),
            "subject_zrns": [zrn],
            "subjects": [{"id": str(response.ticket_id), "type": "ticket", "zrn": zrn}],
            "survey": {"id": self.id, "state": "enabled", "version": response.version.number},
            "answers": self._answers(response, full=full) if response.rating else [],
        }

    def survey_row(self, version: SurveyVersion) -> Row:
        """Write one version of the survey with its questions and options.

        https://developer.zendesk.com/api-reference/ticketing/ticket-management/csat_surveys/
        """
        rating, reason, comment = (self._question(k, version, full=True) for k in ("rating", "reason", "comment"))
        ends = {True: self.comment_question, False: self.reason_question}
        for option in rating["options"]:
            good = fold(option["rating"], version.scale) == "good"
            option["follow_up"] = {"question_id": ends[good]}
        for option in reason["options"]:
            option["follow_up"] = {"question_id": self.comment_question}
        questions = [rating, reason, comment | {"follow_up": None}]
        for question in questions:
            question.pop("alias")
        stamp = iso_ms(version.created_at)
        return {
            "id": self.id,
            "state": "enabled",
            "version": version.number,
            "created_at": stamp,
            "updated_at": stamp,
            "questions": questions,
        }

    def _answers(self, response: SurveyResponse, *, full: bool) -> list[Row]:
        """Write the answers: a question that was reached and left empty is `skipped`, one not reached is absent."""
        rating = response.rating
        assert rating is not None  # noqa: S101 - the caller asks only for answered ones
        scale = response.version.scale
        out = [
            {
                "type": "rating_scale",
                "rating": rating.value,
                "rating_category": category(rating.value, scale),
                **self._asked("rating", rating, response, full=full),
            }
        ]
        if fold(rating.value, scale) == "bad":
            out.append(self._reason_answer(response, rating, full=full))
        comment = response.comment
        said = {"type": "open_ended", "value": comment.value} if comment else {"type": "skipped"}
        out.append(said | self._asked("comment", comment or rating, response, full=full))
        return out

    def _reason_answer(self, response: SurveyResponse, rating: Answer, *, full: bool) -> Row:
        asked = self._asked("reason", response.reason or rating, response, full=full)
        if response.reason is None:
            return {"type": "skipped", **asked}
        chosen = {"type": "predefined", "option_id": self.option(response.reason.value)}
        return {"type": "closed_ended", "selections": [chosen], **asked}

    def _asked(self, kind: str, answer: Answer, response: SurveyResponse, *, full: bool) -> Row:
        return {
            "question": self._question(kind, response.version, full=full),
            "created_at": iso_ms(answer.created_at),
            "updated_at": iso_ms(answer.updated_at),
        }

    def _question(self, kind: str, version: SurveyVersion, *, full: bool) -> Row:
        if kind == "rating":
            row: Row = {
                "id": self.rating_question,
                "type": "rating_scale_numeric",
                "sub_type": "customer_satisfaction",
            }
            headline = "How would you rate the support you received?"
            options = [{"rating": n, "label": _text(str(n))} for n in range(1, version.scale + 1)]
        elif kind == "reason":
            row = {"id": self.reason_question, "type": "closed_ended"}
            headline = "Select a reason regarding your experience"
            options = [{"id": key, "label": _text(text)} for text, key in self.options.items()]
        else:
            row = {"id": self.comment_question, "type": "open_ended"}
            headline, options = "Anything else you would like to share about your experience?", []
        if full:
            row |= {"alias": kind, "headline": _text(headline)} | ({"options": options} if options else {})
        return row


def _text(value: str) -> Row:
    return {"type": "static", "value": value}
