"""Associations by the thousand.

developers.hubspot.com … crm/associations/associate-records/guide
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from zenhub_sync.sandbox.http import Response, json_response
from zenhub_sync.sandbox.hubspot import render, writes
from zenhub_sync.sandbox.hubspot.association_rules import fitting_type
from zenhub_sync.sandbox.hubspot.association_types import AssociationType, plain
from zenhub_sync.sandbox.hubspot.associations import (
    PAGE_LIMIT,
    associations_page,
    both_directions,
    labels_between,
    live_ends,
)
from zenhub_sync.sandbox.hubspot.batch import check_count
from zenhub_sync.sandbox.hubspot.bodies import BatchLink, BatchLinkRead, BatchTypedLink, BatchUnlink, LinkPage
from zenhub_sync.sandbox.hubspot.call import Call, cursor
from zenhub_sync.sandbox.hubspot.kinds import Kind
from zenhub_sync.sandbox.hubspot.refusals import RefusalError
from zenhub_sync.sandbox.hubspot.world import API, World

MAX_CREATE = 2_000
# developers.hubspot.com/changelog/bug-fix-batch-read-limit-for-hubspot-associations-api (2025-02-10)
MAX_READ = 1_000
MAX_ARCHIVE = 100
Input = TypeVar("Input")


def associate_default(world: World, call: Call) -> Response:
    """Associate pairs without a label; a pair with a missing record is an error of its own."""
    kind, to_kind = call.kind(), call.kind("to_kind")
    one = plain(kind, to_kind)
    inputs = call.body(BatchLink).inputs
    check_count(len(inputs), MAX_CREATE)

    def step(ends: Any) -> list[dict[str, Any]]:
        record = live_ends(world, kind, ends.from_.id, to_kind, ends.to.id)
        writes.associate(world, record, to_kind, ends.to.id, one, API)
        return both_directions(record.id, ends.to.id, one)

    return _each(world, inputs, step, done=200)


def create(world: World, call: Call) -> Response:
    """Associate pairs by type; a type of another pair refuses the whole call."""
    kind, to_kind = call.kind(), call.kind("to_kind")
    inputs = call.body(BatchTypedLink).inputs
    check_count(len(inputs), MAX_CREATE)
    typed = [(one, [fitting_type(spec, from_kind=kind, to_kind=to_kind) for spec in one.types]) for one in inputs]
    if not all(types for _, types in typed):
        raise RefusalError(400, "Every input of an association batch must have at least one type")

    def step(pair: Any) -> list[dict[str, Any]]:
        ends, types = pair
        record = live_ends(world, kind, ends.from_.id, to_kind, ends.to.id)
        for one in types:
            writes.associate(world, record, to_kind, ends.to.id, one, API)
        return [labels_between(kind, record.id, to_kind, ends.to.id, types)]

    return _each(world, typed, step, done=201)


def read(world: World, call: Call) -> Response:
    """Read many records' associations; a record with none is an error in a 207 (seen in several live portals)."""
    kind, to_kind = call.kind(), call.kind("to_kind")
    inputs = call.body(BatchLinkRead).inputs
    check_count(len(inputs), MAX_READ)

    def step(one: LinkPage) -> list[dict[str, Any]]:
        record = world.records.get(kind, one.id)
        shown = associations_page(world, record, to_kind, cursor(one.after), PAGE_LIMIT) if record else {}
        if not shown.get("results"):
            raise _none_found(kind, one.id, to_kind)
        paging = {"paging": shown["paging"]} if "paging" in shown else {}
        return [{"from": {"id": one.id}, "to": shown["results"]} | paging]

    return _each(world, inputs, step, done=200)


def archive(world: World, call: Call) -> Response:
    """Take all types between records away; since 2026-09 a 200 with a body."""
    kind, to_kind = call.kind(), call.kind("to_kind")
    inputs = call.body(BatchUnlink).inputs
    check_count(len(inputs), MAX_ARCHIVE)
    pairs = [(fan.from_.id, end.id) for fan in inputs for end in fan.to]
    return _unlink(world, kind, to_kind, [(from_id, to_id, None) for from_id, to_id in pairs])


def archive_labels(world: World, call: Call) -> Response:
    """Take single types away; without the unlabelled one the others go too."""
    kind, to_kind = call.kind(), call.kind("to_kind")
    inputs = call.body(BatchTypedLink).inputs
    check_count(len(inputs), MAX_CREATE)
    typed = [
        (one.from_.id, one.to.id, fitting_type(spec, from_kind=kind, to_kind=to_kind))
        for one in inputs
        for spec in one.types
    ]
    return _unlink(world, kind, to_kind, typed)


def _unlink(
    world: World, kind: Kind, to_kind: Kind, ends: Sequence[tuple[str, str, AssociationType | None]]
) -> Response:
    started = world.now()
    for from_id, to_id, one in ends:
        record = world.records.live(kind, from_id)
        if record is not None:
            writes.dissociate(world, record, to_kind, to_id, one, API)
    return json_response(200, render.batch([], [], started, world.now()))


def _each(
    world: World, inputs: Sequence[Input], step: Callable[[Input], list[dict[str, Any]]], *, done: int
) -> Response:
    """Do each input by itself: here no trace id is needed for a 207."""
    started = world.now()
    results: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    for one in inputs:
        try:
            results.extend(step(one))
        except RefusalError as refusal:
            errors.append(refusal.as_batch_error())
    body = render.batch(world.shuffled(results), errors, started, world.now())
    return json_response(207 if errors else done, body)


def _none_found(kind: Kind, record_id: str, to_kind: Kind) -> RefusalError:
    return RefusalError(
        404,
        f"No {to_kind.singular} is associated with {kind.singular} {record_id}.",
        category="OBJECT_NOT_FOUND",
        sub_category="crm.associations.NO_ASSOCIATIONS_FOUND",
        context={
            "fromObjectId": [record_id],
            "fromObjectType": [kind.singular],
            "toObjectType": [to_kind.singular],
        },
    )
