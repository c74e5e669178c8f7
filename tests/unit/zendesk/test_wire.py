"""What is put on the wire for each question to Zendesk."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing

import httpx
import pytest
import respx
from tests.fakes.clock import FakeClock

from zenhub_sync.transport.errors import Unauthorized
from zenhub_sync.transport.http import HttpxSender
from zenhub_sync.zendesk import wire
from zenhub_sync.zendesk.client import Zendesk
from zenhub_sync.zendesk.refusals import decipher

BASE = "https://acme.zendesk.com"
USER = {"id": 7, "name": "Ana", "email": "ana@example.com", "role": "admin", "active": True}
PAGE = {"tickets": [], "end_of_stream": True, "after_cursor": "MTc5MTQ5NDA2MC4wfHwxfA=="}
SURVEYS = {"survey_responses": [], "meta": {"has_more": False}}
RATINGS = {"satisfaction_ratings": [], "meta": {"has_more": False}}

SENT: list[tuple[str, Callable[[Zendesk], object], str, dict[str, str], object]] = [
    (
        "the first export",
        lambda zendesk: zendesk.export_tickets(start_time=1791494060),
        "/api/v2/incremental/tickets/cursor",
        {
            "start_time": "1791494060",
            "per_page": "1000",
            "include": "users,organizations",
            "support_type_scope": "all",
        },
        PAGE,
    ),
    (
        "every later export",
        lambda zendesk: zendesk.export_tickets(cursor="MTc5MTQ5NDA2MC4wfHwxfA==", per_page=500),
        "/api/v2/incremental/tickets/cursor",
        {
            "cursor": "MTc5MTQ5NDA2MC4wfHwxfA==",
            "per_page": "500",
            "include": "users,organizations",
            "support_type_scope": "all",
        },
        PAGE,
    ),
    (
        "tickets by id",
        lambda zendesk: zendesk.show_many_tickets([3, 1]),
        "/api/v2/tickets/show_many",
        {"ids": "3,1", "include": "users,organizations"},
        {"tickets": [], "count": 0},
    ),
    (
        "how tickets were handled",
        lambda zendesk: zendesk.handled_tickets([3, 1]),
        "/api/v2/tickets/show_many",
        {"ids": "3,1", "include": "groups,metric_sets"},
        {"tickets": [], "groups": [], "metric_sets": []},
    ),
    (
        "a ticket's history",
        lambda zendesk: zendesk.ticket_audits(3, after="c1"),
        "/api/v2/tickets/3/audits",
        {"page[size]": "100", "page[after]": "c1"},
        {"audits": [], "meta": {"has_more": False}},
    ),
    (
        "survey responses",
        lambda zendesk: zendesk.survey_responses([3, 6]),
        "/api/v2/guide/survey_responses",
        {"filter[subject_zrns]": "zen:ticket:3,zen:ticket:6", "page[size]": "50"},
        SURVEYS,
    ),
    (
        "more survey responses",
        lambda zendesk: zendesk.survey_responses([3], after="01M4"),
        "/api/v2/guide/survey_responses",
        {"filter[subject_zrns]": "zen:ticket:3", "page[size]": "50", "page[after]": "01M4"},
        SURVEYS,
    ),
    (
        "legacy ratings",
        lambda zendesk: zendesk.satisfaction_ratings(score="bad", start_time=5, after="x"),
        "/api/v2/satisfaction_ratings",
        {"score": "bad", "start_time": "5", "page[size]": "100", "page[after]": "x"},
        RATINGS,
    ),
    ("statuses", lambda zendesk: zendesk.custom_statuses(), "/api/v2/custom_statuses", {}, {"custom_statuses": []}),
    ("oneself", lambda zendesk: zendesk.me(), "/api/v2/users/me", {}, {"user": USER}),
    (
        "the token",
        lambda zendesk: zendesk.current_token(),
        "/api/v2/oauth/tokens/current",
        {},
        {"token": {"expires_at": None, "scopes": ["tickets:read"]}},
    ),
]


@respx.mock
@pytest.mark.parametrize(("ask", "path", "params", "body"), [each[1:] for each in SENT], ids=[each[0] for each in SENT])
def test_a_question_is_one_get(
    ask: Callable[[Zendesk], object], path: str, params: dict[str, str], body: object
) -> None:
    route = respx.get(f"{BASE}{path}").mock(httpx.Response(200, json=body))
    with closing(HttpxSender(BASE, decipher, clock=FakeClock())) as sender:
        ask(Zendesk(sender))
    request = route.calls.last.request
    assert dict(request.url.params) == params
    assert request.content == b""


@pytest.mark.parametrize(
    ("cursor", "start_time"), [(None, None), ("x", 5)], ids=["neither cursor nor time", "cursor and time"]
)
def test_an_export_starts_from_one_point(cursor: str | None, start_time: int | None) -> None:
    with pytest.raises(ValueError, match="not from both or neither"):
        wire.export_tickets(cursor=cursor, start_time=start_time, per_page=1000)


@pytest.mark.parametrize("count", [0, 101])
def test_show_many_knows_its_bounds(count: int) -> None:
    with pytest.raises(ValueError, match="1 to 100"):
        wire.show_many_tickets(range(count))


def test_every_question_is_repeatable_and_in_its_bucket() -> None:
    calls = [
        wire.export_tickets(cursor="x", start_time=None, per_page=1),
        wire.show_many_tickets([1]),
        wire.survey_responses([1], after=None),
        wire.satisfaction_ratings(score="bad", start_time=0, after=None),
        wire.custom_statuses(),
        wire.me(),
        wire.current_token(),
    ]
    assert all(each.repeatable for each in calls)
    assert [each.bucket for each in calls] == [
        "zendesk.exports",
        "zendesk",
        "zendesk.guide",
        "zendesk",
        "zendesk",
        "zendesk",
        "zendesk",
    ]


@pytest.mark.parametrize("user", [{"id": None, "name": "Anonymous user"}, {"name": "Anonymous user"}])
def test_an_anonymous_me_is_no_health(user: dict[str, object]) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=json.dumps({"user": user})))
    with pytest.raises(Unauthorized, match="anonymous"):
        Zendesk(HttpxSender(BASE, decipher, clock=FakeClock(), transport=transport)).me()
