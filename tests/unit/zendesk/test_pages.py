"""A page is read whole; a bad row costs one row."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.zendesk.rows import answer, page, ticket

from zenhub_sync.transport.call import Answer
from zenhub_sync.transport.errors import Malformed, ServiceError
from zenhub_sync.zendesk import wire
from zenhub_sync.zendesk.models import BrokenTicket
from zenhub_sync.zendesk.pages import read_rating_page, read_survey_page, read_ticket_batch, read_ticket_page


def test_a_good_page_is_read() -> None:
    user = {"id": 20, "name": "Ana", "email": None, "organization_id": 30, "active": False, "role": "end-user"}
    organization = {"id": 30, "name": "Acme", "domain_names": ["acme.example"], "external_id": "C-1"}
    read = read_ticket_page(page([ticket(1), ticket(2)], users=[user], organizations=[organization]))
    assert [each.id for each in read.tickets] == [1, 2]
    assert read.tickets[0].updated_at == datetime(2026, 10, 9, 5, 52, 58, tzinfo=UTC)
    assert read.users[0].email is None
    assert read.organizations[0].external_id == "C-1"
    assert (read.after_cursor, read.end_of_stream, read.broken) == ("c2", False, ())


def test_what_people_wrote_and_who_they_are_is_not_in_a_repr() -> None:
    rating = {"score": "bad", "comment": "c4n4ry"}
    rows = [ticket(1, subject="c4n4ry", description="c4n4ry", satisfaction_rating=rating)]
    read = read_ticket_page(page(rows, users=[{"id": 20, "name": "c4n4ry", "email": "c4n4ry@example.com"}]))
    assert read.tickets[0].subject == "c4n4ry"
    assert "c4n4ry" not in repr(read)


def test_an_empty_last_page_may_have_no_cursor() -> None:
    read = read_ticket_page(page([], after_cursor=None, end_of_stream=True))
    assert (read.tickets, read.after_cursor, read.end_of_stream) == ((), None, True)


TOLERATED = [
    {"satisfaction_rating": None},
    {"satisfaction_rating": {}},
    {"satisfaction_rating": {"score": "badwithcomment", "id": None, "new_key": 1}},
    {"status": "parked_by_a_robot"},
    {"via": None},
    {"via": {"channel": "fax", "source": {}}},
    {"subject": None},
    {"subject": ""},
    {"subject": "<script>{{ x }}</script>\r\n\x1b[31m=cmd|' /C calc'!A0 \u202e \U0001f468\u200d\U0001f469"},
    {"description": "x" * 10_000_000},
    {"requester_id": -1},
    {"custom_status_id": None},
    {"generated_timestamp": None},
    {"created_at": "0001-01-01T00:00:00Z"},
    {"updated_at": "9999-12-31T23:59:59Z"},
    {"support_type": "ai_agent"},
    {"a_new_key": {"deep": [1, 2, 3]}},
]


@pytest.mark.parametrize("change", TOLERATED, ids=range(len(TOLERATED)))
def test_what_may_be_there_is_read(change: dict[str, object]) -> None:
    read = read_ticket_page(page([ticket(1, **change)]))
    assert (len(read.tickets), read.broken) == (1, ())


BROKEN = [
    ({"id": "7"}, None, "id int_type"),
    ({"id": True}, None, "id int_type"),
    ({"id": 7.5}, None, "id int_type"),
    ({"id": -7}, None, "id greater_than"),
    ({"id": 0}, None, "id greater_than"),
    ({"id": 2**63}, None, "id less_than"),
    ({"id": None}, None, "id int_type"),
    ({"requester_id": 2**63}, 1, "requester_id less_than"),
    ({"status": None}, 1, "status string_type"),
    ({"status": 3}, 1, "status string_type"),
    ({"created_at": "2026-10-08T21:14:17"}, 1, "created_at timezone_aware"),
    ({"updated_at": "yesterday ana@example.com"}, 1, "updated_at datetime_from_date_parsing"),
    ({"tags": "vip"}, 1, "tags tuple_type"),
    ({"tags": [1]}, 1, "tags.0 string_type"),
    ({"satisfaction_rating": "bad"}, 1, "satisfaction_rating model_type"),
    ({"subject": ["a"], "status": 1, "tags": 2, "id": 3.5}, None, "more"),
]


@pytest.mark.parametrize(("change", "number", "reason"), BROKEN, ids=[each[2] for each in BROKEN])
def test_a_bad_ticket_costs_one_ticket(change: dict[str, object], number: int | None, reason: str) -> None:
    read = read_ticket_page(page([ticket(2), ticket(1) | change, ticket(3)]))
    assert [each.id for each in read.tickets] == [2, 3]
    assert [each.id for each in read.broken] == [number]
    assert reason in read.broken[0].reason
    assert "@" not in read.broken[0].reason
    assert read.after_cursor == "c2"


@pytest.mark.parametrize("row", [None, 3, "ticket", [], {}])
def test_what_is_no_ticket_at_all_is_broken_too(row: object) -> None:
    read = read_ticket_page(page([row, ticket(2)]))
    assert [each.id for each in read.tickets] == [2]
    assert [each.id for each in read.broken] == [None]


HOSTILE = [
    (b'"\\ud800"', "\ufffd"),
    (b'"a\\udc00\\ud800b"', "a\ufffd\ufffdb"),
    (b'"nul \\u0000 here"', "nul \ufffd here"),
    (b'"\xff\xfe"', "\ufffd\ufffd"),
    (b'"raw \x00 nul"', "raw \ufffd nul"),
    (b'"raw \x01\x1f control"', "raw \x01\x1f control"),
]


@pytest.mark.parametrize(("raw", "mended"), HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("field", ["subject", "description", "comment"])
def test_no_database_will_choke_on_what_is_read(raw: bytes, mended: str, field: str) -> None:
    rated = {"score": "bad", "comment": "MARK"} if field == "comment" else None
    change = {"satisfaction_rating": rated} if rated else {field: "MARK"}
    good = page([ticket(1, **change), ticket(2)])
    read = read_ticket_page(Answer(status=200, headers={}, body=good.body.replace(b'"MARK"', raw)))
    first, second = read.tickets
    rating = first.satisfaction_rating
    assert mended in (first.subject, first.description, rating.comment if rating else None)
    assert second.subject == "Printer"


def test_a_ticket_nested_beyond_reason_costs_nothing_else() -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    good = page([ticket(1, custom_fields="DEEP"), ticket(2)])
    read = read_ticket_page(Answer(status=200, headers={}, body=good.body.replace(b'"DEEP"', deep)))
    assert [each.id for each in read.tickets] == [1, 2]


def test_a_number_beyond_reason_is_one_broken_ticket() -> None:
    good = page([ticket(987654321), ticket(2)])
    read = read_ticket_page(Answer(status=200, headers={}, body=good.body.replace(b"987654321", b"9" * 5_000)))
    assert ([each.id for each in read.tickets], len(read.broken)) == ([2], 1)


def test_an_unreadable_side_load_is_as_if_not_sent() -> None:
    read = read_ticket_page(page([ticket(1)], users=[{"id": None}, {"id": 20}], organizations="none"))
    assert [each.id for each in read.users] == [20]
    assert (read.organizations, len(read.tickets), read.broken) == ((), 1, ())


@pytest.mark.parametrize(
    "body",
    [
        b"<html>login</html>",
        b"",
        b"[]",
        b"{}",
        b'{"tickets": [], "after_cursor": "x"}',
        b'{"end_of_stream": true}',
        b'{"tickets": {}, "end_of_stream": true}',
        b'{"tickets": [], "end_of_stream": "maybe"}',
        b'{"tickets": [], "end_of_stream": true, "after_cursor": 3}',
        page([ticket(1)]).body[:-20],
    ],
)
def test_what_is_no_page_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        read_ticket_page(Answer(status=200, headers={}, body=body))


def test_show_many_tells_good_from_bad() -> None:
    read = read_ticket_batch(answer({"tickets": [ticket(1), ticket(2, status=None)], "count": 2}))
    assert [each.id for each in read.tickets] == [1]
    assert read.broken == (BrokenTicket(id=2, reason="status string_type"),)


def test_a_survey_response_is_read_with_its_points() -> None:
    rating = {
        "type": "rating_scale",
        "rating": 1,
        "rating_category": "bad",
        "question": {"id": "q", "type": "rating_scale_numeric", "sub_type": "customer_satisfaction"},
        "updated_at": "2026-10-09T06:22:28.650Z",
    }
    response = {
        "id": "01M4",
        "responder_id": 39771850790941,
        "subject_zrns": ["zen:ticket:3", "zen:conversation:9", "zen:ticket:x", "zen:ticket:" + "9" * 5_000],
        "answers": [rating, {"type": "skipped"}],
    }
    meta = {"has_more": True, "after_cursor": "01M4"}
    read = read_survey_page(answer({"survey_responses": [response, {"answers": 3}], "meta": meta}))
    assert read.after == "01M4"
    assert read.responses[0].ticket_ids == (3,)
    assert read.responses[0].answers[0].rating == 1
    assert read.broken == ("id missing, answers tuple_type",)


@pytest.mark.parametrize("key", ["survey_responses", "satisfaction_ratings"])
def test_the_last_page_of_a_list_ends_it_though_it_has_a_cursor(key: str) -> None:
    body = answer({key: [], "meta": {"has_more": False, "after_cursor": "x"}, "links": {"next": "https://x"}})
    read = read_survey_page(body) if key == "survey_responses" else read_rating_page(body)
    assert read.after is None


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
shaped = st.fixed_dictionaries(
    {},
    optional={
        "tickets": st.lists(
            st.builds(lambda key, found: ticket(1) | {key: found}, st.sampled_from(sorted(ticket())), anything)
        ),
        "end_of_stream": st.booleans(),
        "after_cursor": st.text() | anything,
        "users": anything,
        "survey_responses": st.lists(
            st.fixed_dictionaries({"id": anything, "answers": anything, "subject_zrns": anything})
        ),
        "satisfaction_ratings": anything,
        "custom_statuses": anything,
        "user": st.fixed_dictionaries({"id": anything}),
        "token": anything,
        "meta": st.fixed_dictionaries({"has_more": st.booleans(), "after_cursor": anything}),
    },
)
READERS = [
    wire.export_tickets(cursor="x", start_time=None, per_page=1).read,
    wire.show_many_tickets([1]).read,
    wire.survey_responses([1], after=None).read,
    wire.satisfaction_ratings(score="bad", start_time=0, after=None).read,
    wire.custom_statuses().read,
    wire.me().read,
    wire.current_token().read,
]


@given(
    st.sampled_from(READERS),
    st.binary()
    | anything.map(lambda tree: json.dumps(tree).encode())
    | shaped.map(lambda tree: json.dumps(tree).encode()),
)
def test_no_answer_raises_anything_but_a_service_error(reader: object, body: bytes) -> None:
    assert callable(reader)
    with suppress(ServiceError):
        reader(Answer(status=200, headers={}, body=body))
