"""The pages of the ticket export after a cursor, the next one asked for while one is worked on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from zenhub_sync.intake.translate import generated_at
from zenhub_sync.store.cursors import Cursor
from zenhub_sync.telemetry import get_logger
from zenhub_sync.transport.asking import Asking
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


@dataclass(slots=True, kw_only=True)
class Export:
    """The export is sequential: each page tells where the next one begins, so at most one is asked for ahead."""

    zendesk: ExportReads
    per_page: int
    asking: Asking

    def pages(self, cursor: Callable[[], Cursor]) -> Iterator[tuple[TicketPage, Cursor]]:
        """Yield each page with the cursor it was asked for by; `cursor` says where its reader stands afterwards."""
        trail = Trail(call="zendesk.export_tickets", most_empty=_MOST_EMPTY)
        page, asked = self._page(cursor())
        while True:
            expected = after(asked, page)
            goes_on = not page.end_of_stream and page.after_cursor not in {None, asked.value}
            coming = self.asking.ahead(partial(self._page, expected)) if goes_on else None
            yield page, asked
            if page.end_of_stream:
                return
            if coming is None or page.after_cursor is None:
                raise Malformed(
                    "zendesk: the export says there is more but does not move on; nothing was lost, the cursor stays "
                    "where it is; try again later",
                    call="zendesk.export_tickets",
                )
            trail.step(page.after_cursor, empty=not page.tickets and not page.broken)
            page, asked = coming() if cursor() == expected else self._page(cursor())

    def _page(self, cursor: Cursor) -> tuple[TicketPage, Cursor]:
        """Ask for a page, and for half of it where it is longer than is ever read."""
        while True:
            try:
                return self._ask(cursor)
            except TooLong as error:
                if self.per_page == 1:
                    raise
                self.per_page //= 2
                log.warning("page_halved", cursor=cursor.name, per_page=self.per_page, status=error.status)

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
