"""A store in dictionaries: it keeps the promises of the real one, and is ten times as fast."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from zenhub_sync.planning.effects import Effect, OpenEscalation
from zenhub_sync.planning.tickets import MirroredTicket, ZendeskTicketId
from zenhub_sync.store.cursors import Cursor
from zenhub_sync.store.leases import Lease
from zenhub_sync.store.mirror import Confirmation
from zenhub_sync.store.outbox import KINDS, Settlement, StoredEffect
from zenhub_sync.store.outbox_states import ALLOWED, LIVE, EffectState, sources_of
from zenhub_sync.store.staging import SettledBatch, StagedPage

_ORDINARY = ("write_ticket", "link_ticket")
_READY = (EffectState.PENDING, EffectState.UNCERTAIN, EffectState.VERIFYING)


@dataclass(slots=True, kw_only=True)
class _Row:
    id: int
    key: str
    effect: Effect
    state: EffectState
    due_at: float
    attempts: int = 0
    sent_at: float | None = None
    hubspot_id: str | None = None
    reason: str | None = None

    @property
    def lane(self) -> ZendeskTicketId:
        return self.effect.zendesk_id

    def stored(self, ticket: MirroredTicket | None) -> StoredEffect:
        return StoredEffect(
            id=self.id,
            effect=self.effect,
            state=self.state,
            attempts=self.attempts,
            sent_at=self.sent_at,
            hubspot_id=self.hubspot_id,
            ticket_id=ticket.hubspot_id if ticket is not None else None,
        )


class Twin:
    """A store in dictionaries; see `Store`, `outbox` and `parking` for what each method promises."""

    def __init__(self) -> None:
        self.empty()

    def empty(self) -> None:
        self.rows: list[_Row] = []
        self.mirror: dict[ZendeskTicketId, MirroredTicket] = {}
        self.cursors: dict[str, Cursor] = {}

    def stage_page(self, page: StagedPage, held: Lease, now: float) -> None:
        self.mirror.update((mirrored.zendesk_id, mirrored) for mirrored in page.mirrored)
        self._insert(page.effects, now)
        if page.cursor is not None:
            self.cursors[page.cursor.name] = replace(page.cursor, moved_at=now)

    def lease_batch(self, held: Lease, now: float, limit: int, kinds: Collection[str] = KINDS) -> list[StoredEffect]:
        leased: list[StoredEffect] = []
        for row in [row for row in self._movable() if row.due_at <= now and row.effect.kind in kinds][:limit]:
            leased.append(row.stored(self.mirror.get(row.lane)))
            row.attempts += 1
            if row.state is EffectState.PENDING:
                row.state, row.sent_at = EffectState.SENDING, now
        return leased

    def settle_batch(self, batch: SettledBatch, held: Lease, now: float) -> None:
        for confirmation in batch.confirmations:
            self._confirm(confirmation)
        for settlement in batch.settlements:
            self._settle(settlement, now)
        self._insert(batch.follow_ups, now)

    def unpark(self, held: Lease, now: float) -> int:
        due = [row for row in self.rows if row.state is EffectState.PARKED and row.due_at <= now]
        for row in due:
            row.due_at, row.sent_at = now, None
            if row.hubspot_id is not None:
                row.state = EffectState.VERIFYING
            else:
                tasks = isinstance(row.effect, OpenEscalation)
                row.state = EffectState.UNCERTAIN if tasks else EffectState.PENDING
        return len(due)

    def known(self, ids: Iterable[int]) -> dict[ZendeskTicketId, MirroredTicket]:
        return {i: self.mirror[i] for each in ids if (i := ZendeskTicketId(each)) in self.mirror}

    def cursor(self, name: str) -> Cursor | None:
        return self.cursors.get(name)

    def interrupted(self) -> list[StoredEffect]:
        return [row.stored(self.mirror.get(row.lane)) for row in self.rows if row.state is EffectState.SENDING]

    def next_due(self) -> float | None:
        return min((row.due_at for row in self._movable()), default=None)

    def parked_count(self) -> int:
        return len(self.parked_reasons())

    def live_count(self) -> int:
        return sum(row.state in LIVE for row in self.rows)

    def parked_reasons(self) -> dict[str, str]:
        return {row.key: row.reason or "" for row in self.rows if row.state is EffectState.PARKED}

    def ticket_writes(self) -> int:
        marks = sum(row.effect.kind == "record_task" for row in self.rows)
        return marks + sum(ticket.revision for ticket in self.mirror.values())

    def _insert(self, effects: Sequence[Effect], now: float) -> None:
        for kind in _ORDINARY:
            newer = {effect.key: effect.zendesk_id for effect in effects if effect.kind == kind}
            older = sources_of(EffectState.SUPERSEDED)
            for row in list(self.rows):
                mine = row.effect.kind == kind and row.lane in newer.values() and row.key not in newer
                if mine and row.state in older:
                    self.rows.remove(row)
        taken = {row.key for row in self.rows}
        for effect in effects:
            if effect.key not in taken:
                looks = isinstance(effect, OpenEscalation)
                first = EffectState.UNCERTAIN if looks else EffectState.PENDING
                number = max((row.id for row in self.rows), default=0) + 1  # as SQLite numbers them
                self.rows.append(_Row(id=number, key=effect.key, effect=effect, state=first, due_at=now))

    def _movable(self) -> Iterator[_Row]:
        for row in self.rows:
            there = row.lane in self.mirror and self.mirror[row.lane].hubspot_id is not None
            held_up = any(
                earlier.lane == row.lane
                and earlier.id < row.id
                and earlier.state in LIVE
                and (there or earlier.effect.kind == "write_ticket")
                for earlier in self.rows
            )
            if row.state in _READY and not held_up and (there or row.effect.kind == "write_ticket"):
                yield row

    def _settle(self, settlement: Settlement, now: float) -> None:
        row = next(row for row in self.rows if row.id == settlement.id)
        assert row.state in sources_of(settlement.state)
        if settlement.state is EffectState.DONE and row.effect.kind in _ORDINARY:
            self.rows.remove(row)
            return
        row.state, row.reason = settlement.state, settlement.reason
        row.due_at = settlement.due_at if ALLOWED[settlement.state] else now
        if settlement.hubspot_id is not None:
            row.hubspot_id, row.attempts = settlement.hubspot_id, 0

    def _confirm(self, said: Confirmation) -> None:
        before = self.mirror[said.zendesk_id]
        changes: dict[str, Any] = {
            name: getattr(said, name)
            for name in Confirmation.__slots__
            if name not in {"zendesk_id", "delivered_revision"} and getattr(said, name) is not None
        }
        if said.delivered_revision is not None:
            changes["delivered_revision"] = max(before.delivered_revision, said.delivered_revision)
        self.mirror[said.zendesk_id] = replace(before, **changes)
