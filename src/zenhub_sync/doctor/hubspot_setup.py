"""Whether the portal is set up for the worker: pipeline, properties, room for them, and rules that would refuse us."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TypeVar

from zenhub_sync.delivery.portal import find_pipeline, find_stage
from zenhub_sync.doctor.findings import Finding, failure, fine, made, warning
from zenhub_sync.hubspot.client import HubSpot
from zenhub_sync.hubspot.inputs import PropertyInput
from zenhub_sync.hubspot.models import Pipeline, PropertyDefinition, PropertyRules, Usage
from zenhub_sync.jobs.portal_definitions import COMPANY_PROPERTIES, TICKET_PROPERTIES
from zenhub_sync.planning.portal import CLOSED_ROLES, PipelineNames
from zenhub_sync.planning.tickets import StageRole
from zenhub_sync.transport.errors import Rejected, Unauthorized

T = TypeVar("T")

_SETUP = "run zenhub-sync setup"
_WRITTEN = {
    "tickets": frozenset({d.name for d in TICKET_PROPERTIES} | {"subject", "content", "hs_ticket_priority"}),
    "tasks": frozenset({"hs_task_subject", "hs_task_body", "hs_timestamp", "hs_task_priority", "hs_task_type"}),
}
_TYPE_IDS = {"tickets": "0-5", "tasks": "0-27"}
_NEARLY_FULL = 0.95


def examine(hubspot: HubSpot, names: PipelineNames) -> Iterator[Finding]:
    yield from made("hubspot.pipeline", lambda: _pipeline(hubspot, names))
    for kind, wanted in (("tickets", TICKET_PROPERTIES), ("companies", COMPANY_PROPERTIES)):
        yield from made(f"hubspot.{kind}", partial(_properties, hubspot, kind, wanted))
    yield from made("hubspot.limits", lambda: check_property_room(_asked(hubspot.property_limits)))
    for kind in _WRITTEN:
        yield from made(f"hubspot.rules.{kind}", partial(_rules, hubspot, kind))


def check_stages(pipeline: Pipeline, names: PipelineNames) -> Iterator[Finding]:
    """Find each role's stage, and whether HubSpot counts it as open or closed as we do."""
    check = "hubspot.stages"
    found = {role: find_stage(pipeline, name) for role, name in names.stages.items()}
    lost = [f"{role.value} ('{names.stages[role].label}')" for role, stage in found.items() if stage is None]
    if lost:
        yield failure(check, f"pipeline '{pipeline.label}' has no stage for {', '.join(lost)}", _SETUP)
        return
    for role, stage in found.items():
        state = "CLOSED" if role in CLOSED_ROLES else "OPEN"
        if stage is not None and stage.ticket_state not in (None, state):
            hides = role is StageRole.CONTATO_CS
            yield (failure if hides else warning)(
                check,
                f"stage '{stage.label}' for {role.value} counts as {stage.ticket_state} in HubSpot",
                f"make it {state.lower()} in HubSpot, or name another stage for {role.value}",
            )
    ids = [stage.id for stage in found.values() if stage is not None]
    contato = found[StageRole.CONTATO_CS]
    if contato is not None and ids.count(contato.id) > 1:
        yield failure(
            check,
            "contato_cs shares its stage with another role, so escalations could not be seen",
            "name another stage for contato_cs under hubspot.pipeline.stages",
        )
    yield fine(check, f"pipeline '{pipeline.label}' ({pipeline.id}) has a stage for each of the {len(ids)} roles")


def check_room_for_pipeline(usage: Usage | None, label: str) -> list[Finding]:
    """Say that the pipeline is missing, and whether the plan has room for it."""
    check, missing = "hubspot.pipeline", f"there is no ticket pipeline '{label}'"
    if usage is not None and usage.limit is not None and usage.usage >= usage.limit:
        message = f"{missing}, and the plan has no room for one ({usage.usage} of {usage.limit})"
        return [failure(check, message, "name an existing pipeline and its stages under hubspot.pipeline")]
    return [failure(check, missing, _SETUP)]


def check_properties(kind: str, wanted: Sequence[PropertyInput], there: Sequence[PropertyDefinition]) -> list[Finding]:
    """Compare names, types, uniqueness and options of our properties with the portal's."""
    check, by_name = f"hubspot.{kind}", {definition.name: definition for definition in there}
    missing = [definition.name for definition in wanted if definition.name not in by_name]
    found = [failure(check, f"{kind} lack the properties {', '.join(missing)}", _SETUP)] if missing else []
    for definition in wanted:
        if definition.name in by_name:
            found += _check_property(check, definition, by_name[definition.name])
    return found or [fine(check, f"{kind} have all that is written, with the right types")]


def check_property_room(usages: Sequence[Usage] | None) -> list[Finding]:
    """Warn where hardly a custom property can be added any more."""
    check = "hubspot.limits"
    if usages is None:
        return [warning(check, "HubSpot does not tell the plan's limits", "nothing, unless setup is refused")]
    full = [u for u in usages if u.limit and u.usage >= _NEARLY_FULL * u.limit]
    if full:
        told = ", ".join(f"{u.object_type_id}: {u.usage} of {u.limit}" for u in full)
        return [warning(check, f"custom properties are nearly used up ({told})", "archive unused ones before setup")]
    return [fine(check, "there is room for custom properties")]


def check_rules(kind: str, rules: Sequence[PropertyRules] | None) -> list[Finding]:
    """Warn of an admin's rules about values that we write: HubSpot refuses what breaks them since 2026-09.

    developers.hubspot.com/changelog/crm-api-write-validation-enforcement. Which properties a portal requires on
    creation, no endpoint tells: those show when the first record is refused.
    """
    check = f"hubspot.rules.{kind}"
    if rules is None:
        return [warning(check, f"the validation rules of {kind} may not be read", "refused records would be parked")]
    ours = {rule.property_name: rule.kinds for rule in rules if rule.property_name in _WRITTEN[kind] and rule.kinds}
    if ours:
        told = "; ".join(f"{name}: {', '.join(kinds)}" for name, kinds in ours.items())
        return [
            warning(
                check,
                f"an admin's rules apply to what the worker writes: {told}",
                "relax them, or expect parked records",
            )
        ]
    return [fine(check, f"no validation rule on what the worker writes to {kind}")]


def _check_property(check: str, wanted: PropertyInput, there: PropertyDefinition) -> list[Finding]:
    again = f"archive {wanted.name} in HubSpot's property settings, then {_SETUP}"
    if there.type != wanted.type:
        return [failure(check, f"{wanted.name} is of type {there.type}, not {wanted.type}", again)]
    if wanted.has_unique_value and not there.has_unique_value:
        return [failure(check, f"{wanted.name} is not unique, which can be chosen at birth only", again)]
    lost = {option.value for option in wanted.options} - {option.value for option in there.options}
    if lost:
        return [failure(check, f"{wanted.name} lacks the options {', '.join(sorted(lost))}", "add them in HubSpot")]
    return []


def _pipeline(hubspot: HubSpot, names: PipelineNames) -> Iterator[Finding]:
    pipeline = find_pipeline(hubspot.pipelines("tickets"), names)
    if pipeline is not None:
        yield from check_stages(pipeline, names)
        return
    usages: Mapping[str, Usage] = {usage.object_type_id: usage for usage in _asked(hubspot.pipeline_limits) or ()}
    yield from check_room_for_pipeline(usages.get(_TYPE_IDS["tickets"]), names.label)


def _properties(hubspot: HubSpot, kind: str, wanted: Sequence[PropertyInput]) -> list[Finding]:
    return check_properties(kind, wanted, hubspot.properties(kind))


def _rules(hubspot: HubSpot, kind: str) -> list[Finding]:
    return check_rules(kind, _asked(lambda: hubspot.validation_rules(_TYPE_IDS[kind])))


def _asked(question: Callable[[], T]) -> T | None:
    """Return the answer, or None where this key may not ask or this portal does not know."""
    try:
        return question()
    except (Rejected, Unauthorized):
        return None
