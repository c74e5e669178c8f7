"""Read records under the ids they have now: a merged one answers with the survivor, under the survivor's id.

In a batch the survivor cannot be paired with who was asked for, so those that an answer passes over are read one by
one (live portal report, 2026-08-03: GET of a merged-away company is 200 with the survivor's body and id).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from zenhub_sync.hubspot.models import CrmObject
from zenhub_sync.hubspot.results import ReadResult
from zenhub_sync.hubspot.wire_objects import BATCH_LIMIT
from zenhub_sync.transport.errors import Missing


class FollowingReads(Protocol):
    """The part of the HubSpot client that reads records by id, in batches and alone."""

    def read(
        self, kind: str, ids: Sequence[str], properties: Sequence[str], *, id_property: str | None = None
    ) -> ReadResult: ...

    def read_one(self, kind: str, object_id: str, properties: Sequence[str]) -> CrmObject: ...


def read_following(
    hubspot: FollowingReads, kind: str, ids: Iterable[str], properties: Sequence[str]
) -> dict[str, CrmObject]:
    """Return the records by the id asked for, merged ones as their survivor; those that are gone are left out."""
    found: dict[str, CrmObject] = {}
    unique = sorted(set(ids))
    for start in range(0, len(unique), BATCH_LIMIT):
        chunk = unique[start : start + BATCH_LIMIT]
        records = {record.id: record for record in hubspot.read(kind, chunk, properties).found}
        for asked in chunk:
            record = records.get(asked) or _alone(hubspot, kind, asked, properties)
            if record is not None:
                found[asked] = record
    return found


def _alone(hubspot: FollowingReads, kind: str, asked: str, properties: Sequence[str]) -> CrmObject | None:
    try:
        return hubspot.read_one(kind, asked, properties)
    except Missing:
        return None
