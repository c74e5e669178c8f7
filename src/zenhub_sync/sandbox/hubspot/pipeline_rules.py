"""What the pipelines API refuses, and what it makes of a stage's metadata.

developers.hubspot.com … pipelines/guide (2026-09); live portal report, 2026-10-05 (2026-09 API)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from zenhub_sync.sandbox.hubspot.kinds import DEALS, KINDS, TICKETS, Kind
from zenhub_sync.sandbox.hubspot.pipeline_models import Pipeline, Stage, ticket_metadata
from zenhub_sync.sandbox.hubspot.refusals import RefusalError
from zenhub_sync.sandbox.hubspot.world import World

MAX_PIPELINE_ID = 36
MAX_STAGE_ID = 100
MAX_STAGES = 100


def refused(code: str, message: str, status: int = 400) -> RefusalError:
    return RefusalError(status, message, sub_category=f"PipelineError.{code}")


def check_writable(kind: Kind) -> None:
    """Refuse to write pipelines of other types than tickets and deals: that of tasks is customised by people alone."""
    if kind not in (TICKETS, DEALS):
        raise RefusalError(400, f"Pipelines of object type {kind.type_id} cannot be written")


def check_ids(pipeline_id: str | None, stage_ids: Iterable[str | None]) -> None:
    """Break on ids that are too long, as the real API does: a 500, and nothing is made."""
    too_long = len(pipeline_id or "") > MAX_PIPELINE_ID
    if too_long or any(len(one or "") > MAX_STAGE_ID for one in stage_ids):
        raise RefusalError(500, "internal error", category=None)


def check_pipeline_id(world: World, kind: Kind, pipeline_id: str | None) -> None:
    if pipeline_id is None:
        return
    if pipeline_id == "":
        raise RefusalError(400, "pipelineId may not be empty")
    if pipeline_id in world.pipelines[kind.name]:
        raise RefusalError(400, f"There's another pipeline {pipeline_id} with pipelineId {pipeline_id}")
    if any(pipeline_id in world.pipelines.get(other, {}) for other in KINDS):
        raise _held_elsewhere(pipeline_id)


def check_stage_ids(world: World, kind: Kind, stage_ids: Sequence[str | None]) -> None:
    """Refuse stage ids of another pipeline, or given twice."""
    given = [one for one in stage_ids if one is not None]
    if len(set(given)) < len(given) or "" in given:
        raise RefusalError(400, "Stage ids of a pipeline must be different and not empty")
    for one in given:
        if world.stage(kind, one) is not None:
            raise _held_elsewhere(one)


def check_label(pipelines: Iterable[Pipeline], label: str, but: Pipeline | None = None) -> None:
    """Refuse a label that another pipeline of the object type has, whatever its case."""
    if not label.strip():
        raise RefusalError(400, "Pipeline label may not be blank")
    if any(one is not but and one.label.lower() == label.lower() for one in pipelines):
        raise RefusalError(400, f"An active pipeline with label {label} already exists")


def check_order(order: int | None) -> None:
    if order is not None and order < 0:
        raise RefusalError(400, f"displayOrder must not be negative, but was {order}")


def check_plan(world: World, kind: Kind) -> None:
    """Refuse one more pipeline than the portal's plan has room for; the body is not established."""
    custom = sum(one.custom for one in world.pipelines[kind.name].values())
    if custom >= world.options.max_custom_pipelines:
        message = f"The portal has reached its limit of {world.options.max_custom_pipelines} custom pipelines"
        raise refused("PIPELINE_LIMIT_EXCEEDED", message)


def check_stages(kind: Kind, stages: Sequence[Stage]) -> None:
    """Refuse a pipeline that would be left without a stage, without a closed one, or with two of one label."""
    if not stages:
        raise RefusalError(400, "Pipeline must have at least one stage")
    if len(stages) > MAX_STAGES:
        raise refused("STAGE_LIMIT_EXCEEDED", f"A pipeline can have {MAX_STAGES} stages")
    labels = [stage.label.strip().lower() for stage in stages]
    if not all(labels):
        raise RefusalError(400, "Stage label may not be blank")
    if len(set(labels)) < len(labels):
        raise refused("STAGE_LABEL_EXISTS", "A stage with this label already exists in the pipeline")
    if kind is TICKETS and not any(stage.closed for stage in stages):
        raise refused("MISSING_CLOSED_STAGE", "A ticket pipeline must have at least one CLOSED stage")


def check_unused(world: World, kind: Kind, stage_ids: Iterable[str]) -> None:
    """Refuse to delete stages that records are in: validated by default since 2026-09, a false flag has no effect.

    Records in the recycle bin count too (not established): restored, they would be in no stage.
    """
    gone = set(stage_ids)
    records = world.records.walk(kind)
    using = [one.id for one in records if (one.live or one.archived) and one.values.get(kind.stage or "") in gone]
    if using:
        message = f"Cannot delete a stage that is in use by {len(using)} records"
        raise refused("STAGE_ID_IN_USE", message)


def metadata(kind: Kind, given: Mapping[str, str], before: Mapping[str, str] | None = None) -> dict[str, str]:
    """Make the metadata that is stored: keys HubSpot does not know are dropped, absent ones stay as they were."""
    known = dict(before or {})
    if kind is TICKETS:
        state = given.get("ticketState", known.get("ticketState", "OPEN"))
        if state not in ("OPEN", "CLOSED"):
            raise _invalid_metadata(f"ticketState must be OPEN or CLOSED, but was {state}")
        return ticket_metadata(state)
    odds = given.get("probability", known.get("probability"))
    if odds is None or odds not in {f"{tenth / 10:.1f}" for tenth in range(11)} | {"0", "1"}:
        raise _invalid_metadata("probability is required, between 0.0 and 1.0 in tenths")
    return {"probability": odds, "isClosed": "true" if float(odds) in (0.0, 1.0) else "false"}


def _invalid_metadata(message: str) -> RefusalError:
    error = {"message": message, "code": "INVALID_PIPELINE_STAGE_METADATA"}
    return RefusalError(400, message, sub_category="PipelineError.INVALID_PIPELINE_STAGE_METADATA", errors=[error])


def _held_elsewhere(one: str) -> RefusalError:
    """Say what HubSpot says of a stage id, and misleadingly of a pipeline id, that is taken elsewhere."""
    message = f"Stage ID {one} exists in another pipeline"
    return refused("STAGE_ID_EXISTS_IN_ANOTHER_PIPELINE", message, status=409)
