"""Match what a batch answers to what was asked: results come in any order, and 207 may mean that all failed.

developers.hubspot.com/docs/api-reference/latest/crm/using-object-apis (2026-09); live portal 52016473, 2026-09.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from zenhub_sync.hubspot.complaints import Complaint, complaint_of
from zenhub_sync.hubspot.inputs import UpdateInput
from zenhub_sync.hubspot.models import CrmObject
from zenhub_sync.hubspot.results import ReadResult, Refusal, WriteResult, WrittenObject
from zenhub_sync.transport.call import Answer
from zenhub_sync.transport.errors import Malformed
from zenhub_sync.transport.reading import read_json

_TRACE = "objectWriteTraceId"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The two lists that every batch answer has, unread."""

    rows: tuple[Mapping[str, object], ...]
    complaints: tuple[Complaint, ...]


def read_batch(answer: Answer) -> Batch:
    """Take a batch answer apart; without a list of results or errors it is `Malformed`."""
    body = read_json(answer.body)
    if not isinstance(body, dict):
        raise Malformed("the answer is not a JSON object", status=answer.status)
    results, errors = body.get("results"), body.get("errors")
    if results is None and errors is None:
        raise Malformed("the answer has neither results nor errors", status=answer.status)
    if not isinstance(results, list | None) or not isinstance(errors, list | None):
        raise Malformed("the answer's results or errors are no list", status=answer.status)
    return Batch(
        rows=tuple(row if isinstance(row, dict) else {} for row in results or ()),
        complaints=tuple(complaint_of(error) for error in errors or ()),
    )


def read_found(ids: Sequence[str], id_property: str | None) -> Callable[[Answer], ReadResult]:
    """Return the reader of a batch read of these ids."""
    asked = {_fold(each): each for each in ids}

    def read(answer: Answer) -> ReadResult:
        batch = read_batch(answer)
        found = [row for row in map(_record, batch.rows) if row is not None]
        keys = {_key(row, id_property) for row in found}
        lost = {_fold(each) for each in _not_found(batch.complaints)} - keys
        if len(asked) == 1 and not found and [*map(is_not_found, batch.complaints)] == [True]:
            lost = set(asked)  # who else could be meant
        missing = tuple(given for key, given in asked.items() if key in lost)
        unaccounted = tuple(given for key, given in asked.items() if key not in lost | keys)
        return ReadResult(found=tuple(found), missing=missing, unaccounted=unaccounted)

    return read


def read_written(inputs: Sequence[UpdateInput], id_property: str | None) -> Callable[[Answer], WriteResult]:
    """Return the reader of a batch update or upsert of these inputs.

    A result is matched by its trace where HubSpot echoes it (its own 207 sample does not), else by its key.
    """
    traces = {each.trace for each in inputs}
    by_key = {_fold(each.id): each.trace for each in inputs}

    def read(answer: Answer) -> WriteResult:
        batch = read_batch(answer)
        written = dict(_written(batch.rows, traces, by_key, id_property))
        refused, stray = _refused(batch.complaints, traces, by_key)
        open_traces = [each.trace for each in inputs if each.trace not in written.keys() | refused.keys()]
        if len(open_traces) == 1 and len(stray) == 1:
            refused[open_traces.pop()] = refusal(stray[0])
        torn = written.keys() & refused.keys()
        return WriteResult(
            written={trace: row for trace, row in written.items() if trace not in torn},
            refused={trace: why for trace, why in refused.items() if trace not in torn},
            unaccounted=(*open_traces, *sorted(torn)),
        )

    return read


def refusal(complaint: Complaint) -> Refusal:
    """Say why one record was refused."""
    return Refusal(
        code=complaint.code,
        property_name=complaint.property_name,
        message=complaint.summary() or "refused without a reason",
        category=complaint.category,
    )


def is_not_found(complaint: Complaint) -> bool:
    """Say whether a complaint means that there is no such record."""
    return complaint.category == "OBJECT_NOT_FOUND"


def _written(
    rows: Sequence[Mapping[str, object]],
    traces: set[str],
    by_key: Mapping[str, str],
    id_property: str | None,
) -> Sequence[tuple[str, WrittenObject]]:
    found: list[tuple[str, WrittenObject]] = []
    for row in rows:
        record = _record(row)
        if record is None:
            continue
        echo, new = row.get(_TRACE), row.get("new")
        trace = echo if isinstance(echo, str) and echo in traces else by_key.get(_key(record, id_property))
        if trace is not None:
            found.append((trace, WrittenObject(object=record, new=new if isinstance(new, bool) else None)))
    return found


def _refused(
    complaints: Sequence[Complaint], traces: set[str], by_key: Mapping[str, str]
) -> tuple[dict[str, Refusal], list[Complaint]]:
    refused: dict[str, Refusal] = {}
    stray: list[Complaint] = []
    for complaint in complaints:
        named = [trace for trace in complaint.context.get(_TRACE, ()) if trace in traces]
        keys = [_fold(each) for name in ("ids", "id") for each in complaint.context.get(name, ())]
        hit = named or [by_key[key] for key in keys if key in by_key]
        refused.update(dict.fromkeys(hit, refusal(complaint)))
        if not hit:
            stray.append(complaint)
    return refused, stray


def _not_found(complaints: Sequence[Complaint]) -> Sequence[str]:
    return [each for complaint in complaints if is_not_found(complaint) for each in complaint.context.get("ids", ())]


def _record(row: Mapping[str, object]) -> CrmObject | None:
    try:
        return CrmObject.model_validate(row)
    except ValidationError:
        return None


def _key(record: CrmObject, id_property: str | None) -> str:
    return _fold(record.id if id_property is None else record.properties.get(id_property) or "")


# Whether HubSpot compares unique values by case is not established; e-mails it stores in lower case.
def _fold(key: str) -> str:
    return key.strip().casefold()
