"""Match what association batches answer to the pairs and records that were asked for.

developers.hubspot.com/docs/api-reference/latest/crm/associations/associate-records/guide (2026-09). Ids in these
answers are strings by the specification and were JSON integers in live payloads of 2025.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pydantic import Field, ValidationError

from zenhub_sync.hubspot.batches import is_not_found, read_batch, refusal
from zenhub_sync.hubspot.complaints import Complaint
from zenhub_sync.hubspot.models import Record, RecordId
from zenhub_sync.hubspot.paging import Paging
from zenhub_sync.hubspot.results import Association, AssociationResult, Pair, PairResult, Refusal
from zenhub_sync.transport.call import Answer

_MULTI_STATUS = 207


class _End(Record):
    id: RecordId


class _Type(Record):
    type_id: int


class _Target(Record):
    to_object_id: RecordId
    association_types: tuple[_Type, ...] = ()


class _Links(Record):
    origin: _End = Field(alias="from")
    to: tuple[_Target, ...] = ()
    paging: Paging | None = None


class _Linked(Record):
    from_object_id: RecordId
    to_object_id: RecordId


def read_pairs(pairs: Sequence[Pair]) -> Callable[[Answer], PairResult]:
    """Return the reader of a batch that links these pairs; without any error, all of them are linked."""

    def read(answer: Answer) -> PairResult:
        batch = read_batch(answer)
        if answer.status != _MULTI_STATUS and not batch.complaints:
            return PairResult(linked=frozenset(pairs), refused={})
        ends = {pair for row in batch.rows for pair in _ends(row)}
        linked = frozenset(pair for pair in pairs if pair in ends)
        refused = _refused_pairs(batch.complaints, [pair for pair in pairs if pair not in linked])
        left = tuple(pair for pair in pairs if pair not in linked and pair not in refused)
        return PairResult(linked=linked, refused=refused, unaccounted=left)

    return read


def read_links(ids: Sequence[str]) -> Callable[[Answer], AssociationResult]:
    """Return the reader of the links of these records.

    "No links" is concluded of a record that is absent or not found, never of one whose reading failed.
    """

    def read(answer: Answer) -> AssociationResult:
        batch = read_batch(answer)
        links: dict[str, tuple[Association, ...]] = {}
        more: dict[str, str] = {}
        strange = False
        for row in batch.rows:
            try:
                found = _Links.model_validate(row)
            except ValidationError:
                strange = True
                continue
            links[found.origin.id] = tuple(_association(target) for target in found.to)
            if found.paging and found.paging.after:
                more[found.origin.id] = found.paging.after
        unread = _unread(batch.complaints, [each for each in ids if each not in links], strange=strange)
        nothing: dict[str, tuple[Association, ...]] = {each: () for each in ids if each not in unread}
        return AssociationResult(links=nothing | links, more=more, unread=tuple(unread))

    return read


def _association(target: _Target) -> Association:
    return Association(to_id=target.to_object_id, type_ids=frozenset(each.type_id for each in target.association_types))


def _ends(row: Mapping[str, object]) -> Sequence[Pair]:
    try:
        linked = _Linked.model_validate(row)
    except ValidationError:
        return ()
    return ((linked.from_object_id, linked.to_object_id), (linked.to_object_id, linked.from_object_id))


def _refused_pairs(complaints: Sequence[Complaint], pairs: Sequence[Pair]) -> dict[Pair, Refusal]:
    if len(pairs) == 1 and len(complaints) == 1:
        return {pairs[0]: refusal(complaints[0])}
    refused: dict[Pair, Refusal] = {}
    for complaint in complaints:
        named = {each for found in complaint.context.values() for each in found}
        both = [pair for pair in pairs if named.issuperset(pair)]
        either = [pair for pair in pairs if not named.isdisjoint(pair)]
        refused.update(dict.fromkeys(both or either, refusal(complaint)))
    return refused


def _unread(complaints: Sequence[Complaint], ids: Sequence[str], *, strange: bool) -> list[str]:
    failed = [each for each in complaints if not is_not_found(each)]
    named = [{text for found in each.context.values() for text in found} for each in failed]
    if strange or any(texts.isdisjoint(ids) for texts in named):
        return list(ids)
    return [each for each in ids if any(each in texts for texts in named)]
