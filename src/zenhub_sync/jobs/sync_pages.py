"""Fetch, plan, stage, deliver: the loop that import and refresh share. They differ in the cursor and in who is new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from zenhub_sync.errors import SafetyLimit
from zenhub_sync.jobs.deliver_effects import deliver_effects
from zenhub_sync.jobs.export_pages import Export
from zenhub_sync.jobs.look_up_page import LookUps, look_up_page
from zenhub_sync.jobs.pipeline import Pipeline
from zenhub_sync.jobs.plan_page import PlannedPage, plan_page
from zenhub_sync.jobs.report import PlannedChange
from zenhub_sync.jobs.worker import JobOptions, Worker
from zenhub_sync.planning.arrivals import Arrivals
from zenhub_sync.planning.effects import WriteTicket
from zenhub_sync.planning.guard import Carried, Tally, check_size
from zenhub_sync.planning.planner import Change, Plan
from zenhub_sync.planning.tickets import MirroredTicket, ZendeskTicketId
from zenhub_sync.store.cursors import Cursor
from zenhub_sync.store.leases import Lease
from zenhub_sync.store.staging import StagedPage
from zenhub_sync.telemetry import get_logger
from zenhub_sync.transport.asking import OneByOne
from zenhub_sync.zendesk.models import TicketBatch

# A start less than a minute old is refused, and the last minute is withheld anyway
# (support.zendesk.com/hc/en-us/articles/8143500919322); two are clear of any rounding.
CLEAR_OF_NOW = 120

log = get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class Sweep:
    """One pass over the export for one cursor. `held` None is a dry run: it plans on and writes nothing.

    With `sample`, a dry run remembers only its first so many changes, and no page before the last: history is long.
    """

    worker: Worker
    options: JobOptions
    cursor: Cursor
    create: bool
    held: Lease | None
    sample: int | None = None
    tally: Tally = field(default_factory=Tally)
    changes: list[PlannedChange] = field(default_factory=list)
    _planned: dict[ZendeskTicketId, MirroredTicket] = field(default_factory=dict)
    _known_at_start: int = 0
    _carried: Carried | None = None

    def run(self) -> None:
        """Go to the end of the stream; a page is safe before its bookmark moves."""
        Pipeline(sweep=self, export=self.export()).run()
        self.end()

    def end(self) -> None:
        """Let an earlier refusal count no more: what it was about was taken to its end."""
        if self.held is not None and self.worker.store.fact(self._refused):
            self.worker.store.note_fact(self._refused, "", self.held, self.worker.now())

    def export(self) -> Export:
        """Begin to read the export from the cursor on."""
        worker = self.worker
        return Export(zendesk=worker.zendesk, per_page=worker.intake.per_page, asking=worker.asking, cursor=self.cursor)

    def take(self, page: TicketBatch, cursor: Cursor | None) -> None:
        """Look up, plan, stage and deliver one page, one step after the other."""
        self.stage(page, cursor, look_up_page(self.worker, page, self._known_ids(page), OneByOne(), create=self.create))
        if self.held is not None:
            deliver_effects(self.worker, self.held)

    def look_up(self, page: TicketBatch) -> LookUps:
        """Ask for what planning the page will take; a dry run asks when it plans."""
        asking = self.worker.asking if self.held is not None else OneByOne()
        return look_up_page(self.worker, page, self._known_ids(page), asking, create=self.create)

    def stage(self, page: TicketBatch, cursor: Cursor | None, look_ups: LookUps) -> None:
        """Plan a page from what is known by now, and stage it: from then on no ticket of it can be lost."""
        planned = plan_page(self.worker, page, self._known(page), create=self.create, look_ups=look_ups)
        if planned.excluded:
            log.info("tickets_excluded", count=len(planned.excluded))
        tally = self.tally.plus(planned.plans)
        self._guard(tally)
        if planned.effects:
            self.worker.portal()  # a portal that is not set up ends the run here, before the cursor moves
        if self.held is None:
            self._note(planned, cursor)
        else:
            self._stage(planned, cursor, self.held)
        self.tally = tally

    def apply(self, plans: Sequence[Plan]) -> None:
        """Stage and deliver plans that come from no page."""
        mirrored = [plan.mirror for plan in plans]
        effects = [effect for plan in plans for effect in plan.effects]
        if self.held is None:
            self._planned.update((ticket.zendesk_id, ticket) for ticket in mirrored)
            self.changes += [_change(plan) for plan in plans]
        else:
            self.worker.store.stage_page(StagedPage(mirrored=mirrored, effects=effects), self.held, self.worker.now())
            deliver_effects(self.worker, self.held)
        others = sum(plan.change is Change.UPDATED and not plan.closes for plan in plans)
        self.tally = replace(
            self.tally,
            closed=self.tally.closed + sum(plan.closes for plan in plans),
            read=self.tally.read + others,
            updated=self.tally.updated + others,
        )

    def _known(self, page: TicketBatch) -> dict[ZendeskTicketId, MirroredTicket]:
        return {
            **self.worker.store.known(ticket.id for ticket in page.tickets),
            **{i: self._planned[i] for t in page.tickets if (i := ZendeskTicketId(t.id)) in self._planned},
        }

    def _known_ids(self, page: TicketBatch) -> set[int]:
        ids = {ticket.id for ticket in page.tickets}
        return self.worker.store.known_ids(ids) | (ids & self._planned.keys())

    def _guard(self, tally: Tally) -> None:
        """Refuse a sweep that grows too large; what an earlier, refused one had applied still counts."""
        if self.options.force:
            return
        if self._carried is None:
            self._carried = Carried.load(self.worker.store.fact(self._refused))
            self._known_at_start = self.worker.store.known_count()
        try:
            check_size(self._carried.added_to(tally), self._known_at_start, self.worker.policy.safety)
        except SafetyLimit:
            if self.held is not None:
                applied = Carried.of(self._carried.added_to(self.tally))
                self.worker.store.note_fact(self._refused, applied.dump(), self.held, self.worker.now())
            raise

    @property
    def _refused(self) -> str:
        return f"safety:{self.cursor.name}"

    def _stage(self, planned: PlannedPage, cursor: Cursor | None, held: Lease) -> None:
        """Commit the page."""
        worker, now = self.worker, self.worker.now()
        if planned.found.index is not None:
            worker.store.replace_domains(planned.found.index.domains, held, now, planned.found.index.note)
        if planned.enrichment is not None:
            self._note_readable("surveys_unreadable", planned.enrichment.surveys_readable, held)
            self._note_readable("ratings_unreadable", planned.enrichment.legacy_readable, held)
        worker.store.stage_page(
            StagedPage(
                mirrored=planned.mirrored,
                effects=planned.effects,
                cursor=cursor,
                organizations=planned.found.organizations,
                requesters=planned.found.requesters,
                unreadable=planned.unreadable,
                read=[plan.mirror.zendesk_id for plan in planned.plans],
                arrivals=Arrivals(each for plan in planned.plans for each in plan.arrivals),
                rated_badly={p.mirror.zendesk_id: p.rated_badly_at for p in planned.plans if p.rated_badly_at},
            ),
            held,
            now,
        )
        if cursor is not None:
            self.cursor = cursor

    def _note_readable(self, name: str, readable: bool, held: Lease) -> None:  # noqa: FBT001 - named by the fact
        """Remember what Zendesk lets us read, where that has changed."""
        value = "" if readable else "403 or 404"
        if value != (self.worker.store.fact(name) or ""):
            self.worker.store.note_fact(name, value, held, self.worker.now())

    def _note(self, planned: PlannedPage, cursor: Cursor | None) -> None:
        """Remember a dry run's plans, so that a ticket on two pages is not planned twice from nothing."""
        changes = [_change(plan) for plan in planned.plans if plan.change is not Change.UNCHANGED]
        if self.sample is not None:
            self._planned.clear()
            changes = changes[: max(0, self.sample - len(self.changes))]
        self._planned.update((mirrored.zendesk_id, mirrored) for mirrored in planned.mirrored)
        self.changes += changes
        if cursor is not None:
            self.cursor = cursor


def start_of(worker: Worker, name: str, like: str | None = None) -> Cursor:
    """Return the stored cursor, or a first one: shortly before where the job `like` is, else the initial lookback."""
    stored = worker.store.cursor(name)
    if stored is not None:
        return stored
    begun = worker.store.cursor(like) if like is not None else None
    if begun is not None:
        return Cursor(name=name, start_time=begun.start_time)
    lookback = worker.intake.initial_lookback.total_seconds()
    return Cursor(name=name, start_time=int(worker.now() - max(lookback, CLEAR_OF_NOW)))


def _change(plan: Plan) -> PlannedChange:
    write = next((effect for effect in plan.effects if isinstance(effect, WriteTicket)), None)
    return PlannedChange(
        zendesk_id=plan.mirror.zendesk_id,
        change=plan.change.value,
        stage=write.stage.value if write is not None and write.stage is not None else None,
        escalates=plan.opens,
        properties=tuple(write.properties) if write is not None else (),
        notes=plan.notes,
    )
