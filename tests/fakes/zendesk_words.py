"""Zendesk's own records, as its client hands them over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.fakes.facts import NOW, TICKET

from zenhub_sync.zendesk.models import LegacyRating, Organization, SatisfactionRating, Ticket, User
from zenhub_sync.zendesk.surveys import SurveyAnswer, SurveyResponse

ORGANIZATION_NUMBER = 360
REQUESTER_NUMBER = 88


def zendesk_ticket(zendesk_id: int = TICKET, **changes: Any) -> Ticket:
    """Return an open ticket of the export with these fields changed."""
    return Ticket(
        **{
            "id": zendesk_id,
            "subject": "Nota fiscal",
            "status": "open",
            "requester_id": REQUESTER_NUMBER,
            "organization_id": ORGANIZATION_NUMBER,
            "created_at": NOW - timedelta(days=5),
            "updated_at": NOW - timedelta(hours=2),
            "generated_timestamp": 2_000,
            **changes,
        }
    )


def bad_ticket(zendesk_id: int = TICKET, comment: str | None = None, **changes: Any) -> Ticket:
    """Return a badly rated ticket."""
    return zendesk_ticket(zendesk_id, satisfaction_rating=SatisfactionRating(score="bad", comment=comment), **changes)


def organization(*domains: str, number: int = ORGANIZATION_NUMBER) -> dict[int, Organization]:
    return {number: Organization(id=number, name="Padaria Sol", domain_names=domains)}


def user(email: str | None = "ana@padaria.example", number: int = REQUESTER_NUMBER) -> dict[int, User]:
    return {number: User(id=number, name="Ana Souza", email=email)}


def survey(
    zendesk_id: int = TICKET, *, points: int | None = 1, day: int = 20, said: str | None = None
) -> SurveyResponse:
    """Return an answered survey; without points it was only offered."""
    at = datetime(2026, 11, day, tzinfo=UTC)
    answers = [SurveyAnswer(type="rating_scale", rating=points, updated_at=at)] if points is not None else []
    if said is not None:
        answers.append(SurveyAnswer(type="open_ended", value=said, updated_at=at))
    return SurveyResponse(id=f"r{day}", subject_zrns=(f"zen:ticket:{zendesk_id}",), answers=tuple(answers))


def legacy_rating(zendesk_id: int = TICKET, *, day: int = 20, created_day: int = 10) -> LegacyRating:
    return LegacyRating(
        id=zendesk_id * 100 + day,
        ticket_id=zendesk_id,
        score="bad",
        created_at=datetime(2026, 11, created_day, tzinfo=UTC),
        updated_at=datetime(2026, 11, day, tzinfo=UTC),
    )
