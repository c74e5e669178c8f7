"""Whether properties may be written to a record: every rule that a create and an update share."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from zenhub_sync.sandbox.hubspot.kinds import CONTACTS, Kind
from zenhub_sync.sandbox.hubspot.records import Record
from zenhub_sync.sandbox.hubspot.refusals import (
    RefusalError,
    coded_values,
    invalid_values,
    required_properties,
)
from zenhub_sync.sandbox.hubspot.values import Fault, read, warning
from zenhub_sync.sandbox.hubspot.world import PERSON, World

# Unique values that earlier inputs of the same batch have taken: (property, value) -> record id
Claims = MutableMapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    values: Mapping[str, str]
    warnings: tuple[Mapping[str, Any], ...] = ()


@dataclass(slots=True, kw_only=True)
class Subject:
    """What is written to: `record` is None for one that is still to be made under `record_id`."""

    kind: Kind
    record_id: str
    record: Record | None = None
    by: str = PERSON
    claims: Claims = field(default_factory=dict)

    def now(self, name: str) -> str:
        return self.record.values.get(name, "") if self.record else ""


def check(world: World, subject: Subject, properties: Mapping[str, str]) -> Checked:
    """Return the values to store, or refuse all of them; claims the unique ones."""
    checked = _read_all(world, subject, properties)
    values = dict(checked.values)
    _default_pipeline(world, subject, values)
    _check_required(world, subject, values)
    _check_stage(world, subject, values)
    _check_unique(world, subject, values)
    return Checked(values=values, warnings=checked.warnings)


def _read_all(world: World, subject: Subject, properties: Mapping[str, str]) -> Checked:
    values: dict[str, str] = {}
    warnings: list[Mapping[str, Any]] = []
    packed: list[tuple[str, str, str]] = []
    read_only: list[tuple[str, str, str]] = []
    for name, raw in properties.items():
        definition = world.catalogue.find(subject.kind, name)
        if definition is None:
            packed.append((name, "PROPERTY_DOESNT_EXIST", f'Property "{name}" does not exist'))
        elif definition.read_only and subject.by != PERSON:
            message = f'"{name}" is a read only property; its value cannot be set.'
            read_only.append((name, "READ_ONLY_VALUE", message))
        elif name in (subject.kind.pipeline, subject.kind.stage):
            values[name] = raw  # judged together, once all values are known
        else:
            kept = read(world, definition, raw, subject.now(name))
            if isinstance(kept, Fault):
                packed.append((name, kept.code, kept.message))
                continue
            values[name] = kept.value
            if kept.normalized is not None:
                warnings.append(warning(name, raw, kept))
    if packed:
        raise invalid_values(world.options.portal_id, packed)
    if read_only:
        raise coded_values(read_only)
    return Checked(values=values, warnings=tuple(warnings))


def _default_pipeline(world: World, subject: Subject, values: dict[str, str]) -> None:
    """Fall back to the default pipeline on creation; a person's new record also gets its first stage."""
    kind = subject.kind
    if subject.record is not None or kind.pipeline is None or kind.stage is None:
        return
    default = next(iter(world.pipelines[kind.name].values()))
    if not values.get(kind.pipeline):
        values[kind.pipeline] = default.id
    if subject.by == PERSON and not values.get(kind.stage):
        pipeline = world.pipelines[kind.name].get(values[kind.pipeline], default)
        values[kind.stage] = pipeline.stages[0].id


def _check_required(world: World, subject: Subject, values: Mapping[str, str]) -> None:
    if subject.by == PERSON:
        return
    if subject.record is not None:
        cleared = [name for name in subject.kind.required if values.get(name) == ""]
        faults = [(name, "REQUIRED_PROPERTY", f"{name} is required and cannot be cleared") for name in cleared]
        if faults:
            raise invalid_values(world.options.portal_id, faults)
        return
    missing = [name for name in subject.kind.required if not values.get(name)]
    if missing:
        raise required_properties(subject.kind.singular, missing)
    # Rules of the portal's admin: developers.hubspot.com/changelog/crm-api-write-validation-enforcement (2026-09)
    unmet = [name for name in world.options.required_on_create.get(subject.kind.name, ()) if not values.get(name)]
    if unmet:
        raise coded_values(
            (name, "MISSING_REQUIRED_PROPERTY", f"A value for {name} must be provided") for name in unmet
        )


def _check_stage(world: World, subject: Subject, values: Mapping[str, str]) -> None:
    """Let a stage in only with its own pipeline.

    That a wrong one is a 400 is known (github.com/HubSpot/hubspot-api-php/issues/139); the body is not established,
    so it is the one of any wrong option.
    """
    kind = subject.kind
    if kind.pipeline is None or kind.stage is None or not {kind.pipeline, kind.stage} & values.keys():
        return
    pipelines = world.pipelines[kind.name]
    pipeline_id = values.get(kind.pipeline, subject.now(kind.pipeline))
    stage_id = values.get(kind.stage, subject.now(kind.stage))
    if pipeline_id not in pipelines:
        raise _no_option(world, kind.pipeline, pipeline_id, list(pipelines))
    if pipelines[pipeline_id].stage(stage_id) is None:
        raise _no_option(world, kind.stage, stage_id, [stage.id for stage in pipelines[pipeline_id].stages])


def _no_option(world: World, name: str, value: str, allowed: list[str]) -> RefusalError:
    message = f"{value} was not one of the allowed options: [{', '.join(allowed)}]"
    return invalid_values(world.options.portal_id, [(name, "INVALID_OPTION", message)])


def _check_unique(world: World, subject: Subject, values: Mapping[str, str]) -> None:
    """Refuse a value that another record has; of an archived record the value is free again (not established)."""
    keys = [(name, value) for name, value in values.items() if value and world.catalogue.is_key(subject.kind, name)]
    for name, value in keys:
        holder = world.records.holder(subject.kind, name, value)
        holder_id = holder.id if holder is not None else subject.claims.get((name, value))
        if holder_id is not None and holder_id != subject.record_id:
            raise _taken(world, subject, name, value, holder_id)
    for key in keys:
        subject.claims[key] = subject.record_id


def _taken(world: World, subject: Subject, name: str, value: str, holder_id: str) -> RefusalError:
    if subject.kind is CONTACTS and name == "email" and subject.record is None:
        return RefusalError(409, f"Contact already exists. Existing ID: {holder_id}", category="CONFLICT")
    # Live portal report, 2026: the first id is the record refused, the second the one that has the value.
    coordinates = (
        f"portalId={world.options.portal_id}, "
        f"objectTypeId=ObjectTypeId{{legacyObjectType={subject.kind.singular.upper()}}}, "
        f"propertyName={name}, value={value}"
    )
    message = (
        f"Cannot set PropertyValueCoordinates{{{coordinates}}} on {subject.record_id}. "
        f"{holder_id} already has that value."
    )
    return RefusalError(400, message)
