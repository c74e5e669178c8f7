"""History, page by page, beside the service: the turn is given back when there is nothing to do, or when it is wanted.

Where Zendesk is waited for, others may work; pages are looked up, staged and delivered under the lease. What a live run
learnt meanwhile is newer and wins; where another backfill of the same span moved the cursor, the page is thrown away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from zenhub_sync.errors import ZenhubError
from zenhub_sync.intake.translate import generated_at
from zenhub_sync.jobs import import_tickets, refresh_tickets
from zenhub_sync.jobs.deliver_effects import GRACE, SETTLED_IN_ONE_RUN, deliver_effects, pick_up
from zenhub_sync.jobs.pipeline import Pipeline
from zenhub_sync.jobs.report import Report, SpanReport
from zenhub_sync.jobs.run_job import JobRun, remember, report_of
from zenhub_sync.jobs.spans import Span
from zenhub_sync.jobs.sync_pages import CLEAR_OF_NOW, Sweep
from zenhub_sync.jobs.turns import ASKS_EVERY, turn
from zenhub_sync.jobs.worker import JobOptions, Worker
from zenhub_sync.store.cursors import Cursor
from zenhub_sync.store.leases import Lease
from zenhub_sync.store.runs import Run
from zenhub_sync.store.spans import ended_fact
from zenhub_sync.store.staging import StagedPage
from zenhub_sync.telemetry import bind_run, get_logger
from zenhub_sync.transport.errors import ServiceError
from zenhub_sync.zendesk.models import TicketPage

JOB = "backfill"
# Longer than any live run: whoever works through history is in no hurry.
_PATIENCE = 3600.0
_ASKS_EVERY = 5.0
# Twice as long as those who wait take to ask again: one of them gets the turn.
_BREATH = 2 * ASKS_EVERY
# Companies, owners and pipeline are read again after so many seconds.
_FRESH = 300.0
# A dry run shows this many changes; it counts them all.
_SAMPLE = 40
# To write down how a run ended is worth this much waiting.
_PATIENCE_AT_THE_END = 10.0

log = get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How far a backfill is: `reached` is the last change that was read; `until` is now where the span is open."""

    read: int
    since: datetime
    reached: datetime
    until: datetime


Watch = Callable[[Step], None]


@dataclass(slots=True, kw_only=True)
class Backfill:
    """Read one span of history; how far it came is in the store."""

    worker: Worker
    span: Span
    options: JobOptions
    run_id: str
    watch: Watch
    sweep: Sweep = field(init=False)
    ended: bool = False
    _started: float | None = None
    _stored: Cursor | None = None
    _fresh_since: float = 0.0
    _received: int = 0

    def __post_init__(self) -> None:
        self._stored = self.worker.store.cursor(self.span.name)
        self.sweep = Sweep(
            worker=self.worker,
            options=self.options,
            cursor=self._stored or self._first(),
            create=True,
            held=None,
            sample=_SAMPLE,
        )

    def run(self) -> None:
        """Go to the end of the span; do nothing if it was reached before."""
        self.ended = self._was_ended() and not self.options.force
        if self.ended:
            return
        self.worker.check_portal()
        try:
            while not self.ended:
                self._go_on()
        except ServiceError as fault:
            if fault.call.startswith("zendesk"):
                self._deliver_what_is_staged()
            raise
        if not self.options.dry_run:
            self._deliver_the_rest()

    def _go_on(self) -> None:
        """Take pages until the end, or until the cursor is no longer ours; then go on from where it is."""
        pages = Pipeline(sweep=self.sweep, export=self.sweep.export(), cut=self._cut, taken=self._tell)
        if self.options.dry_run:
            pages.run()
            self.ended = pages.ended
        while not self.ended:
            pages.fetch()
            with self._turn() as held:
                if self._overtaken():
                    return
                self._prepare(held)
                pages.work(self._may_receive)
                if pages.ended:
                    self.sweep.end()
                    self._let_refreshes_begin_here(held)
                    self.worker.store.end_span(held, self.span.name, self.worker.now())
                self._stored, self.ended = self.worker.store.cursor(self.span.name), pages.ended
            if self.worker.store.turn_wanted():
                self.worker.clock.sleep(_BREATH)

    def _let_refreshes_begin_here(self, held: Lease) -> None:
        """Spare the first refresh all pages that were just read, where it would have begun with no older one."""
        store, now = self.worker.store, self.worker.now()
        begun = any(store.cursor(name) is not None for name in (import_tickets.CURSOR, refresh_tickets.CURSOR))
        read_from = now - self.worker.intake.initial_lookback.total_seconds()
        if begun or self.span.until is not None or self.span.since.timestamp() > read_from:
            return
        cursor = Cursor(name=refresh_tickets.CURSOR, start_time=self.sweep.cursor.start_time)
        store.stage_page(StagedPage(cursor=cursor), held, now)

    def _prepare(self, held: Lease) -> None:
        """Work under this turn, with nothing cached that is older than a few minutes: others worked in between."""
        if self._is_stale():
            self.sweep.worker, self._fresh_since = replace(self.worker), self.worker.now()
        self.sweep.held, self._received = held, 0

    def _may_receive(self) -> bool:
        """Tell whether to go on: a page at least, and while nobody waits for the turn and nothing cached is old."""
        return not self._received or not (self._is_stale() or self.worker.store.turn_wanted())

    def _is_stale(self) -> bool:
        return self.worker.now() - self._fresh_since > _FRESH

    def _cut(self, page: TicketPage) -> tuple[TicketPage, bool]:
        self._received += 1
        own = replace(page, tickets=tuple(t for t in page.tickets if self.span.holds(generated_at(t))))
        return own, page.end_of_stream or len(own.tickets) < len(page.tickets)

    @contextmanager
    def _turn(self) -> Iterator[Lease]:
        """Hold the lease; whatever the holder before was sending when it died is taken over first."""
        with turn(self.worker, _PATIENCE, asks_every=_ASKS_EVERY) as held:
            if self._started is None:
                self._started = self.worker.now()
                self.worker.store.begin_run(Run(run_id=self.run_id, job=JOB, started_at=self._started), held)
            pick_up(self.worker, held)
            yield held

    def _overtaken(self) -> bool:
        """Tell whether another backfill of the span moved the cursor, or reached the end; then follow it."""
        stored = self.worker.store.cursor(self.span.name)
        if stored == self._stored:
            return False
        log.info("backfill_overtaken", span=self.span.name)
        self._stored, self.ended = stored, stored is None and self._was_ended()
        self.sweep.cursor = stored or self._first()
        return True

    def _was_ended(self) -> bool:
        return self.worker.store.fact_noted_at(ended_fact(self.span.name)) is not None

    def _deliver_what_is_staged(self) -> None:
        """Leave no link, and no task behind it, to the next run because Zendesk is away."""
        if self._started is not None and not self.options.dry_run:
            with suppress(ZenhubError), self._turn() as held:
                deliver_effects(self.worker, held)

    def _deliver_the_rest(self) -> None:
        """Come back for writes of unknown outcome, and wait for them without the lease."""
        worker = self.worker
        deadline = worker.now() + SETTLED_IN_ONE_RUN * worker.tasks.settle + GRACE
        while (due := worker.store.next_due()) is not None and due <= deadline and worker.now() < deadline:
            worker.clock.sleep(max(due - worker.now(), _BREATH))
            with self._turn() as held:
                deliver_effects(replace(worker), held)

    def remember(self, ended: JobRun) -> None:
        """Write down how the run ended, if a turn can be had for it."""
        if self._started is None:
            return
        try:
            with turn(self.worker, _PATIENCE_AT_THE_END) as held:
                remember(self.worker, ended, held, self._started)
        except ZenhubError as problem:
            log.warning("run_not_recorded", because=str(problem))

    def _tell(self, page: TicketPage, last: bool) -> None:  # noqa: FBT001 - the pipeline's word
        now = self.worker.clock.now()
        until = min(self.span.until or now, now)
        reached = max((generated_at(ticket) for ticket in page.tickets), default=None)
        at = until if last or reached is None else datetime.fromtimestamp(reached, until.tzinfo)
        self.watch(Step(read=self.sweep.tally.read, since=self.span.since, reached=at, until=until))

    def _first(self) -> Cursor:
        start = min(self.span.since.timestamp(), self.worker.now() - CLEAR_OF_NOW)
        return Cursor(name=self.span.name, start_time=int(start))


def run_backfill(worker: Worker, span: Span, options: JobOptions, run_id: str, watch: Watch) -> JobRun:
    """Read the span, or what is left of it, and tell what was done; an error that ended it is in the answer."""
    with bind_run(run_id, JOB):
        started = worker.clock.now()
        backfill = Backfill(worker=worker, span=span, options=options, run_id=run_id, watch=watch)
        error: BaseException | None = None
        try:
            backfill.run()
        except (Exception, KeyboardInterrupt) as problem:
            error = problem
        ended = JobRun(report=_report(backfill, run_id, started, failed=error is not None), error=error)
        if not options.dry_run:
            backfill.remember(ended)
        return ended


def _report(backfill: Backfill, run_id: str, started: datetime, *, failed: bool) -> Report:
    span = backfill.span
    report = report_of(
        backfill.worker, JOB, run_id, started, backfill.sweep, dry_run=backfill.options.dry_run, failed=failed
    )
    return replace(report, span=SpanReport(since=span.since, until=span.until, ended=backfill.ended))
