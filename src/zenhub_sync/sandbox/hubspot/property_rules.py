"""What the properties API refuses.

developers.hubspot.com … crm/properties/guide; live portal report, 2026-10 (2026-09 API). Where a body is not
established, the status is what was reported and the words are the sandbox's own.
"""

from __future__ import annotations

import re

from zenhub_sync.sandbox.hubspot.bodies import NewProperty, OptionBody
from zenhub_sync.sandbox.hubspot.kinds import TASKS, Kind
from zenhub_sync.sandbox.hubspot.refusals import RefusalError, fields_not_set
from zenhub_sync.sandbox.hubspot.world import World

MAX_UNIQUE = 10
MAX_CUSTOM = 1_000
MAX_NAME = 100
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_RESERVED = re.compile(r"hs_|a\d+_")
_FIELD_TYPES = {
    "bool": {"booleancheckbox", "calculation_equation"},
    "date": {"date"},
    "datetime": {"date"},
    "enumeration": {"booleancheckbox", "checkbox", "radio", "select", "calculation_equation"},
    "number": {"number", "calculation_equation"},
    "phone_number": {"phonenumber"},
    "string": {"file", "html", "phonenumber", "text", "textarea", "calculation_equation"},
}
# The types that may be unique are not listed anywhere; text and number are the ones seen.
_UNIQUE_TYPES = {"string", "number"}


def check_new(world: World, kind: Kind, body: NewProperty) -> None:
    """Refuse a definition that this portal may not have."""
    _check_name(world, kind, body.name)
    check_shape(body.type, body.field_type)
    check_options(body.type, body.options, external=body.external_options)
    if body.external_options and (body.type, body.referenced_object_type) != ("enumeration", "OWNER"):
        raise RefusalError(400, "externalOptions needs an enumeration with referencedObjectType OWNER")
    if world.catalogue.group(kind, body.group_name) is None:
        raise RefusalError(400, f"Property group {body.group_name} does not exist")
    if kind is TASKS:
        _check_task(world)
    if len(world.catalogue.custom(kind)) >= MAX_CUSTOM:
        raise RefusalError(400, f"Object type {kind.type_id} has reached its limit of {MAX_CUSTOM} custom properties")
    if body.has_unique_value:
        _check_unique(world, kind, body)


def check_shape(type_: str, field_type: str) -> None:
    if type_ not in _FIELD_TYPES:
        raise RefusalError(400, f"Invalid property type: {type_}")
    if field_type not in _FIELD_TYPES[type_]:
        raise RefusalError(400, f"Field type {field_type} is not valid for properties of type {type_}")


def check_options(type_: str, options: list[OptionBody], *, external: bool) -> None:
    """Let an enumeration have different options, a bool exactly true and false, others none."""
    values = [one.value for one in options]
    if type_ == "bool" and sorted(values) != ["false", "true"]:
        raise RefusalError(
            400,
            "Boolean properties must have exactly two options, true and false",
            sub_category="PropertyValidationError.INVALID_BOOLEAN_OPTION",
            errors=[{"message": "Options must be true and false", "code": "INVALID_BOOLEAN_OPTION"}],
        )
    if type_ == "enumeration" and not options and not external:
        raise fields_not_set(["options"])
    if type_ not in ("bool", "enumeration") and options:
        raise RefusalError(400, f"Properties of type {type_} cannot have options")
    labels = [one.label for one in options]
    if len(set(values)) < len(values) or len(set(labels)) < len(labels):
        raise RefusalError(400, "The options of a property must have different values and labels")
    if not all(values) or not all(labels):
        raise RefusalError(400, "The options of a property must have a value and a label")


def _check_name(world: World, kind: Kind, name: str) -> None:
    if world.catalogue.find(kind, name) is not None:
        raise RefusalError(
            409,
            f"A property named '{name}' already exists.",
            category="OBJECT_ALREADY_EXISTS",
            sub_category="Properties.PROPERTY_WITH_NAME_EXISTS",
        )
    if _RESERVED.match(name):
        raise RefusalError(400, f"Property names may not begin with a reserved prefix: {name}")
    if not _NAME.fullmatch(name) or len(name) > MAX_NAME:
        message = f"Property name must be lowercase letters, digits and underscores, but given: {name}"
        raise RefusalError(400, message)


def _check_task(world: World) -> None:
    """Refuse custom properties of tasks where the portal has none: free portals allow none (live report, 2026)."""
    if not world.options.task_custom_properties:
        raise RefusalError(400, f"Object type {TASKS.type_id} does not support custom properties in this portal")


def _check_unique(world: World, kind: Kind, body: NewProperty) -> None:
    if kind is TASKS and not world.options.task_unique_properties:
        raise RefusalError(400, f"Object type {TASKS.type_id} does not support unique properties")
    if body.type not in _UNIQUE_TYPES:
        raise RefusalError(400, f"Properties of type {body.type} cannot have unique values")
    if sum(one.unique for one in world.catalogue.custom(kind)) >= MAX_UNIQUE:
        message = f"Object type {kind.type_id} has reached its limit of {MAX_UNIQUE} unique properties"
        raise RefusalError(400, message)
