"""The reads of both CSAT systems: legacy ratings, and the survey responses of the Help Center service."""

from __future__ import annotations

from zenhub_sync.sandbox.zendesk import paging, refusals
from zenhub_sync.sandbox.zendesk.exchange import Exchange
from zenhub_sync.sandbox.zendesk.rows import Row, seconds
from zenhub_sync.sandbox.zendesk.survey import SurveyResponse

MAX_RESPONSES = 50

_SCORES = ("offered", "unoffered", "good", "bad")


def ratings(exchange: Exchange) -> Row:
    """List ratings, offered ones too; start_time and end_time are held against created_at (not seen live).

    https://developer.zendesk.com/api-reference/ticketing/ticket-management/satisfaction_ratings/
    """
    rows = _ratings(exchange)
    return paging.listed(exchange, "satisfaction_ratings", rows)


def ratings_count(exchange: Exchange) -> Row:
    return {"count": {"value": len(_ratings(exchange)), "refreshed_at": exchange.records.stamp()}}


def rating(exchange: Exchange) -> Row:
    wanted = int(exchange.found["id"])
    for row in _table(exchange):
        if row["id"] == wanted:
            return {"satisfaction_rating": row}
    raise refusals.record_not_found()


def reasons(exchange: Exchange) -> Row:
    return {"reasons": list(exchange.records.reasons.values())}


def responses(exchange: Exchange) -> Row:
    """List survey responses, newest first unless sorted; no `links` (live, 2026-10-09).

    https://developer.zendesk.com/api-reference/ticketing/ticket-management/csat_survey_responses/
    """
    _require_survey(exchange)
    rows = [response for response in exchange.records.surveys.responses if _passes(exchange, response)]
    ascending = exchange.param("sort") == "id"
    rows.sort(key=lambda response: response.id, reverse=not ascending)
    after = exchange.param("page[after]")
    if after:
        rows = [row for row in rows if (row.id > after if ascending else row.id < after)]
    page = rows[: exchange.size("page[size]", MAX_RESPONSES)]
    book = exchange.records.surveys
    return {
        "meta": _meta([row.id for row in page], more=len(rows) > len(page)),
        "survey_responses": [book.response_row(response, full=False) for response in page],
    }


def response(exchange: Exchange) -> Row:
    """Show one response with the wording of its questions."""
    _require_survey(exchange)
    book = exchange.records.surveys
    for found in book.responses:
        if found.id == exchange.found["id"]:
            return {"survey_response": book.response_row(found, full=True)}
    raise refusals.guide_not_found()


def surveys(exchange: Exchange) -> Row:
    """List the survey as it stands; an account with legacy CSAT has none."""
    _require_survey(exchange)
    book = exchange.records.surveys
    rows = []
    if exchange.records.options.csat == "survey":
        rows = [book.survey_row(book.versions[-1] if book.versions else book.version(5, exchange.records.now()))]
    return {"meta": _meta([row["id"] for row in rows], more=False), "surveys": rows}


def survey(exchange: Exchange) -> Row:
    """Show one version of the survey."""
    _require_survey(exchange)
    book = exchange.records.surveys
    for version in book.versions:
        if (book.id, str(version.number)) == (exchange.found["id"], exchange.found["version"]):
            return {"survey": book.survey_row(version)}
    raise refusals.guide_not_found()


def _table(exchange: Exchange) -> list[Row]:
    if exchange.records.options.csat == "none":
        raise refusals.no_access()
    return sorted(exchange.records.ratings.values(), key=lambda row: int(row["id"]))


def _ratings(exchange: Exchange) -> list[Row]:
    start, end = exchange.number("start_time"), exchange.number("end_time")
    wanted = exchange.param("score")
    return [
        row
        for row in _table(exchange)
        if (start is None or seconds(row["created_at"]) >= start)
        and (end is None or seconds(row["created_at"]) <= end)
        and (wanted is None or wanted in _names(row))
    ]


def _names(row: Row) -> set[str]:
    """Return the filter words that a rating answers to: `bad`, `bad_with_comment`, `received` …"""
    score = str(row["score"])
    if score not in ("good", "bad"):
        return {score}
    ending = "with_comment" if row["comment"] else "without_comment"
    return {score, "received", f"{score}_{ending}", f"received_{ending}"}


def _passes(exchange: Exchange, response: SurveyResponse) -> bool:
    """Hold a response against the filters; the time ones are in milliseconds and mean when it was sent."""
    zrns, people = exchange.words("filter[subject_zrns]"), exchange.words("filter[responder_ids]")
    start, end = exchange.number("filter[created_at_start]"), exchange.number("filter[created_at_end]")
    sent = int(response.sent_at.timestamp() * 1000)
    return (
        (not zrns or f"zen:ticket:{response.ticket_id}" in zrns)
        and (not people or str(response.responder_id) in people)
        and (start is None or sent >= start)
        and (end is None or sent <= end)
    )


def _require_survey(exchange: Exchange) -> None:
    """Refuse as the Help Center service does: nothing there without the feature, a title without the right."""
    if exchange.records.options.csat == "none":
        raise refusals.guide_not_found()
    if not exchange.records.options.survey_access:
        raise refusals.newer(403, "Forbidden", "Forbidden")


def _meta(ids: list[str], *, more: bool) -> Row:
    """Write the ends of a page: its first and last id, on the last page too."""
    return {
        "after_cursor": ids[-1] if ids else None,
        "before_cursor": ids[0] if ids else None,
        "has_more": more,
    }
