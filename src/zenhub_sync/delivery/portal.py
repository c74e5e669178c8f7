"""Find our pipeline, stages and properties in the portal before anything is written there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from zenhub_sync.delivery.tasks import TASK_KEY_PROPERTY
from zenhub_sync.errors import ConfigProblem
from zenhub_sync.hubspot.models import Account, Pipeline, PropertyDefinition, Stage
from zenhub_sync.planning.portal import PipelineNames, Portal, StageName
from zenhub_sync.planning.properties import NAMES, TASK_ID, TASK_KEY, TICKET_ID
from zenhub_sync.planning.tickets import StageRole
from zenhub_sync.transport.errors import Missing, Unauthorized

NEEDED = (*NAMES, TASK_KEY, TASK_ID)


class PortalReads(Protocol):
    """The part of the HubSpot client that reads how the portal is set up."""

    def account(self) -> Account: ...

    def pipelines(self, kind: str) -> tuple[Pipeline, ...]: ...

    def properties(self, kind: str) -> tuple[PropertyDefinition, ...]: ...


class TaskKeyReads(Protocol):
    """The part of the HubSpot client that reads one property definition."""

    def property(self, kind: str, name: str) -> PropertyDefinition: ...


class WrongPortal(ConfigProblem):
    """The token is not one of the configured portal."""


def check_portal_id(hubspot: PortalReads, expected: str) -> None:
    """Raise `WrongPortal` if the token belongs to another portal than `hubspot.portal_id` says."""
    found = hubspot.account().portal_id
    if found != expected:
        raise WrongPortal(
            f"HUBSPOT_ACCESS_TOKEN belongs to portal {found}, but hubspot.portal_id says {expected}; nothing was "
            "written. Use the token of that portal, or correct hubspot.portal_id"
        )


def resolve_portal(hubspot: PortalReads, names: PipelineNames) -> Portal:
    """Return the ids of our pipeline and stages, or raise `ConfigProblem` with what is missing and how to mend it."""
    pipelines = hubspot.pipelines("tickets")
    pipeline = find_pipeline(pipelines, names)
    if pipeline is None:
        there = ", ".join(f"'{each.label}' ({each.id})" for each in pipelines if not each.archived)
        raise ConfigProblem(
            f"HubSpot has no ticket pipeline '{names.id}' or '{names.label}'; it has {there or 'none'}. Run "
            "zenhub-sync setup, or name an existing one under hubspot.pipeline"
        )
    properties = {definition.name: definition for definition in hubspot.properties("tickets")}
    missing = [name for name in NEEDED if name not in properties]
    if missing:
        raise ConfigProblem(f"HubSpot tickets lack the properties {', '.join(missing)}; run zenhub-sync setup")
    if not properties[TICKET_ID].has_unique_value:
        raise ConfigProblem(
            f"the HubSpot ticket property {TICKET_ID} is not unique, and that can only be chosen when a property is "
            "made; rename or delete it in HubSpot, then run zenhub-sync setup"
        )
    return Portal(
        pipeline_id=pipeline.id,
        stages=_stages(pipeline, names.stages),
        priorities=frozenset(option.value for option in properties["hs_ticket_priority"].options),
        labels={stage.id: stage.label for stage in pipeline.stages},
    )


def has_task_key(hubspot: TaskKeyReads) -> bool:
    """Tell whether tasks have our key property, and HubSpot keeps it unique; a portal that does not say, has not.

    A credential that is refused altogether says nothing of the portal: it stops the run.
    """
    try:
        return hubspot.property("tasks", TASK_KEY_PROPERTY).has_unique_value
    except Missing:
        return False
    except Unauthorized as error:
        if not error.forbidden:
            raise
        return False


def find_pipeline(pipelines: Iterable[Pipeline], names: PipelineNames) -> Pipeline | None:
    """Return the pipeline with our id, else the one with our label."""
    pipelines = [pipeline for pipeline in pipelines if not pipeline.archived]
    by_id = next((pipeline for pipeline in pipelines if pipeline.id == names.id), None)
    return by_id or next((p for p in pipelines if _same(p.label, names.label)), None)


def find_stage(pipeline: Pipeline, name: StageName) -> Stage | None:
    """Return the stage with the configured id, else the one with the configured label."""
    stages = [stage for stage in pipeline.stages if not stage.archived]
    by_id = next((stage for stage in stages if stage.id == name.id), None)
    return by_id or next((stage for stage in stages if _same(stage.label, name.label)), None)


def _stages(pipeline: Pipeline, names: Mapping[StageRole, StageName]) -> dict[StageRole, str]:
    found = {role: find_stage(pipeline, name) for role, name in names.items()}
    lost = [f"{role.value} ('{names[role].label}')" for role, stage in found.items() if stage is None]
    if lost:
        there = ", ".join(f"'{stage.label}' ({stage.id})" for stage in pipeline.stages if not stage.archived)
        raise ConfigProblem(
            f"pipeline '{pipeline.label}' in HubSpot has no stage for {', '.join(lost)}; it has {there}. "
            "Run zenhub-sync setup, or name the stages under hubspot.pipeline.stages"
        )
    ids = {role: stage.id for role, stage in found.items() if stage is not None}
    shared = [role.value for role, stage_id in ids.items() if stage_id == ids[StageRole.CONTATO_CS]]
    if len(shared) > 1:
        raise ConfigProblem(
            f"in HubSpot the roles {', '.join(shared)} come to the same stage, so escalations could not be seen; name "
            "another stage for contato_cs under hubspot.pipeline.stages"
        )
    return ids


def _same(one: str, other: str) -> bool:
    # Labels are unique without regard to case and outer blanks (live portal report, 2026-10-05).
    return one.strip().casefold() == other.strip().casefold()
