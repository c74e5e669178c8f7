"""The legacy CSAT of the sandbox's Zendesk: good or bad, and the list of ratings."""

from __future__ import annotations

import pytest
from tests.contract.sandbox.desk_caller import Caller, body_of, rated

from zenhub_sync.sandbox.zendesk import DeskOptions


def test_an_account_with_legacy_csat_has_no_survey() -> None:
    caller = Caller(DeskOptions(csat="legacy"))
    assert caller.get("/api/v2/guide/en-us/surveys")["surveys"] == []
    features = caller.get("/api/v2/account/settings")["settings"]["active_features"]
    assert (features["customer_satisfaction"], features["customer_satisfaction_survey"]) == (True, False)


def test_legacy_ratings_have_no_points_and_may_lack_the_reason_keys() -> None:
    caller = Caller(DeskOptions(csat="legacy"))
    ticket = rated(caller, score="bad", comment="Ruim")
    assert caller.desk.ticket(ticket)["satisfaction_rating"].keys() == {"id", "score", "comment"}
    with pytest.raises(ValueError, match="no points"):
        caller.desk.rate(ticket, points=1)


@pytest.mark.parametrize(
    ("score", "found"),
    [
        ("bad", 1),
        ("good", 1),
        ("offered", 1),
        ("received", 2),
        ("bad_with_comment", 1),
        ("good_with_comment", 0),
        ("received_without_comment", 1),
        (None, 3),
    ],
)
def test_legacy_ratings_are_filtered_by_word(score: str | None, found: int) -> None:
    caller = Caller(DeskOptions(csat="legacy"))
    rated(caller, score="bad", comment="Ruim")
    rated(caller, score="good")
    caller.desk.offer_survey(caller.ticket())
    params = {} if score is None else {"score": score}
    page = caller.get("/api/v2/satisfaction_ratings", **params)
    assert len(page["satisfaction_ratings"]) == page["count"] == found
    assert caller.get("/api/v2/satisfaction_ratings/count", **params)["count"]["value"] == found


def test_a_legacy_rating_is_read_by_the_id_on_its_ticket() -> None:
    caller = Caller(DeskOptions(csat="legacy"))
    ticket = rated(caller, score="bad")
    rating_id = caller.desk.ticket(ticket)["satisfaction_rating"]["id"]
    row = caller.get(f"/api/v2/satisfaction_ratings/{rating_id}.json")["satisfaction_rating"]
    assert (row["ticket_id"], row["score"]) == (ticket, "bad")


def test_an_account_without_csat_is_refused_its_ratings() -> None:
    response = Caller(DeskOptions(csat="none")).ask("/api/v2/satisfaction_ratings")
    assert (response.status, body_of(response)["error"]["title"]) == (403, "Forbidden")
