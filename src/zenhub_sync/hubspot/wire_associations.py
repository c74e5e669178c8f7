"""HubSpot's association endpoints as values; they have a rate limit of their own.

developers.hubspot.com/docs/api-reference/latest/crm/associations/associate-records/guide (2026-09): linking what is
linked changes nothing, so all of them may be repeated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from zenhub_sync.hubspot.links import read_links, read_pairs
from zenhub_sync.hubspot.results import AssociationResult, Pair, PairResult
from zenhub_sync.hubspot.version import API_VERSION
from zenhub_sync.hubspot.wire_objects import association_type
from zenhub_sync.transport.call import Call, Json

BUCKET = "hubspot.associations"

# developers.hubspot.com/changelog/bug-fix-batch-read-limit-for-hubspot-associations-api (1,000 since 2025-02-10)
READ_LIMIT = 1000
CREATE_LIMIT = 2000


def associate(from_kind: str, to_kind: str, type_id: int, pairs: Sequence[Pair]) -> Call[PairResult]:
    """Link pairs of records."""
    if not 1 <= len(pairs) <= CREATE_LIMIT:
        raise ValueError(f"a batch of links takes 1 to {CREATE_LIMIT} pairs, not {len(pairs)}")
    inputs: list[Json] = [
        {"types": [association_type(type_id)], "from": {"id": origin}, "to": {"id": target}} for origin, target in pairs
    ]
    return Call(
        name=f"hubspot.associate_{from_kind}_{to_kind}",
        method="POST",
        path=f"{_associations(from_kind, to_kind)}/batch/create",
        bucket=BUCKET,
        repeatable=True,
        read=read_pairs(pairs),
        body={"inputs": inputs},
    )


def associations(
    from_kind: str, to_kind: str, ids: Sequence[str], *, after: Mapping[str, str]
) -> Call[AssociationResult]:
    """Read the links of records."""
    if not 1 <= len(ids) <= READ_LIMIT:
        raise ValueError(f"links are read of 1 to {READ_LIMIT} records, not {len(ids)}")
    inputs: list[Json] = [{"id": each, "after": after[each]} if each in after else {"id": each} for each in ids]
    return Call(
        name=f"hubspot.associations_{from_kind}_{to_kind}",
        method="POST",
        path=f"{_associations(from_kind, to_kind)}/batch/read",
        bucket=BUCKET,
        repeatable=True,
        read=read_links(ids),
        body={"inputs": inputs},
    )


def _associations(from_kind: str, to_kind: str) -> str:
    return f"/crm/associations/{API_VERSION}/{quote(from_kind, safe='')}/{quote(to_kind, safe='')}"
