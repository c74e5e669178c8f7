"""Read records by key so that "not there" is concluded only where HubSpot says so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Protocol

from zenhub_sync.hubspot.models import CrmObject
from zenhub_sync.hubspot.results import ReadResult
from zenhub_sync.transport.asking import Asking
from zenhub_sync.transport.errors import Malformed

# Batch reads take 100 ids (developers.hubspot.com, using-object-apis 2026-09).
AT_ONCE = 100
# So many are asked for one by one; an answer that leaves out more than these is not about single records.
_MOST_ALONE = 10


class ObjectReads(Protocol):
    """The part of the HubSpot client that reads records in batches."""

    def read(
        self, kind: str, ids: Sequence[str], properties: Sequence[str], *, id_property: str | None = None
    ) -> ReadResult: ...


def read_by_key(
    hubspot: ObjectReads,
    kind: str,
    keys: Sequence[str],
    properties: Sequence[str],
    *,
    id_property: str,
    names: Callable[[CrmObject], Iterable[str]],
    asking: Asking,
) -> dict[str, CrmObject]:
    """Return the records by the key asked for, those left out that HubSpot says are not there.

    `names` are all keys that a record answers to. Keys that an answer passes over are asked for again, at last each
    alone; if HubSpot still does not say, that is `Malformed`: who takes "not read" for "not there" loses a link.
    """
    found: dict[str, CrmObject] = {}
    open_keys = list(keys)
    for _ in range(2):
        asked, open_keys = open_keys, []
        wanted = frozenset(asked)
        chunks = (asked[start : start + AT_ONCE] for start in range(0, len(asked), AT_ONCE))
        read = partial(hubspot.read, kind, properties=properties, id_property=id_property)
        for answer in asking.all([partial(read, chunk) for chunk in chunks]):
            found.update((name, record) for record in answer.found for name in names(record) if name in wanted)
            open_keys += [key for key in answer.unaccounted if key not in found]
    if len(open_keys) > _MOST_ALONE:
        raise _not_said(kind)
    for key in open_keys:
        answer = hubspot.read(kind, [key], properties, id_property=id_property)
        if answer.found:
            found[key] = answer.found[0]
        elif not answer.missing:
            raise _not_said(kind)
    return found


def _not_said(kind: str) -> Malformed:
    call = f"hubspot.read_{kind}"
    return Malformed(f"{call}: HubSpot does not say of all {kind} whether they are there", call=call)
