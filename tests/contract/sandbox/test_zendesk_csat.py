"""The survey CSAT of the sandbox's Zendesk, on the ticket and in the survey responses."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contract.sandbox.desk_caller import Caller, rated, sample

from zenhub_sync.sandbox.zendesk import DeskOptions

RESPONSES = "/api/v2/guide/survey_responses"
LATE = "Took too long to get a reply."
UNSOLVED = "The issue was not resolved"


@pytest.mark.parametrize(
    ("csat", "before", "asked"),
    [("survey", "unoffered", "offered"), ("legacy", "unoffered", "offered"), ("none", None, None)],
)
def test_before_a_rating_the_ticket_says_whether_it_was_asked_for(csat: Any, before: Any, asked: Any) -> None:
    caller = Caller(DeskOptions(csat=csat))
    ticket = caller.ticket(status="solved")
    assert caller.desk.ticket(ticket)["satisfaction_rating"] == (before and {"score": before})
    if asked:
        caller.desk.offer_survey(ticket)
        assert caller.desk.ticket(ticket)["satisfaction_rating"] == {"score": asked}
    else:
        with pytest.raises(ValueError, match="no CSAT"):
            caller.desk.offer_survey(ticket)


@pytest.mark.parametrize(
    ("scale", "points", "score", "category"),
    [
        (2, 1, "bad", "bad"),
        (2, 2, "good", "good"),
        (3, 1, "bad", "bad"),
        (3, 2, "bad", "neutral"),
        (3, 3, "good", "good"),
        (5, 1, "bad", "bad"),
        (5, 2, "bad", "bad"),
        (5, 3, "bad", "neutral"),
        (5, 4, "good", "good"),
        (5, 5, "good", "good"),
    ],
)
def test_points_fold_to_good_and_bad_and_keep_their_own_category(
    scale: int, points: int, score: str, category: str
) -> None:
    caller = Caller()
    ticket = rated(caller, points=points, scale=scale)
    assert caller.desk.ticket(ticket)["satisfaction_rating"]["score"] == score
    answer = caller.get(RESPONSES)["survey_responses"][0]["answers"][0]
    assert (answer["rating"], answer["rating_category"]) == (points, category)


def test_a_bad_rating_has_the_keys_of_the_live_one_and_moves_both_stamps() -> None:
    caller = Caller()
    ticket = rated(caller, points=1, reason=UNSOLVED)
    live = sample("2026_export_tickets_all_csat_states_end_of_stream.json")["response"]["body"]["tickets"][2]
    row = caller.desk.ticket(ticket)
    assert row["satisfaction_rating"].keys() == live["satisfaction_rating"].keys()
    assert row["satisfaction_rating"]["reason"] == UNSOLVED
    assert row["updated_at"] == "2026-11-20T12:00:30Z"
    reasons = {r["id"]: r["value"] for r in caller.get("/api/v2/satisfaction_reasons")["reasons"]}
    assert reasons[row["satisfaction_rating"]["reason_id"]] == UNSOLVED


def test_a_rating_that_turns_good_keeps_its_ids_and_its_comment_and_loses_its_reason() -> None:
    caller = Caller()
    ticket = rated(caller, points=1, reason=UNSOLVED, comment=LATE)
    bad = caller.desk.ticket(ticket)["satisfaction_rating"]
    (response,) = caller.get(RESPONSES)["survey_responses"]
    caller.clock.advance(61)
    caller.desk.rate(ticket, points=5)
    good = caller.desk.ticket(ticket)["satisfaction_rating"]
    assert good == bad | {"score": "good", "reason": None, "reason_id": None}
    assert good["comment"] == LATE
    (edited,) = caller.get(RESPONSES)["survey_responses"]
    assert edited["id"] == response["id"]
    rating, comment = edited["answers"]
    assert rating["created_at"] == "2026-11-20T12:00:30.000Z"
    assert rating["updated_at"] == "2026-11-20T12:01:31.000Z"
    assert (comment["type"], comment["updated_at"]) == ("open_ended", "2026-11-20T12:00:30.000Z")


@pytest.mark.parametrize(
    ("rating", "index"),
    [({"points": 5, "comment": LATE}, 0), (None, 1), ({"points": 1, "reason": UNSOLVED}, 2)],
)
def test_survey_responses_have_the_shape_of_the_live_ones(rating: dict[str, Any] | None, index: int) -> None:
    recorded = sample("2026_survey_responses_sort_id_complete.json")["response"]["body"]
    caller = Caller()
    if rating is None:
        caller.desk.offer_survey(caller.ticket())
    else:
        rated(caller, **rating)
    page = caller.get(RESPONSES, sort="id")
    assert page.keys() == recorded.keys()
    assert page["meta"].keys() == recorded["meta"].keys()
    assert shape(page["survey_responses"][0]) == shape(recorded["survey_responses"][index])


def test_survey_responses_come_newest_first_unless_sorted_by_id() -> None:
    caller = Caller()
    for _ in range(3):
        rated(caller, points=5)
    by_id = [row["id"] for row in caller.get(RESPONSES, sort="id")["survey_responses"]]
    assert by_id == sorted(by_id)
    assert [row["id"] for row in caller.get(RESPONSES)["survey_responses"]] == by_id[::-1]


def test_survey_responses_page_by_the_ids_themselves_fifty_at_most() -> None:
    caller = Caller(DeskOptions(enforce_limits=False))
    for _ in range(52):
        rated(caller, points=5)
    page = caller.get(RESPONSES, **{"page[size]": 500, "sort": "id"})
    assert (len(page["survey_responses"]), page["meta"]["has_more"]) == (50, True)
    assert page["meta"]["before_cursor"] == page["survey_responses"][0]["id"]
    after = page["meta"]["after_cursor"]
    last = caller.get(RESPONSES, **{"page[after]": after, "sort": "id"})
    assert (len(last["survey_responses"]), last["meta"]["has_more"]) == (2, False)
    assert last["meta"]["after_cursor"] == last["survey_responses"][-1]["id"]


def test_survey_responses_are_filtered_by_ticket_and_by_the_milliseconds_they_were_sent() -> None:
    caller = Caller()
    first = rated(caller, points=5)
    caller.clock.advance(3600)
    second = rated(caller, points=1)
    sent = int(caller.clock.epoch() - 30) * 1000

    def found(**filters: object) -> list[str]:
        page = caller.get(RESPONSES, **{f"filter[{name}]": value for name, value in filters.items()})
        return [row["subjects"][0]["id"] for row in page["survey_responses"]]

    assert found(subject_zrns=f"zen:ticket:{first},zen:ticket:99") == [str(first)]
    assert found(created_at_start=sent) == [str(second)]
    assert found(created_at_end=sent - 1) == [str(first)]


def test_one_response_tells_the_wording_of_its_questions() -> None:
    caller = Caller()
    rated(caller, points=2, reason=UNSOLVED, comment=LATE)
    (listed,) = caller.get(RESPONSES)["survey_responses"]
    shown = caller.get(f"/api/v2/guide/en-us/survey_responses/{listed['id']}")["survey_response"]
    questions = [answer["question"] for answer in shown["answers"]]
    assert [question["alias"] for question in questions] == ["rating", "reason", "comment"]
    labels = {option["id"]: option["label"]["value"] for option in questions[1]["options"]}
    assert labels[shown["answers"][1]["selections"][0]["option_id"]] == UNSOLVED
    assert len(questions[0]["options"]) == 5


def test_the_survey_tells_its_scale_and_where_each_rating_leads() -> None:
    caller = Caller()
    rated(caller, points=2, scale=3)
    (survey,) = caller.get("/api/v2/guide/pt-br/surveys")["surveys"]
    rating, reason, comment = survey["questions"]
    assert survey["state"] == "enabled"
    assert [option["follow_up"]["question_id"] for option in rating["options"]] == [
        reason["id"],
        reason["id"],
        comment["id"],
    ]
    assert caller.get(f"/api/v2/guide/pt-br/surveys/{survey['id']}/1")["survey"]["version"] == 1


def test_a_survey_can_be_answered_for_28_days() -> None:
    caller = Caller()
    ticket = caller.ticket(status="solved")
    caller.desk.offer_survey(ticket)
    caller.clock.advance(28 * 86400)
    caller.desk.rate(ticket, points=1)
    caller.clock.advance(1)
    with pytest.raises(ValueError, match="expired"):
        caller.desk.rate(ticket, points=5)


@pytest.mark.parametrize(
    ("options", "status", "body"),
    [
        (DeskOptions(csat="none"), 404, b""),
        (DeskOptions(survey_access=False), 403, b'{"errors": [{"code": "Forbidden", "title": "Forbidden"}]}'),
    ],
)
@pytest.mark.parametrize("path", [RESPONSES, "/api/v2/guide/en-us/surveys"])
def test_without_the_plan_or_the_right_the_guide_service_refuses(
    options: DeskOptions, path: str, status: int, body: bytes
) -> None:
    response = Caller(options).ask(path)
    assert (response.status, response.body) == (status, body)


def test_an_unknown_response_is_an_empty_404() -> None:
    response = Caller().ask("/api/v2/guide/en-us/survey_responses/01M4FN6P3TCFJAF93WYDFZ4KKX")
    assert (response.status, response.body) == (404, sample("error_404_empty.json")["response"]["body"].encode())


@pytest.mark.parametrize("rating", [{}, {"points": 6}, {"points": 0}, {"points": 1, "scale": 4}, {"score": "neutral"}])
def test_what_is_no_rating_is_refused(rating: dict[str, Any]) -> None:
    caller = Caller()
    with pytest.raises(ValueError, match="rating"):
        caller.desk.rate(caller.ticket(), **rating)


def test_audits_tell_of_the_offer_and_the_answer() -> None:
    caller = Caller()
    ticket = rated(caller, points=1)
    events = [
        event["type"] for audit in caller.get(f"/api/v2/tickets/{ticket}/audits")["audits"] for event in audit["events"]
    ]
    assert events[-2:] == ["SurveyOffered", "SurveyResponseSubmitted"]


def shape(value: Any) -> Any:
    """Return the keys and types of a value, without the values."""
    if isinstance(value, dict):
        return {name: shape(part) for name, part in value.items()}
    if isinstance(value, list):
        return [shape(part) for part in value]
    return type(value).__name__
