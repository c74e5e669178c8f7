"""The stages of one pipeline. developers.hubspot.com … pipelines/guide (2026-09); live portal report, 2026-10-05"""

from __future__ import annotations

from dataclasses import replace

from zenhub_sync.sandbox.http import Response, json_response
from zenhub_sync.sandbox.hubspot import pipeline_rules as rules
from zenhub_sync.sandbox.hubspot.bodies import NewStage, StageChange
from zenhub_sync.sandbox.hubspot.call import Call
from zenhub_sync.sandbox.hubspot.pipeline_models import Stage
from zenhub_sync.sandbox.hubspot.pipelines import arrange, echo_stage, find, new_stage
from zenhub_sync.sandbox.hubspot.refusals import MissingPageError, RefusalError
from zenhub_sync.sandbox.hubspot.world import API, World


def list_stages(world: World, call: Call) -> Response:
    shown = [stage.as_json() for stage in find(world, call).stages]
    return json_response(200, {"results": world.shuffled(shown)})


def read_stage(world: World, call: Call) -> Response:
    return json_response(200, _find(world, call).as_json())


def create_stage(world: World, call: Call) -> Response:
    kind, pipeline = call.kind(), find(world, call)
    body = call.body(NewStage)
    rules.check_writable(kind)
    rules.check_ids(None, [body.stage_id])
    if body.stage_id is not None and world.stage(kind, body.stage_id) is not None:
        raise RefusalError(400, f"Another pipeline is already using stage id {body.stage_id}", category=None)
    stage = new_stage(world, kind, body)
    rules.check_stages(kind, [*pipeline.stages, stage])
    pipeline.stages = arrange(pipeline.stages, [stage])
    world.record_write("define", "stages", stage.id, API, {"object": kind.name, "pipeline": pipeline.id})
    return json_response(201, echo_stage(stage, body))


def update_stage(world: World, call: Call) -> Response:
    """Change a stage: `metadata` must be there and is merged into what is known."""
    return _change(world, call)


def replace_stage(world: World, call: Call) -> Response:
    """Replace a stage: `label` and `displayOrder` must be there as well."""
    call.body(NewStage)
    return _change(world, call)


def _change(world: World, call: Call) -> Response:
    kind, pipeline, stage = call.kind(), find(world, call), _find(world, call)
    body = call.body(StageChange)
    rules.check_writable(kind)
    rules.check_order(body.display_order)
    if body.archived is not None:
        raise RefusalError(400, "archived may be given only to restore an archived stage")
    changed = replace(
        stage,
        label=stage.label if body.label is None else body.label,
        display_order=stage.display_order if body.display_order is None else body.display_order,
        metadata=rules.metadata(kind, body.metadata, stage.metadata),
        updated_at=world.now(),
    )
    others = [one for one in pipeline.stages if one is not stage]
    rules.check_stages(kind, [*others, changed])
    echoed = changed.as_json() | {"metadata": dict(body.metadata)}
    pipeline.stages = arrange(others, [changed])
    world.record_write("define", "stages", stage.id, API, {"object": kind.name, "pipeline": pipeline.id})
    return json_response(200, echoed)


def delete_stage(world: World, call: Call) -> Response:
    """Purge a stage that no record is in; 204 for anything that is not there."""
    kind = call.kind()
    rules.check_writable(kind)
    pipeline = world.pipelines[kind.name].get(call.path["pipeline"])
    stage = pipeline.stage(call.path["stage"]) if pipeline is not None else None
    if pipeline is None or stage is None:
        return Response(status=204)
    rules.check_unused(world, kind, [stage.id])
    left = [one for one in pipeline.stages if one is not stage]
    rules.check_stages(kind, left)
    pipeline.stages = left
    world.record_write("archive", "stages", stage.id, API, {"object": kind.name, "pipeline": pipeline.id})
    return Response(status=204)


def _find(world: World, call: Call) -> Stage:
    stage = find(world, call).stage(call.path["stage"])
    if stage is None:
        raise MissingPageError
    return stage
