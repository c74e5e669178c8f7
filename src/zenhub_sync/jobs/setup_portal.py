"""Make what is missing in HubSpot: property groups, properties, the pipeline and its stages. Repeatable; never deletes.

What exists is adopted: by name, and pipeline and stages by id or by label. Every write is read back, because HubSpot's
answers to pipeline writes echo the request (live portal report, 2026-10-05).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from zenhub_sync.clock import Clock
from zenhub_sync.delivery.portal import check_portal_id, find_pipeline, find_stage, resolve_portal
from zenhub_sync.errors import ConfigProblem
from zenhub_sync.hubspot.client import HubSpot
from zenhub_sync.hubspot.inputs import PipelineInput, PropertyInput, StageInput
from zenhub_sync.hubspot.models import Pipeline, PropertyDefinition
from zenhub_sync.jobs.portal_definitions import COMPANY_PROPERTIES, GROUP, TASK_PROPERTY, TICKET_PROPERTIES
from zenhub_sync.planning.portal import CLOSED_ROLES, PipelineNames, StageName
from zenhub_sync.planning.tickets import StageRole
from zenhub_sync.transport.errors import Rejected, Unauthorized

_CONFLICT = 409
_SHOW_AFTER = (0.5, 1.0, 2.0, 4.0)


@dataclass(slots=True, kw_only=True)
class SetupReport:
    """What was made (in a dry run: what would be) and what was there already, as names for a person."""

    made: list[str] = field(default_factory=list)
    present: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def setup_portal(
    hubspot: HubSpot, names: PipelineNames, clock: Clock, *, portal_id: str | None, dry_run: bool
) -> SetupReport:
    """Bring the portal to what the worker needs, then read it back."""
    if portal_id is not None:
        check_portal_id(hubspot, portal_id)
    report = SetupReport()
    for kind, definitions in (("tickets", TICKET_PROPERTIES), ("companies", COMPANY_PROPERTIES)):
        _ensure_properties(hubspot, kind, definitions, report, dry_run=dry_run)
    _ensure_pipeline(hubspot, names, report, dry_run=dry_run)
    _try_task_key(hubspot, report, dry_run=dry_run)
    if not dry_run and report.made:
        _verify(hubspot, names, clock)
    return report


def _ensure_properties(
    hubspot: HubSpot, kind: str, wanted: Sequence[PropertyInput], report: SetupReport, *, dry_run: bool
) -> None:
    there = {definition.name: definition for definition in hubspot.properties(kind)}
    for definition in wanted:
        if definition.name in there:
            _check_property(kind, definition, there[definition.name])
    missing = [definition for definition in wanted if definition.name not in there]
    report.present += [f"{kind} property {d.name}" for d in wanted if d.name in there]
    if not missing:
        return
    if GROUP.name not in {group.name for group in hubspot.property_groups(kind)}:
        report.made.append(f"{kind} property group {GROUP.name}")
        if not dry_run:
            _create_group(hubspot, kind)
    for definition in missing:
        report.made.append(f"{kind} property {definition.name}")
        if not dry_run:
            _create_property(hubspot, kind, definition)


def _try_task_key(hubspot: HubSpot, report: SetupReport, *, dry_run: bool) -> None:
    """Make the key property of tasks where the portal takes one; where not, nothing is missing."""
    name = TASK_PROPERTY.name
    there: PropertyDefinition | None = None
    with _may_be_refused():
        there = hubspot.property("tasks", name)
        report.present.append(f"tasks property {name}")
    if there is None and dry_run:
        report.notes.append(f"tasks: would try to make the unique property {name}; few portals take it")
        return
    if there is None:
        with _may_be_refused():
            _create_group(hubspot, "tasks")
            there = hubspot.create_property("tasks", TASK_PROPERTY)
            report.made.append(f"tasks property {name}")
    if there is not None and there.has_unique_value:
        report.notes.append(f"tasks: {name} is unique, so HubSpot itself refuses a second task")
    else:
        report.notes.append(
            f"tasks: this portal has no unique {name}; a task of unknown outcome is looked for after delivery.settle "
            "before it is made again"
        )


@contextmanager
def _may_be_refused() -> Iterator[None]:
    """Go on where the portal does not have or allow what was asked for; not where the credential itself is refused."""
    try:
        yield
    except Rejected:
        pass
    except Unauthorized as error:
        if not error.forbidden:
            raise


def _create_group(hubspot: HubSpot, kind: str) -> None:
    try:
        hubspot.create_property_group(kind, GROUP)
    except Rejected as error:
        if error.status != _CONFLICT:
            raise


def _create_property(hubspot: HubSpot, kind: str, definition: PropertyInput) -> None:
    try:
        hubspot.create_property(kind, definition)
    except Rejected as error:
        if error.status != _CONFLICT:
            raise
        _check_property(kind, definition, hubspot.property(kind, definition.name))


def _check_property(kind: str, wanted: PropertyInput, there: PropertyDefinition) -> None:
    """Refuse a property of our name that cannot hold our values: its type and uniqueness are fixed at birth."""
    if wanted.has_unique_value and not there.has_unique_value:
        raise ConfigProblem(
            f"the {kind} property {wanted.name} in HubSpot is not unique, and that can only be chosen when a property "
            "is made; archive it in HubSpot's property settings, then run zenhub-sync setup again"
        )
    if there.type != wanted.type:
        raise ConfigProblem(
            f"the {kind} property {wanted.name} in HubSpot is of type {there.type}, not {wanted.type}; archive it in "
            "HubSpot's property settings, then run zenhub-sync setup again"
        )
    lost = {option.value for option in wanted.options} - {option.value for option in there.options}
    if lost:
        raise ConfigProblem(
            f"the {kind} property {wanted.name} in HubSpot lacks the options {', '.join(sorted(lost))}; add them there"
        )


def _ensure_pipeline(hubspot: HubSpot, names: PipelineNames, report: SetupReport, *, dry_run: bool) -> None:
    pipelines = hubspot.pipelines("tickets")
    pipeline = find_pipeline(pipelines, names)
    if pipeline is None:
        _make_pipeline(hubspot, names, report, after=len(pipelines), dry_run=dry_run)
        return
    report.present.append(f"pipeline '{pipeline.label}' ({pipeline.id})")
    for order, (role, name) in enumerate(names.stages.items()):
        stage = find_stage(pipeline, name)
        if stage is not None:
            _check_state(role, stage.ticket_state, stage.label)
            report.present.append(f"stage '{stage.label}' ({stage.id})")
        elif name.existing:
            raise ConfigProblem(_no_such_stage(pipeline, role, name))
        else:
            report.made.append(f"stage '{name.label}' ({name.id})")
            if not dry_run:
                hubspot.create_stage("tickets", pipeline.id, _stage(role, name, order))


def _make_pipeline(hubspot: HubSpot, names: PipelineNames, report: SetupReport, *, after: int, dry_run: bool) -> None:
    existing = [role.value for role, name in names.stages.items() if name.existing]
    if existing:
        raise ConfigProblem(
            f"hubspot.pipeline.stages names existing stages for {', '.join(existing)}, but HubSpot has no ticket "
            f"pipeline '{names.id}' or '{names.label}'; name an existing pipeline by id or label"
        )
    report.made += [f"pipeline '{names.label}' ({names.id})"]
    report.made += [f"stage '{name.label}' ({name.id})" for name in names.stages.values()]
    if dry_run:
        return
    stages = tuple(_stage(role, name, order) for order, (role, name) in enumerate(names.stages.items()))
    try:
        hubspot.create_pipeline(
            "tickets", PipelineInput(id=names.id, label=names.label, display_order=after, stages=stages)
        )
    except Rejected as error:
        raise ConfigProblem(
            f"HubSpot refused to make the pipeline '{names.label}' ({error}); if the plan allows no second ticket "
            "pipeline, name an existing one and its stages under hubspot.pipeline, by id or label"
        ) from error


def _stage(role: StageRole, name: StageName, order: int) -> StageInput:
    return StageInput(id=name.id, label=name.label, display_order=order, ticket_state=_state(role))


def _state(role: StageRole) -> str:
    return "CLOSED" if role in CLOSED_ROLES else "OPEN"


def _check_state(role: StageRole, state: str | None, label: str) -> None:
    if role is StageRole.CONTATO_CS and state == "CLOSED":
        raise ConfigProblem(
            f"the stage '{label}' named for contato_cs counts as closed in HubSpot, so escalations would be hidden; "
            "make it open there, or name another stage"
        )


def _no_such_stage(pipeline: Pipeline, role: StageRole, name: StageName) -> str:
    there = ", ".join(f"'{stage.label}' ({stage.id})" for stage in pipeline.stages)
    return (
        f"hubspot.pipeline.stages.{role.value}: pipeline '{pipeline.label}' has no stage '{name.label}'; it has {there}"
    )


def _verify(hubspot: HubSpot, names: PipelineNames, clock: Clock) -> None:
    """Read back what was made; what is new may take a moment to show (250 to 700 ms in a live portal, 2026-10)."""
    for wait in _SHOW_AFTER:
        with suppress(ConfigProblem):
            resolve_portal(hubspot, names)
            return
        clock.sleep(wait)
    resolve_portal(hubspot, names)
