"""Answers to the customizable CSAT survey (points, not only good or bad), as the guide service gives them.

https://developer.zendesk.com/api-reference/ticketing/ticket-management/csat_survey_responses/
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import AwareDatetime, Field

from zenhub_sync.zendesk.models import Record, Words

# The documentation says integers, a real account sent strings (2026-10-09): both are taken.
Text = Annotated[str, Field(coerce_numbers_to_str=True)]

_TICKET = "zen:ticket:"
_NUMBER = re.compile("[0-9]{1,19}")  # what is longer is no id, and beyond 4,300 digits Python refuses to read it


class SurveyQuestion(Record):
    """`type` is `rating_scale_numeric`, `rating_scale_emoji`, `closed_ended`, `open_ended`, ..."""

    id: Text | None = None
    type: str | None = None
    sub_type: str | None = None


class SurveySelection(Record):
    """An option that was picked in a closed question."""

    option_id: Text | None = None


class SurveyAnswer(Record):
    """`type` is `rating_scale` (with `rating`), `closed_ended`, `open_ended` (with `value`) or `skipped`."""

    type: str
    rating: int | None = None
    rating_category: str | None = None
    value: Words = None
    selections: tuple[SurveySelection, ...] = ()
    question: SurveyQuestion | None = None
    created_at: AwareDatetime | None = None
    updated_at: AwareDatetime | None = None


class SurveyVersion(Record):
    """Which survey was sent."""

    id: Text | None = None
    version: int | None = None
    state: str | None = None


class SurveyResponse(Record):
    """One survey sent to one person; no answers yet means offered. Answers can change until `expires_at`."""

    id: Text
    responder_id: Text | None = None
    subject_zrns: tuple[str, ...] = ()
    survey: SurveyVersion | None = None
    answers: tuple[SurveyAnswer, ...] = ()
    expires_at: AwareDatetime | None = None

    @property
    def ticket_ids(self) -> tuple[int, ...]:
        """Return the tickets the survey is about; a messaging conversation is not one."""
        numbers = (zrn.removeprefix(_TICKET) for zrn in self.subject_zrns if zrn.startswith(_TICKET))
        return tuple(int(number) for number in numbers if _NUMBER.fullmatch(number))


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyPage:
    """A page of responses; `after` is None on the last one."""

    responses: tuple[SurveyResponse, ...]
    broken: tuple[str, ...] = ()
    after: str | None
