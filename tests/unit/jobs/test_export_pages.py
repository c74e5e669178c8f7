"""The export's pages: one is asked for ahead, and only what its reader still wants is used."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from zenhub_sync.jobs.export_pages import Export
from zenhub_sync.store.cursors import Cursor
from zenhub_sync.transport.asking import Asking, OneByOne, in_threads
from zenhub_sync.transport.errors import Malformed, Rejected, TooLong
from zenhub_sync.zendesk.models import TicketPage

START = Cursor(name="import", start_time=1_000)
END = TicketPage(tickets=(), users=(), organizations=(), broken=(), after_cursor="end", end_of_stream=True)


@dataclass(slots=True)
class Pages:
    """A Zendesk of empty pages by cursor; those in `expired` are refused, those longer than `most` too."""

    by_cursor: dict[str | None, TicketPage]
    expired: frozenset[str] = frozenset()
    most: int = 1000
    asked: list[tuple[str | None, int]] = field(default_factory=list)

    def export_tickets(
        self, *, cursor: str | None = None, start_time: int | None = None, per_page: int = 1000
    ) -> TicketPage:
        assert (cursor is None) is (start_time is not None)
        self.asked.append((cursor, per_page))
        if cursor in self.expired:
            raise Rejected("422", status=422)
        if per_page > self.most:
            raise TooLong("64 MB")
        return self.by_cursor[cursor]


def leading_to(cursor: str | None) -> TicketPage:
    return replace(END, after_cursor=cursor, end_of_stream=False)


def read(pages: Pages, asking: Asking, start: Cursor = START) -> list[Cursor]:
    """Read to the end, as a sweep does; return the bookmarks of the pages."""
    export = Export(zendesk=pages, per_page=1000, asking=asking, cursor=start)
    found: list[Cursor] = []
    while export.coming is not None:
        found.append(export.take().cursor)
    return found


def test_pages_come_in_order_with_and_without_threads() -> None:
    by_cursor = {None: leading_to("a"), "a": leading_to("b"), "b": END}
    with in_threads(2) as asking:
        for each in (asking, OneByOne()):
            assert [cursor.value for cursor in read(Pages(by_cursor), each)] == ["a", "b", "end"]


def test_a_page_is_asked_for_while_the_one_before_is_worked_on() -> None:
    pages = Pages({None: leading_to("a"), "a": END})
    with in_threads(1) as asking:
        export = Export(zendesk=pages, per_page=1000, asking=asking, cursor=START)
        export.take()
        assert export.coming is not None
        asking.wait([export.coming])
        assert export.coming.came(), "nobody took it yet"
    assert [cursor for cursor, _ in pages.asked] == [None, "a"]


def test_after_the_last_page_nothing_comes() -> None:
    export = Export(zendesk=Pages({None: END}), per_page=1000, asking=OneByOne(), cursor=START)
    export.take()
    assert export.coming is None
    with pytest.raises(LookupError):
        export.take()


def test_a_page_before_one_that_leads_nowhere_is_still_taken() -> None:
    export = Export(zendesk=Pages({None: leading_to(None)}), per_page=1000, asking=OneByOne(), cursor=START)
    assert export.take().cursor == START
    with pytest.raises(Malformed):
        export.take()


def test_a_refused_cursor_is_replaced_by_the_time_it_stood_for() -> None:
    pages = Pages({None: END}, expired=frozenset({"old"}))
    assert read(pages, OneByOne(), replace(START, value="old")) == [replace(START, value="end")]


def test_a_refused_cursor_is_forgotten_though_the_page_instead_brings_none() -> None:
    pages = Pages({None: replace(END, after_cursor=None)}, expired=frozenset({"old"}))
    assert read(pages, OneByOne(), replace(START, value="old")) == [START]


def test_a_page_too_long_is_halved_and_stays_so() -> None:
    pages = Pages({None: leading_to("a"), "a": END}, most=300)
    read(pages, OneByOne())
    assert pages.asked == [(None, 1000), (None, 500), (None, 250), ("a", 250)]


def test_a_single_ticket_too_long_is_an_error() -> None:
    with pytest.raises(TooLong):
        read(Pages({None: END}, most=0), OneByOne())


@pytest.mark.parametrize(
    "by_cursor",
    [
        {None: leading_to(None)},
        {None: leading_to("a"), "a": leading_to("a")},
        {None: leading_to("a"), "a": leading_to("b"), "b": leading_to("a")},
        {None: leading_to("0")} | {str(n): leading_to(str(n + 1)) for n in range(20)},
    ],
    ids=["nowhere", "to itself", "round in a circle", "on and on without a ticket"],
)
def test_an_export_that_leads_nowhere_is_an_error(by_cursor: dict[str | None, TicketPage]) -> None:
    with pytest.raises(Malformed):
        read(Pages(by_cursor), OneByOne())
