"""The ways HubSpot says no, each with the body that was seen or documented."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Context = Mapping[str, Sequence[str]]


class RefusalError(ValueError):
    """One refused request, or one refused input of a batch; `page` marks one that has no JSON to show."""

    page = False

    def __init__(
        self,
        status: int,
        message: str,
        *,
        category: str | None = "VALIDATION_ERROR",
        sub_category: str | None = None,
        context: Context | None = None,
        errors: Sequence[Mapping[str, Any]] = (),
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.category = category
        self.sub_category = sub_category
        self.context = dict(context or {})
        self.errors = [dict(error) for error in errors]
        self.extra = dict(extra or {})

    def body(self, correlation_id: str) -> dict[str, Any]:
        """Spell the refusal of a whole request."""
        envelope: dict[str, Any] = {"status": "error", "message": self.message, "correlationId": correlation_id}
        optional = {
            "context": {key: list(values) for key, values in self.context.items()},
            "category": self.category,
            "subCategory": self.sub_category,
            "errors": self.errors,
        }
        return envelope | {key: value for key, value in optional.items() if value} | self.extra

    def as_batch_error(self, trace_id: str | None = None) -> dict[str, Any]:
        """Spell the refusal of one input inside a 207."""
        context = {key: list(values) for key, values in self.context.items()}
        if trace_id is not None:
            context["objectWriteTraceId"] = [trace_id]
        error: dict[str, Any] = {
            "status": "error",
            "category": self.category or "VALIDATION_ERROR",
            "message": self.message,
            "context": context,
        }
        if self.sub_category:
            error["subCategory"] = self.sub_category
        return error | ({"errors": self.errors} if self.errors else {})


class MissingPageError(RefusalError):
    """What is missing in the pipelines API, or no path at all: a page of HTML, or nothing for those who ask for JSON.

    Live portal reports, 2026-04 and 2026-10 (2026-09 API).
    """

    page = True

    def __init__(self) -> None:
        super().__init__(404, "Not Found", category=None)


def invalid_values(portal_id: int, faults: Iterable[tuple[str, str, str]]) -> RefusalError:
    """Refuse values, packed into the message; each fault is (property, code, message).

    Seen on a live portal, 2026-09-02: github.com/gregorspan/csc-frodx/issues/21
    """
    packed = [
        {
            "isValid": False,
            "message": message,
            "error": code,
            "name": name,
            "localizedErrorMessage": message,
            "portalId": portal_id,
        }
        for name, code, message in faults
    ]
    spelled = json.dumps(packed, ensure_ascii=False, separators=(",", ":"))
    return RefusalError(400, f"Property values were not valid: {spelled}")


def coded_values(faults: Iterable[tuple[str, str, str]]) -> RefusalError:
    """Refuse values in the structured form; each fault is (property, code, message).

    developers.hubspot.com/changelog/crm-api-write-validation-enforcement (2026-09)
    """
    errors = [{"message": message, "code": code, "context": {"propertyName": [name]}} for name, code, message in faults]
    return RefusalError(400, "The property values provided are invalid", errors=errors)


def required_properties(singular: str, missing: Sequence[str]) -> RefusalError:
    """Refuse a creation that lacks what the object type itself demands; live portal report of a task, 2026."""
    message = f"Error creating {singular.upper()}. Some required properties were not set."
    return RefusalError(400, message, context={"properties": missing})


def fields_not_set(names: Sequence[str]) -> RefusalError:
    """Refuse a body that lacks keys; live portal report, 2026."""
    return RefusalError(
        400, f"Invalid input JSON on line 1, column 2: Some required fields were not set: [{', '.join(names)}]"
    )


def not_found(message: str) -> RefusalError:
    return RefusalError(404, message, category="OBJECT_NOT_FOUND")


def record_not_found(record_id: str) -> RefusalError:
    """Miss a record: a number gets a body without a category, anything else one with; seen live, 2021 to 2026."""
    if record_id.isascii() and record_id.isdigit():
        return RefusalError(404, "resource not found", category=None)
    message = "Object not found.  objectId are usually numeric."
    return RefusalError(404, message, category="OBJECT_NOT_FOUND", context={"id": [record_id]})


def nothing_to_update() -> RefusalError:
    """Refuse an update without properties; github.com/segmentio/action-destinations, live probe of 2026-04."""
    message = "No properties found to update, please provide at least one."
    return RefusalError(400, message, context={"properties": ["{}"]})


def some_not_found(singular: str, ids: Sequence[str]) -> RefusalError:
    """Say which inputs of a batch read are not there; live portal report, 2024."""
    message = (
        f"Could not get some {singular.upper()} objects, they may be deleted or not exist. Check that ids are valid."
    )
    return RefusalError(404, message, category="OBJECT_NOT_FOUND", context={"ids": ids})
