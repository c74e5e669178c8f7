"""A store whose transactions are effect points, and bugs planted in one of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from itertools import count

from tests.model.shelves import Shelf

from zenhub_sync.delivery.tasks import no_history
from zenhub_sync.planning.effects import OpenEscalation, escalation_key
from zenhub_sync.planning.history import CompanyHistory
from zenhub_sync.planning.tickets import MirroredTicket, ZendeskTicketId
from zenhub_sync.store.cursors import Cursor
from zenhub_sync.store.leases import Lease
from zenhub_sync.store.outbox import KINDS, StoredEffect
from zenhub_sync.store.staging import SettledBatch, StagedPage

Step = Callable[[], None]
_numbers = count(1)


class Mortal:
    """A store; `step` is called before and after each commit that a run makes, and may end the process there."""

    def __init__(self, shelf: Shelf, step: Step) -> None:
        self._shelf = shelf
        self._step = step

    def stage_page(self, page: StagedPage, held: Lease, now: float) -> None:
        self._step()
        self._shelf.stage_page(page, held, now)
        self._step()

    def lease_batch(self, held: Lease, now: float, limit: int, kinds: Collection[str] = KINDS) -> list[StoredEffect]:
        self._step()
        leased = self._shelf.lease_batch(held, now, limit, kinds)
        self._step()
        return leased

    def settle_batch(self, batch: SettledBatch, held: Lease, now: float) -> None:
        self._step()
        self._shelf.settle_batch(batch, held, now)
        self._step()

    def unpark(self, held: Lease, now: float) -> int:
        self._step()
        unparked = self._shelf.unpark(held, now)
        self._step()
        return unparked

    def known(self, ids: Iterable[int]) -> dict[ZendeskTicketId, MirroredTicket]:
        return self._shelf.known(ids)

    def cursor(self, name: str) -> Cursor | None:
        return self._shelf.cursor(name)

    def interrupted(self) -> list[StoredEffect]:
        return self._shelf.interrupted()

    def next_due(self) -> float | None:
        return self._shelf.next_due()

    def history(self, ticket: MirroredTicket, now: float) -> CompanyHistory | None:
        return no_history(ticket, now)


class CursorFirst(Mortal):
    """Planted bug: the cursor is committed before the page's mirror and effects."""

    def stage_page(self, page: StagedPage, held: Lease, now: float) -> None:
        super().stage_page(StagedPage(cursor=page.cursor), held, now)
        super().stage_page(replace(page, cursor=None), held, now)


class MirrorLater(Mortal):
    """Planted bug: an effect is settled in one transaction, and what HubSpot confirmed of it noted in another."""

    def settle_batch(self, batch: SettledBatch, held: Lease, now: float) -> None:
        super().settle_batch(replace(batch, confirmations=()), held, now)
        super().settle_batch(SettledBatch(confirmations=batch.confirmations), held, now)


class FollowUpLater(Mortal):
    """Planted bug: an effect is settled in one transaction, and what follows from it staged in another."""

    def settle_batch(self, batch: SettledBatch, held: Lease, now: float) -> None:
        super().settle_batch(replace(batch, follow_ups=()), held, now)
        super().settle_batch(SettledBatch(follow_ups=batch.follow_ups), held, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unnamed(OpenEscalation):
    """An escalation that is named by the attempt, not by the fact."""

    number: int

    @property
    def key(self) -> str:
        return f"{escalation_key(self.zendesk_id, self.episode)}#{self.number}"


class KeyNotUnique(Mortal):
    """Planted bug: nothing keeps the same escalation from being staged twice."""

    def stage_page(self, page: StagedPage, held: Lease, now: float) -> None:
        unnamed = [
            Unnamed(zendesk_id=each.zendesk_id, episode=each.episode, story=each.story, number=next(_numbers))
            if isinstance(each, OpenEscalation)
            else each
            for each in page.effects
        ]
        super().stage_page(replace(page, effects=unnamed), held, now)
