"""Where a merged ticket went: no field says it, but the comment of the merge does."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from itertools import islice
from typing import Protocol

from zenhub_sync.transport.errors import Rejected, Unauthorized
from zenhub_sync.transport.following import follow
from zenhub_sync.zendesk.models import Audit, AuditEvent, AuditPage

# One request a merged ticket: bounded, so that a day of tidying up does not use up the account's minute.
_MOST_LOOKED_UP = 50
_MOST_PAGES = 5
_FORBIDDEN = 403
_NUMBER = re.compile(r"#([0-9]{1,18})\b")


class AuditSource(Protocol):
    """The part of the Zendesk client that knows the history of tickets."""

    def ticket_audits(self, ticket_id: int, *, after: str | None = None) -> AuditPage: ...


def survivors(source: AuditSource, merged: Iterable[int]) -> dict[int, int]:
    """Return the tickets that these were merged into, where their history tells it."""
    found: dict[int, int] = {}
    for ticket_id in islice(merged, _MOST_LOOKED_UP):
        try:
            target = _target(source, ticket_id)
        except Rejected:
            continue
        except Unauthorized as error:
            if error.status != _FORBIDDEN:
                raise
            return found
        if target is not None:
            found[ticket_id] = target
    return found


def _target(source: AuditSource, ticket_id: int) -> int | None:
    ask = partial(_ask, source, ticket_id)
    pages = follow(ask, lambda page: not page.audits, call="zendesk.ticket_audits")
    targets = [
        target
        for page in islice(pages, _MOST_PAGES)
        for audit in page.audits
        for event in audit.events
        if (target := _named(audit, event)) not in {None, ticket_id}
    ]
    return targets[-1] if targets else None


def _ask(source: AuditSource, ticket_id: int, after: str | None) -> AuditPage:
    return source.ticket_audits(ticket_id, after=after)


# The comment of a merge has `via.source.rel` "merge", and names the other ticket there and in its words.
# https://developer.zendesk.com/documentation/ticketing/reference-guides/via-object-reference/
def _named(audit: Audit, event: AuditEvent) -> int | None:
    for via in (event.via, audit.via):
        if event.type == "Comment" and via is not None and via.source is not None and via.source.rel == "merge":
            said = _NUMBER.search(event.body or "")
            return via.source.from_.ticket_id or via.source.to.ticket_id or (int(said[1]) if said else None)
    return None
