"""All definitions of a portal, HubSpot's own and the customer's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from zenhub_sync.sandbox.hubspot import builtin
from zenhub_sync.sandbox.hubspot.definitions import Definition, Group, Option
from zenhub_sync.sandbox.hubspot.kinds import KINDS, Kind

# One family of read-only properties for each stage: the stage's id becomes part of a property's name.
# developers.hubspot.com … objects/tickets/guide (2026-09)
_STAGE_PROPERTY = re.compile(r"hs_(?:v2_)?(date_entered|date_exited|time_in|latest_time_in|cumulative_time_in)_(.+)")

StageIds = Callable[[str], list[tuple[str, str]]]


class Catalogue:
    """`stages_of` and `pipelines_of` say (id, label): the options of the two pipeline properties follow them."""

    def __init__(self, *, stages_of: StageIds, pipelines_of: StageIds) -> None:
        self._stages_of = stages_of
        self._pipelines_of = pipelines_of
        self.groups = {name: builtin.groups(name) for name in KINDS}
        self._definitions = {name: {one.name: one for one in builtin.definitions(name)} for name in KINDS}
        self._found: dict[str, dict[str, Definition | None]] = {name: {} for name in KINDS}
        self._keys: dict[str, dict[str, bool]] = {name: {} for name in KINDS}

    def find(self, kind: Kind, name: str) -> Definition | None:
        """Return the definition of that name unless it is archived."""
        found = self._found[kind.name]
        if name not in found:
            found[name] = self._look_up(kind, name)
        return found[name]

    def look_again(self) -> None:
        """Forget what was found: pipelines and stages may have changed, and with them their properties."""
        for found in self._found.values():
            found.clear()
        for keys in self._keys.values():
            keys.clear()

    def _look_up(self, kind: Kind, name: str) -> Definition | None:
        known = self._definitions[kind.name].get(name)
        if known is None:
            return self._of_stage(kind, name)
        return None if known.archived_at else self._with_options(kind, known)

    def archived(self, kind: Kind, name: str) -> Definition | None:
        known = self._definitions[kind.name].get(name)
        return known if known is not None and known.archived_at else None

    def put(self, kind: Kind, definition: Definition) -> None:
        self._definitions[kind.name][definition.name] = definition
        self.look_again()

    def all(self, kind: Kind, *, archived: bool = False) -> Iterator[Definition]:
        for known in self._definitions[kind.name].values():
            if (known.archived_at is not None) is archived:
                yield self._with_options(kind, known)

    def custom(self, kind: Kind) -> list[Definition]:
        return [known for known in self.all(kind) if not known.builtin]

    def is_key(self, kind: Kind, name: str) -> bool:
        """Say whether a value of this property names one record.

        developers.hubspot.com … using-object-apis (2026-09): `email` of contacts, and what has `hasUniqueValue`;
        `hs_object_id` is refused as an id property: github.com/segmentio/action-destinations/issues/3957
        """
        keys = self._keys[kind.name]
        if name not in keys:
            known = self.find(kind, name)
            is_key = known is not None and known.unique and name != "hs_object_id"
            keys[name] = is_key or (kind.name, name) == ("contacts", "email")
        return keys[name]

    def group(self, kind: Kind, name: str) -> Group | None:
        return self.groups[kind.name].get(name)

    def _with_options(self, kind: Kind, known: Definition) -> Definition:
        if known.name == kind.pipeline:
            return replace(known, options=_as_options(self._pipelines_of(kind.name)))
        if known.name == kind.stage:
            return replace(known, options=_as_options(self._stages_of(kind.name)))
        return known

    def _of_stage(self, kind: Kind, name: str) -> Definition | None:
        match = _STAGE_PROPERTY.fullmatch(name)
        if kind.stage is None or match is None:
            return None
        if match[2] not in {stage_id for stage_id, _ in self._stages_of(kind.name)}:
            return None
        type_ = "datetime" if match[1].startswith("date") else "number"
        return Definition(
            name=name,
            label=name,
            type=type_,
            field_type="date" if type_ == "datetime" else "number",
            group_name=builtin.GROUPS[kind.name],
            read_only=True,
            builtin=True,
            locked=True,
        )


def _as_options(labelled: list[tuple[str, str]]) -> tuple[Option, ...]:
    return tuple(Option(label=label, value=value, display_order=order) for order, (value, label) in enumerate(labelled))
