"""Offer and give a rating, and show it on the ticket as the account's CSAT system does."""

from __future__ import annotations

from typing import Literal

from zenhub_sync.sandbox.zendesk.records import Records
from zenhub_sync.sandbox.zendesk.rows import Row
from zenhub_sync.sandbox.zendesk.survey import Answer, SurveyResponse, fold

Score = Literal["good", "bad"]


def offer(records: Records, ticket: Row, *, scale: int = 5) -> None:
    """Ask the requester; the ticket then says `offered`."""
    _refuse_unless_open_to_rating(records, ticket)
    if ticket["satisfaction_rating"] is not None and "id" in ticket["satisfaction_rating"]:
        raise ValueError(f"ticket {ticket['id']} is already rated; rate it again instead")
    _rating_row(records, ticket)
    ticket["satisfaction_rating"] = {"score": "offered"}
    if records.options.csat == "survey" and records.surveys.of_ticket(ticket["id"]) is None:
        response = records.surveys.offer(ticket["id"], ticket["requester_id"], scale, records.now())
        records.audit(ticket["id"], [{"type": "SurveyOffered", "survey_response_id": response.id}])
    records.changed(ticket)


def rate(
    records: Records,
    ticket: Row,
    *,
    score: Score | None,
    points: int | None,
    scale: int,
    comment: str | None,
    reason: str | None,
) -> None:
    """Give a rating or change it: an edit keeps its id, an old comment stays, a reason goes when it turns good.

    Live recording, 2026-10-09: 1 of 5 with reason and comment, changed to 5 of 5.
    """
    _refuse_unless_open_to_rating(records, ticket)
    points = _points(records, score, points, scale)
    legacy, bad = records.options.csat == "legacy", fold(points, scale) == "bad"
    if not legacy:
        _answer(records, ticket, points, scale, comment, reason if bad else None)
    row = _rating_row(records, ticket)
    row |= {"score": "bad" if bad else "good", "updated_at": records.stamp()}
    if comment is not None:
        row["comment"] = comment
    if not bad:
        row |= {"reason": None, "reason_id": None}
    elif reason:
        chosen = records.reason(reason)
        row |= {"reason": chosen["value"], "reason_id": chosen["id"]}
    without_reason = legacy and not row["reason"]
    shown = ("id", "score", "comment") if without_reason else ("comment", "id", "reason", "reason_id", "score")
    ticket["satisfaction_rating"] = {name: row[name] for name in shown}
    records.changed(ticket)


def _points(records: Records, score: Score | None, points: int | None, scale: int) -> int:
    """Return the points; good stands for the top of the scale and bad for its bottom."""
    if records.options.csat == "legacy" and points is not None:
        raise ValueError("legacy CSAT has no points: give a rating with score='good' or score='bad'")
    if points is None:
        if score not in ("good", "bad"):
            raise ValueError("a rating needs points, or score 'good' or 'bad'")
        points = scale if score == "good" else 1
    if scale not in (2, 3, 5) or not 1 <= points <= scale:
        raise ValueError(f"{points} of {scale} is not a rating: scales have 2, 3 or 5 points")
    return points


def _refuse_unless_open_to_rating(records: Records, ticket: Row) -> None:
    """Responses are not recorded after the ticket is closed.

    https://support.zendesk.com/hc/en-us/articles/4408886173338
    """
    if records.options.csat == "none":
        raise ValueError("this account has no CSAT")
    if ticket["status"] in ("closed", "deleted"):
        raise ValueError(f"ticket {ticket['id']} is {ticket['status']}: its rating is final")


def _rating_row(records: Records, ticket: Row) -> Row:
    """Return the row that `satisfaction_ratings` lists for this ticket, made when first asked for."""
    if ticket["id"] not in records.ratings:
        rating_id = records.new_id()
        records.ratings[ticket["id"]] = {
            "url": f"{records.base_url}/api/v2/satisfaction_ratings/{rating_id}.json",
            "id": rating_id,
            "assignee_id": ticket["assignee_id"],
            "group_id": ticket["group_id"],
            "requester_id": ticket["requester_id"],
            "ticket_id": ticket["id"],
            "score": "offered",
            "created_at": records.stamp(),
            "updated_at": records.stamp(),
            "comment": None,
            "reason": None,
            "reason_id": None,
        }
    return records.ratings[ticket["id"]]


def _answer(records: Records, ticket: Row, points: int, scale: int, comment: str | None, reason: str | None) -> None:
    """Write the survey response behind the ticket's rating; each answer keeps its own time."""
    now, surveys = records.now(), records.surveys
    response = surveys.of_ticket(ticket["id"])
    if response is None:
        response = surveys.offer(ticket["id"], ticket["requester_id"], scale, now)
    if now > response.expires_at:
        raise ValueError(f"the survey of ticket {ticket['id']} expired 28 days after it was sent")
    if response.rating is None:
        response.version = surveys.version(scale, now)
    elif response.version.scale != scale:
        raise ValueError(f"ticket {ticket['id']} was rated on a scale of {response.version.scale}")
    _fill(response, records, points, comment, reason)
    records.audit(ticket["id"], [{"type": "SurveyResponseSubmitted", "survey_response_id": response.id}])


def _fill(response: SurveyResponse, records: Records, points: int, comment: str | None, reason: str | None) -> None:
    now = records.now()
    first = response.rating.created_at if response.rating else now
    response.rating = Answer(value=points, created_at=first, updated_at=now)
    if fold(points, response.version.scale) == "good":
        response.reason = None
    elif reason is not None:
        records.surveys.option(reason)
        begun = response.reason.created_at if response.reason else now
        response.reason = Answer(value=reason, created_at=begun, updated_at=now)
    if comment is not None:
        begun = response.comment.created_at if response.comment else now
        response.comment = Answer(value=comment, created_at=begun, updated_at=now)
