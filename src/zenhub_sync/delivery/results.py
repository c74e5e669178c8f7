"""What the answers to a batch come to, collected effect by effect and settled in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from zenhub_sync.errors import ZenhubError
from zenhub_sync.hubspot.results import Refusal
from zenhub_sync.planning.effects import Effect
from zenhub_sync.planning.tickets import ZendeskTicketId
from zenhub_sync.store.matching import Survivor
from zenhub_sync.store.mirror import Confirmation
from zenhub_sync.store.outbox import Settlement, StoredEffect
from zenhub_sync.store.outbox_states import EffectState
from zenhub_sync.store.staging import SettledBatch
from zenhub_sync.transport.errors import Rejected

# Parked records are tried again after these spans, the last one for ever; people may mend the cause at any time.
_BACK_OFF = (3600.0, 6 * 3600.0, 24 * 3600.0)
# A repeatable write whose answer left a record out is sent again this often before a person should look.
_MOST_REPEATS = 5
_SOON = 5.0


@dataclass(slots=True, kw_only=True)
class Results:
    """Collects settlements; `stopped_by` is the fault that ends the run after they are stored.

    `surprised`: HubSpot had a ticket that was to be made.
    """

    now: float
    settlements: list[Settlement] = field(default_factory=list)
    confirmations: list[Confirmation] = field(default_factory=list)
    survivors: set[Survivor] = field(default_factory=set)
    lost: set[ZendeskTicketId] = field(default_factory=set)
    follow_ups: list[Effect] = field(default_factory=list)
    stopped_by: ZenhubError | None = None
    surprised: bool = False

    def done(self, stored: StoredEffect, confirmation: Confirmation | None = None, *follow_ups: Effect) -> None:
        self.settlements.append(Settlement(id=stored.id, state=EffectState.DONE))
        if confirmation is not None:
            self.confirmations.append(confirmation)
        self.follow_ups.extend(follow_ups)

    def park(self, stored: StoredEffect, reason: str, *, retry_at_once: bool = False) -> None:
        """Set the record aside, visibly; `retry_at_once` tries again with the very next run."""
        wait = 0.0 if retry_at_once else _BACK_OFF[min(stored.attempts, len(_BACK_OFF) - 1)]
        self.settlements.append(
            Settlement(id=stored.id, state=EffectState.PARKED, due_at=self.now + wait, reason=reason)
        )

    def refuse(self, stored: StoredEffect, refusal: Refusal) -> None:
        self.park(stored, f"hubspot: {stored.effect.kind} for ticket {stored.effect.zendesk_id}: {refusal.message}")

    def reject(self, stored: StoredEffect, error: Rejected) -> None:
        self.park(stored, f"hubspot: {stored.effect.kind} for ticket {stored.effect.zendesk_id}: {error}")

    def drop(self, stored: StoredEffect, reason: str) -> None:
        """Give up an effect whose reason is gone."""
        self.settlements.append(Settlement(id=stored.id, state=EffectState.DROPPED, reason=reason))

    def again(self, stored: StoredEffect, reason: str, *, after: float = 0.0) -> None:
        """Send a repeatable effect again, or one that surely was not applied."""
        self.settlements.append(
            Settlement(id=stored.id, state=EffectState.PENDING, due_at=self.now + after, reason=reason)
        )

    def unaccounted(self, stored: StoredEffect) -> None:
        """Repeat a repeatable write whose answer did not mention this record."""
        if stored.attempts >= _MOST_REPEATS:
            self.park(stored, f"hubspot: answers keep leaving ticket {stored.effect.zendesk_id} out")
        else:
            self.again(stored, "the answer did not mention this record", after=_SOON)

    def stop(self, error: ZenhubError, leased: Iterable[StoredEffect]) -> None:
        """End the run with this fault; what was surely not applied, or may be repeated, stays pending."""
        self.stopped_by = self.stopped_by or error
        settled = {settlement.id for settlement in self.settlements}
        for stored in leased:
            if stored.id not in settled and stored.state is EffectState.PENDING:
                self.again(stored, str(error))

    def take(self, other: Results) -> None:
        """Take over what another part of the same batch came to."""
        self.settlements += other.settlements
        self.confirmations += other.confirmations
        self.survivors |= other.survivors
        self.lost |= other.lost
        self.follow_ups += other.follow_ups
        self.surprised |= other.surprised

    def survive(self, kind: Literal["companies", "contacts"], asked: str | None, found: str | None) -> None:
        """Note that a record answered under another id: it was merged, and what led to it leads there now."""
        if asked is not None and found is not None and asked != found:
            self.survivors.add(Survivor(kind=kind, merged=asked, into=found))

    def batch(self) -> SettledBatch:
        return SettledBatch(
            settlements=self.settlements,
            confirmations=self.confirmations,
            survivors=self.survivors,
            lost=self.lost,
            follow_ups=self.follow_ups,
        )
