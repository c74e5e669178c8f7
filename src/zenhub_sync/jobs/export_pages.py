"""The pages of the ticket export after a cursor, the next one asked for while one is worked on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol

from zenhub_sync.intake.translate import generated_at
from zenhub_sync.store.cursors import Cursor
from zenhub_sync.telemetry import get_logger
from zenhub_sync.transport.asking import Asking, Coming
from zenhub_sync.transport.errors import Malformed, Rejected, TooLong
from zenhub_sync.transport.following import Trail
from zenhub_sync.zendesk.models import TicketPage

# How far before the last ticket a refused cursor starts again.
_OVERLAP = 3600
# The export may show empty pages though more follow; so many in a row lead nowhere. Each has moved the cursor on.
_MOST_EMPTY = 10

log = get_logger(__name__)


class ExportReads(Protocol):
    """The part of the Zendesk client that reads the export."""

    def export_tickets(
        self, *, cursor: str | None = None, start_time: int | None = None, per_page: int = 1000
    ) -> TicketPage: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedPage:
    """A page, and the bookmark that stands for everything up to its end."""

    page: TicketPage
    cursor: Cursor


@dataclass(slots=True, kw_only=True)
class Export:
    """The export is sequential: each page tells where the next one begins, so at most one is asked for ahead.

    `coming` is the next page; None after the last one.
    """

    zendesk: ExportReads
    per_page: int
    asking: Asking
    cursor: Cursor
    coming: Coming[FetchedPage] | None = field(init=False)
    _trail: Trail = field(init=False)

    def __post_init__(self) -> None:
        self._trail = Trail(call="zendesk.export_tickets", most_empty=_MOST_EMPTY)
        self.coming = self.asking.ahead(partial(self._fetch, self.cursor))

    def take(self) -> FetchedPage:
        """Return the next page, and ask for the one after it; what leads nowhere is `Malformed` when that is taken."""
        if self.coming is None:
            raise LookupError("the export has ended")
        fetched = self.coming.result()
        before, self.cursor = self.cursor, fetched.cursor
        self.coming = None if fetched.page.end_of_stream else self.asking.ahead(self._next(fetched, before))
        return fetched

    def pages(self) -> Iterator[FetchedPage]:
        """Take page after page."""
        while self.coming is not None:
            yield self.take()

    def _next(self, fetched: FetchedPage, before: Cursor) -> partial[FetchedPage]:
        page = fetched.page
        if page.after_cursor is None or page.after_cursor == before.value:
            return partial(_stand_still)
        try:
            self._trail.step(page.after_cursor, empty=not page.tickets and not page.broken)
        except Malformed as problem:
            return partial(_refuse, problem)
        return partial(self._fetch, fetched.cursor)

    def _fetch(self, cursor: Cursor) -> FetchedPage:
        """Ask for a page, and for half of it where it is longer than is ever read."""
        while True:
            try:
                page, asked = self._ask(cursor)
            except TooLong as error:
                if self.per_page == 1:
                    raise
                self.per_page //= 2
                log.warning("page_halved", cursor=cursor.name, per_page=self.per_page, status=error.status)
            else:
                return FetchedPage(page=page, cursor=after(asked, page))

    def _ask(self, cursor: Cursor) -> tuple[TicketPage, Cursor]:
        """Ask for the page after the cursor; one that Zendesk no longer takes is replaced by the time it stood for.

        No expiry was ever seen, and none is documented. Tickets that come again are known by their state.
        """
        if cursor.value is not None:
            try:
                return self.zendesk.export_tickets(cursor=cursor.value, per_page=self.per_page), cursor
            except Rejected as error:
                log.warning("cursor_refused", cursor=cursor.name, status=error.status, start_time=cursor.start_time)
        begun = replace(cursor, value=None)
        return self.zendesk.export_tickets(start_time=cursor.start_time, per_page=self.per_page), begun


def after(cursor: Cursor, page: TicketPage) -> Cursor:
    """Return the bookmark after a page, and the time to start again from should Zendesk ever refuse it.

    An empty poll may come without a bookmark: then the one that was sent stays good.
    """
    seen = max((generated_at(ticket) for ticket in page.tickets), default=0)
    start_time = max(cursor.start_time, seen - _OVERLAP)
    value = page.after_cursor if page.after_cursor is not None else cursor.value
    return replace(cursor, value=value, start_time=start_time)


def _stand_still() -> FetchedPage:
    raise Malformed(
        "zendesk: the export says there is more but does not move on; nothing was lost, the cursor stays where it is; "
        "try again later",
        call="zendesk.export_tickets",
    )


def _refuse(problem: Malformed) -> FetchedPage:
    raise problem
