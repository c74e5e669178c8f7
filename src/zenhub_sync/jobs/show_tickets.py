"""Ask for known tickets by their ids, as far as Zendesk lets us; the export brings every change of them anyway."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from zenhub_sync.jobs.worker import Worker
from zenhub_sync.transport.errors import Rejected, Unauthorized
from zenhub_sync.zendesk.models import TicketBatch

# Bulk reads of tickets take 100 ids (developer.zendesk.com, tickets: show many).
_AT_ONCE = 100
_NOT_FOR_US = frozenset({403, 404})


def shown(worker: Worker, ids: Sequence[int]) -> Iterator[tuple[Sequence[int], TicketBatch]]:
    """Yield the ids asked for and the tickets shown for them; end early where Zendesk does not show tickets this way.

    A run goes on then: whoever is looked at again here waits for nothing but the next change.
    """
    for start in range(0, len(ids), _AT_ONCE):
        asked = ids[start : start + _AT_ONCE]
        try:
            batch = worker.zendesk.show_many_tickets(asked)
        except (Rejected, Unauthorized) as error:
            if error.status not in _NOT_FOR_US:
                raise
            return
        yield asked, batch
