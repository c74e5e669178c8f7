"""The pipelines API. developers.hubspot.com … pipelines/guide (2026-09); live portal report, 2026-10-05 (2026-09 API)

A write is answered with an echo of the request, not with what was stored: only a read tells that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zenhub_sync.sandbox.http import Response, json_response
from zenhub_sync.sandbox.hubspot import pipeline_rules as rules
from zenhub_sync.sandbox.hubspot.bodies import NewPipeline, NewStage, PipelineChange
from zenhub_sync.sandbox.hubspot.call import Call
from zenhub_sync.sandbox.hubspot.kinds import Kind
from zenhub_sync.sandbox.hubspot.pipeline_models import Pipeline, Stage
from zenhub_sync.sandbox.hubspot.refusals import MissingPageError, RefusalError
from zenhub_sync.sandbox.hubspot.world import API, World


def list_pipelines(world: World, call: Call) -> Response:
    """List all pipelines with their stages: unsorted, and `limit` is ignored."""
    known = world.pipelines.get(call.kind().name, {})
    shown = [one.as_json() for one in known.values()]
    return json_response(200, {"results": world.shuffled(shown)})


def read_pipeline(world: World, call: Call) -> Response:
    return json_response(200, find(world, call).as_json())


def read_audit(world: World, call: Call) -> Response:
    find(world, call)
    return json_response(200, {"results": []})


def create_pipeline(world: World, call: Call) -> Response:
    """Make a pipeline under the ids that the request names, or numbers where it names none."""
    kind = call.kind()
    body = call.body(NewPipeline)
    rules.check_writable(kind)
    stage_ids = [one.stage_id for one in body.stages]
    rules.check_ids(body.pipeline_id, stage_ids)
    rules.check_order(body.display_order)
    rules.check_label(world.pipelines[kind.name].values(), body.label)
    rules.check_pipeline_id(world, kind, body.pipeline_id)
    rules.check_stage_ids(world, kind, stage_ids)
    rules.check_plan(world, kind)
    stages = [new_stage(world, kind, one) for one in body.stages]
    rules.check_stages(kind, stages)
    now = world.now()
    made = Pipeline(
        id=body.pipeline_id or world.records.new_id(),
        label=body.label,
        display_order=body.display_order,
        created_at=now,
        updated_at=now,
        stages=arrange([], stages),
    )
    world.pipelines[kind.name][made.id] = made
    world.record_write("define", "pipelines", made.id, API, {"object": kind.name, "label": made.label})
    return json_response(201, _echo(made, stages, body.stages))


def update_pipeline(world: World, call: Call) -> Response:
    kind = call.kind()
    known = find(world, call)
    body = call.body(PipelineChange)
    rules.check_writable(kind)
    rules.check_order(body.display_order)
    if body.archived is not None:
        raise RefusalError(400, "archived may be given only to restore an archived pipeline")
    if body.label is not None:
        rules.check_label(world.pipelines[kind.name].values(), body.label, but=known)
        known.label = body.label
    if body.display_order is not None:
        known.display_order = body.display_order
    known.updated_at = world.now()
    world.record_write("define", "pipelines", known.id, API, {"object": kind.name, "label": known.label})
    return json_response(200, known.as_json())


def replace_pipeline(world: World, call: Call) -> Response:
    """Replace a pipeline: stages left out are deleted for good."""
    kind = call.kind()
    known = find(world, call)
    body = call.body(NewPipeline)
    rules.check_writable(kind)
    rules.check_order(body.display_order)
    rules.check_ids(None, [one.stage_id for one in body.stages])
    rules.check_label(world.pipelines[kind.name].values(), body.label, but=known)
    kept = {one.stage_id for one in body.stages}
    rules.check_unused(world, kind, [stage.id for stage in known.stages if stage.id not in kept])
    rules.check_stage_ids(world, kind, [one for one in kept if one is None or known.stage(one) is None])
    if len([one for one in body.stages if one.stage_id]) > len(kept - {None}):
        raise RefusalError(400, "Stage ids of a pipeline must be different and not empty")
    stages = [new_stage(world, kind, one) for one in body.stages]
    rules.check_stages(kind, stages)
    known.label, known.display_order, known.updated_at = body.label, body.display_order, world.now()
    known.stages = arrange([], stages)
    world.record_write("define", "pipelines", known.id, API, {"object": kind.name, "label": known.label})
    return json_response(200, _echo(known, stages, body.stages))


def delete_pipeline(world: World, call: Call) -> Response:
    """Purge a pipeline that no record is in; the default one stays (its refusal is not established)."""
    kind = call.kind()
    known = find(world, call)
    rules.check_writable(kind)
    if not known.custom:
        raise RefusalError(400, "The default pipeline cannot be deleted")
    rules.check_unused(world, kind, [stage.id for stage in known.stages])
    del world.pipelines[kind.name][known.id]
    world.record_write("archive", "pipelines", known.id, API, {"object": kind.name})
    return Response(status=204)


def find(world: World, call: Call) -> Pipeline:
    known = world.pipelines.get(call.kind().name, {}).get(call.path["pipeline"])
    if known is None:
        raise MissingPageError
    return known


def new_stage(world: World, kind: Kind, body: NewStage) -> Stage:
    rules.check_order(body.display_order)
    now = world.now()
    return Stage(
        id=body.stage_id or world.records.new_id(),
        label=body.label,
        display_order=body.display_order,
        metadata=rules.metadata(kind, body.metadata),
        created_at=now,
        updated_at=now,
    )


def arrange(known: Sequence[Stage], added: Sequence[Stage]) -> list[Stage]:
    """Put stages in their order; one whose place is taken comes after it and all are numbered anew."""
    stages = sorted(known, key=lambda one: one.display_order)
    for stage in added:
        taken = any(one.display_order == stage.display_order for one in stages)
        place = sum(one.display_order <= stage.display_order for one in stages)
        stages.insert(place, stage)
        if taken:
            for order, one in enumerate(stages):
                one.display_order = order
    return stages


def echo_stage(stage: Stage, body: NewStage) -> dict[str, Any]:
    return stage.as_json() | {"displayOrder": body.display_order, "metadata": dict(body.metadata)}


def _echo(pipeline: Pipeline, stages: Sequence[Stage], bodies: Sequence[NewStage]) -> dict[str, Any]:
    echoed = [echo_stage(stage, body) for stage, body in zip(stages, bodies, strict=True)]
    return pipeline.as_json() | {"stages": echoed}
