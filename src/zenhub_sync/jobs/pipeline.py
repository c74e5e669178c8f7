"""Fetch, plan, stage, deliver, with several pages on their way: none waits for the network of another.

While a page is delivered, those after it are looked up, and the one after those is fetched. Pages are planned and
staged in their order, on one thread, each from what is known when its turn has come; one that has a ticket which is on
its way to HubSpot waits for it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from zenhub_sync.errors import SafetyLimit, ZenhubError
from zenhub_sync.jobs.deliver_effects import Deliveries, ending
from zenhub_sync.jobs.export_pages import Export, FetchedPage
from zenhub_sync.jobs.look_up_page import LookUps
from zenhub_sync.jobs.worker import Worker
from zenhub_sync.store.cursors import Cursor
from zenhub_sync.store.leases import Lease
from zenhub_sync.transport.asking import Coming
from zenhub_sync.transport.errors import ServiceError
from zenhub_sync.zendesk.models import TicketPage

Cut = Callable[[TicketPage], tuple[TicketPage, bool]]
"""Say what of a page is wanted, and whether it is the last one."""
Taken = Callable[[TicketPage, bool], None]
"""Hear of a page that was taken, and whether it was the last one."""


class Pages(Protocol):
    """Whose pages these are: one that knows how to look up a page and how to plan and stage it."""

    @property
    def worker(self) -> Worker: ...

    @property
    def held(self) -> Lease | None: ...

    def look_up(self, page: TicketPage) -> LookUps: ...

    def stage(self, page: TicketPage, cursor: Cursor, look_ups: LookUps) -> None: ...


def whole(page: TicketPage) -> tuple[TicketPage, bool]:
    """Want all of every page."""
    return page, page.end_of_stream


def _nothing(_page: TicketPage, _last: bool) -> None:  # noqa: FBT001 - a listener's
    """Do nothing more about a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    page: TicketPage
    cursor: Cursor
    last: bool
    look_ups: LookUps

    @property
    def ids(self) -> frozenset[int]:
        return frozenset(ticket.id for ticket in self.look_ups.tickets)


@dataclass(slots=True, kw_only=True)
class Pipeline:
    """The pages of one export on their way through a sweep; bounded, so that neither memory nor outbox grows."""

    sweep: Pages
    export: Export
    cut: Cut = whole
    taken: Taken = _nothing
    ended: bool = False
    _last_received: bool = False
    _fault: ZenhubError | None = None
    _linkable: int = 0
    _waiting: deque[_Waiting] = field(default_factory=deque)

    def run(self) -> None:
        """Work to the end of the export, and deliver everything."""
        self._work(patient=True, go_on=lambda: True)

    def fetch(self) -> None:
        """Wait for the next page; this needs no turn."""
        if self.export.coming is not None:
            self.export.coming.result()

    def work(self, go_on: Callable[[], bool]) -> None:
        """Work until there is nothing to do but to wait for Zendesk; everything received was taken and sent by then.

        Once `go_on` says no, nothing more is received. Links may wait for the next time, unless the export has ended.
        """
        self._work(patient=False, go_on=go_on)

    def _work(self, *, patient: bool, go_on: Callable[[], bool]) -> None:
        if self.sweep.held is None:
            self._go_through(None, patient=patient, go_on=go_on)
        else:
            self._deliver_too(self.sweep.held, patient=patient, go_on=go_on)
        if self._fault is not None:
            raise self._fault

    def _deliver_too(self, held: Lease, *, patient: bool, go_on: Callable[[], bool]) -> None:
        deliveries = Deliveries(worker=self.sweep.worker, held=held, linkable=self._linkable)
        with ending(deliveries):
            self._go_through(deliveries, patient=patient, go_on=go_on)
            if self.ended or self._fault is not None:
                deliveries.finish()
        self._linkable = deliveries.linkable

    def _go_through(self, deliveries: Deliveries | None, *, patient: bool, go_on: Callable[[], bool]) -> None:
        while True:
            if deliveries is not None:
                deliveries.advance(links_too=self._depth == 1)
            receives = self._has_room and go_on()
            if self._may_take(deliveries):
                with self._minding_a_fault():
                    self._take(deliveries)
            elif receives and self._next_is_here(patient=patient):
                with self._minding_a_fault():
                    self._receive()
            else:
                busy = bool(self._waiting) or (deliveries is not None and deliveries.under_way)
                coming = self.export.coming if receives and (patient or busy) else None
                if not busy and coming is None:
                    return
                self._wait(deliveries, coming)

    @contextmanager
    def _minding_a_fault(self) -> Iterator[None]:
        """Let a fault of a page end the run only when the pages before it are through, as if none had come after."""
        try:
            yield
        except (ServiceError, SafetyLimit) as fault:
            self._fault = fault

    @property
    def _depth(self) -> int:
        """Return how many pages may wait to be taken: one in a dry run, where no page builds on what is stored."""
        return self.sweep.worker.asking.at_once if self.sweep.held is not None else 1

    @property
    def _has_room(self) -> bool:
        return not self._last_received and self._fault is None and len(self._waiting) < self._depth

    def _next_is_here(self, *, patient: bool) -> bool:
        coming = self.export.coming
        return coming is not None and (coming.ready() if patient else coming.came())

    def _receive(self) -> None:
        """Begin to look up the next page."""
        fetched = self.export.take()
        page, last = self.cut(fetched.page)
        self._last_received = last
        self._waiting.append(_Waiting(page=page, cursor=fetched.cursor, last=last, look_ups=self.sweep.look_up(page)))

    def _may_take(self, deliveries: Deliveries | None) -> bool:
        if not self._waiting or self._waiting[0].look_ups.coming():
            return False
        return deliveries is None or not (deliveries.full or deliveries.hold(self._waiting[0].ids))

    def _take(self, deliveries: Deliveries | None) -> None:
        waiting = self._waiting.popleft()
        try:
            self.sweep.stage(waiting.page, waiting.cursor, waiting.look_ups)
        except ZenhubError:
            self._waiting.clear()  # none is taken before one that comes first
            raise
        if deliveries is not None:
            deliveries.staged()
        self.ended = waiting.last
        self.taken(waiting.page, waiting.last)
        self.sweep.worker.turn.check()

    def _wait(self, deliveries: Deliveries | None, page: Coming[FetchedPage] | None) -> None:
        """Wait for one of the answers without which there is nothing to do; one may have come just now."""
        comings: list[Coming[Any]] = self._waiting[0].look_ups.coming() if self._waiting else []
        if deliveries is not None:
            comings += deliveries.coming()
        if page is not None:
            comings.append(page)
        if comings:
            self.sweep.worker.asking.wait(comings)
