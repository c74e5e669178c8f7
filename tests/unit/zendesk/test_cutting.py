"""An answer is cut into rows that are read one at a time; one that cannot be cut is read as a whole."""

from __future__ import annotations

import json

import pytest
from tests.fakes.sender import answer
from tests.unit.zendesk.rows import ticket

from zenhub_sync.transport.errors import Malformed
from zenhub_sync.zendesk.pages import read_ticket_page
from zenhub_sync.zendesk.rows import PageRows, Rows, cut

GOOD = json.dumps(ticket(1)).encode()
END = b'"end_of_stream": true'


def test_a_row_is_the_bytes_it_came_as() -> None:
    odd = b'{"id": 2,  "subject": "\\u0000", "custom_fields": [{"id": 1, "value": {"a": ["]}"]}}]}'
    rows = cut(b'{"users": [{}], "tickets": [' + GOOD + b" , " + odd + b'], "count": 2, ' + END + b"}", PageRows)
    assert rows is not None
    assert [bytes(row) for row in rows.tickets] == [GOOD, odd]
    assert [bytes(row) for row in rows.users] == [b"{}"]
    assert (rows.organizations, rows.after_cursor, rows.end_of_stream) == ((), None, True)


UNCUT = {
    "no list": b'{"tickets": {}}',
    "no tickets": b'{"users": []}',
    "cut off": b'{"tickets": [{"id": 1',
    "not JSON": b"<html>",
    "empty": b"",
    "too deep": b'{"tickets": [' + b"[" * 100_000 + b"]" * 100_000 + b"]}",
}


@pytest.mark.parametrize("body", UNCUT.values(), ids=UNCUT)
def test_what_has_no_rows_is_not_cut(body: bytes) -> None:
    assert cut(body, Rows) is None


READ_WHOLE = {
    "a byte order mark": b'\xef\xbb\xbf{"tickets": [' + GOOD + b"], " + END + b"}",
    "no user at all": b'{"tickets": [' + GOOD + b'], "users": null, ' + END + b"}",
    "a line break in a text": b'{"tickets": [' + GOOD + b'], "note": "a\nb", ' + END + b"}",
    "bytes that are no text": b'{"tickets": [' + GOOD + b'], "after_cursor": "\xff", ' + END + b"}",
    "half a character": b'{"tickets": [' + GOOD + b'], "note": "\\ud800", ' + END + b"}",
    "no number": b'{"tickets": [' + GOOD + b'], "count": NaN, ' + END + b"}",
}


@pytest.mark.parametrize("body", READ_WHOLE.values(), ids=READ_WHOLE)
def test_a_page_that_is_not_cut_is_read_all_the_same(body: bytes) -> None:
    read = read_ticket_page(answer(body))
    assert ([each.id for each in read.tickets], read.broken, read.end_of_stream) == ([1], (), True)


def test_what_no_database_holds_is_mended_in_a_cursor_too() -> None:
    read = read_ticket_page(answer(b'{"tickets": [], "after_cursor": "a\\u0000b", ' + END + b"}"))
    assert read.after_cursor == "a\ufffdb"


def test_a_page_of_which_nothing_can_be_read_is_malformed() -> None:
    with pytest.raises(Malformed, match="not JSON"):
        read_ticket_page(answer(UNCUT["cut off"]))
