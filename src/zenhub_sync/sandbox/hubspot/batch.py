"""Up to a hundred records at a time.

Without an `objectWriteTraceId` of its own on every input, one bad input refuses the whole batch and nothing is written
(live portal report, 2026-09); with them the good ones are written and the answer is a 207. That batch *update* keeps to
this too is likely, not proven. developers.hubspot.com … using-object-apis (2026-09)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from zenhub_sync.sandbox.http import Response, json_response
from zenhub_sync.sandbox.hubspot import render, writes
from zenhub_sync.sandbox.hubspot.bodies import (
    BatchChange,
    BatchCreate,
    BatchRead,
    BatchReferences,
    ChangeInput,
    NewRecord,
)
from zenhub_sync.sandbox.hubspot.call import Call
from zenhub_sync.sandbox.hubspot.checks import Claims, Subject, check
from zenhub_sync.sandbox.hubspot.kinds import Kind
from zenhub_sync.sandbox.hubspot.objects import (
    HISTORY_LIMIT,
    WRITE,
    check_key,
    locate,
    read_targets,
    with_warnings,
)
from zenhub_sync.sandbox.hubspot.records import Record
from zenhub_sync.sandbox.hubspot.refusals import RefusalError, nothing_to_update, some_not_found
from zenhub_sync.sandbox.hubspot.world import API, World

MAX_INPUTS = 100


class Traced(Protocol):
    """An input of a writing batch."""

    @property
    def object_write_trace_id(self) -> str | None: ...


Input = TypeVar("Input", bound=Traced)
Step = Callable[[], dict[str, Any]]  # writes one checked input and shows the record


def create(world: World, call: Call) -> Response:
    kind = call.kind()
    inputs = call.body(BatchCreate).inputs
    check_count(len(inputs))
    return _run(world, inputs, lambda one, claims: _creation(world, kind, one, claims), done=201)


def update(world: World, call: Call) -> Response:
    kind = call.kind()
    inputs = call.body(BatchChange).inputs
    _check_changes(world, kind, inputs)

    def prepare(one: ChangeInput, claims: Claims) -> Step:
        if not one.properties:
            raise nothing_to_update()
        record = locate(world, kind, one.id, one.id_property, WRITE)
        return _change(world, record, one, claims)

    return _run(world, inputs, prepare, done=200)


def upsert(world: World, call: Call) -> Response:
    kind = call.kind()
    inputs = call.body(BatchChange).inputs
    _check_changes(world, kind, inputs)
    return _run(world, inputs, lambda one, claims: _upsert(world, kind, one, claims), done=200)


def read(world: World, call: Call) -> Response:
    """Read by id or by one unique property; what is missing is named in a 207."""
    kind = call.kind()
    body = call.body(BatchRead)
    ids = [one.id for one in body.inputs]
    if body.properties_with_history and len(ids) > HISTORY_LIMIT:
        message = f"The maximum number of inputs supported in a batch request for property histories is {HISTORY_LIMIT}"
        raise RefusalError(400, message)
    check_count(len(ids))
    _check_duplicates(ids)
    if body.id_property is not None:
        check_key(world, kind, body.id_property, "batch read")
    found: dict[str, Record] = {}
    missing: list[str] = []
    started = world.now()
    for one in ids:
        try:
            record = locate(world, kind, one, body.id_property, "read", archived=call.flag("archived"))
        except RefusalError:
            missing.append(one)
        else:
            found[record.id] = record
    shown = [
        render.as_read(world, record, body.properties, body.properties_with_history)
        for record in world.shuffled(list(found.values()))
    ]
    errors = [some_not_found(kind.singular, missing).as_batch_error()] if missing else []
    return json_response(207 if errors else 200, render.batch(shown, errors, started, world.now()))


def archive(world: World, call: Call) -> Response:
    kind = call.kind()
    ids = [one.id for one in call.body(BatchReferences).inputs]
    check_count(len(ids))
    _check_duplicates(ids)
    for one in ids:
        record = world.records.live(kind, one)
        if record is not None:
            writes.archive(world, record, API)
    return Response(status=204)


def check_count(count: int, most: int = MAX_INPUTS) -> None:
    """Refuse a batch that is too long (its words are not established) or empty (words of another API's live answer)."""
    if count == 0:
        raise RefusalError(400, "Batch input provided should have at least one object.")
    if count > most:
        raise RefusalError(400, f"The maximum number of inputs supported in a batch request is {most}")


def _run(world: World, inputs: Sequence[Input], prepare: Callable[[Input, Claims], Step], *, done: int) -> Response:
    """Check all inputs, then write: all of them, or where each is traced those that passed."""
    traces = [one.object_write_trace_id for one in inputs]
    traced = None not in traces and len(set(traces)) == len(traces)
    claims: Claims = {}
    steps: list[tuple[str | None, Step]] = []
    errors: list[dict[str, Any]] = []
    started = world.now()
    for one in inputs:
        try:
            steps.append((one.object_write_trace_id, prepare(one, claims)))
        except RefusalError as refusal:
            if not traced:
                raise
            errors.append(refusal.as_batch_error(one.object_write_trace_id))
    results = [step() | ({"objectWriteTraceId": trace} if trace else {}) for trace, step in steps]
    body = render.batch(world.shuffled(results), errors, started, world.now())
    return json_response(207 if errors else done, body)


def _creation(world: World, kind: Kind, one: NewRecord, claims: Claims) -> Step:
    targets = read_targets(world, kind, one.associations or ())
    subject = Subject(kind=kind, record_id=world.records.new_id(), by=API, claims=claims)
    checked = check(world, subject, one.properties)

    def step() -> dict[str, Any]:
        record = writes.create(world, kind, subject.record_id, checked.values, targets, API)
        return with_warnings(render.as_created(world, record), checked)

    return step


def _change(world: World, record: Record, one: ChangeInput, claims: Claims) -> Step:
    subject = Subject(kind=record.kind, record_id=record.id, record=record, by=API, claims=claims)
    checked = check(world, subject, one.properties)

    def step() -> dict[str, Any]:
        writes.update(world, record, checked.values, API)
        return with_warnings(render.as_updated(world, record, checked.values), checked)

    return step


def _upsert(world: World, kind: Kind, one: ChangeInput, claims: Claims) -> Step:
    """Update the record that has this key, or create it; associations are no part of it and are ignored."""
    given = one.properties.get(one.id_property or "", one.id)
    if given != one.id:
        raise RefusalError(400, f"The value {given} of {one.id_property} differs from the id {one.id} of the input")
    try:
        record = locate(world, kind, one.id, one.id_property, WRITE)
    except RefusalError as refusal:
        if refusal.status != 404 or one.id_property is None:
            raise
        made = NewRecord(properties=one.properties | {one.id_property: one.id})
        step, new = _creation(world, kind, made, claims), True
    else:
        step, new = _change(world, record, one, claims), False

    def upserted() -> dict[str, Any]:
        shown = step()
        written = world.records.get(kind, shown["id"])
        return shown | {"new": new} | ({"url": render.url(world, written)} if written else {})

    return upserted


def _check_changes(world: World, kind: Kind, inputs: Sequence[ChangeInput]) -> None:
    """Refuse what concerns the batch as a whole, traced or not."""
    check_count(len(inputs))
    _check_duplicates([one.id for one in inputs])
    id_properties = {one.id_property for one in inputs}
    if len(id_properties) > 1:
        raise RefusalError(400, "All inputs of a batch must have the same idProperty")
    for id_property in id_properties - {None}:
        check_key(world, kind, id_property or "", WRITE)


def _check_duplicates(ids: Sequence[str]) -> None:
    """Refuse an id given twice, trace ids or not; live portal report, 2026."""
    twice = [one for one, count in Counter(ids).items() if count > 1]
    if twice:
        message = f"Duplicate IDs found in batch input: [{', '.join(twice)}]. IDs must be unique"
        raise RefusalError(400, message, context={"ids": twice})
