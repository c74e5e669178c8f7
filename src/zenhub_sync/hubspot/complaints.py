"""What HubSpot complains of, in either of its two families of error bodies, without the values it quotes.

developers.hubspot.com/docs/api-reference/error-handling: codes and property names are given in `errors[]`, or packed
as JSON into `message` ("Property values were not valid: [...]"; live report gregorspan/csc-frodx#21, 2026-09-02).
HubSpot's free text repeats what was sent, so of it only what is known to be harmless is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from zenhub_sync.transport.errors import Malformed
from zenhub_sync.transport.reading import read_json

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,99}")
_PROPERTY = re.compile(r"[a-z][a-z0-9_]{0,99}")
_CORRELATION = re.compile(r"[A-Za-z0-9-]{1,64}")
_PACKED = "Property values were not valid: "

# Live bodies: unique conflicts (portal report, 2026), L-kalup 2026-10-05 for pipelines, 409 of contacts.
_CONFLICT = re.compile(r"propertyName=([a-z0-9_]+), value=.*already has that value", re.DOTALL)
_HOLDER = re.compile(r"(?:\bon \d+\. (\d{1,20}) already has that value|Existing ID: (\d{1,20})\b)")
_FIXED_TEXTS = (
    ("Duplicate IDs found in batch input", "DUPLICATE_IDS"),
    ("required properties were not set", "REQUIRED_PROPERTY"),
    ("required properties were missing", "REQUIRED_PROPERTY"),
    ("There's another pipeline", "PIPELINE_ID_EXISTS"),
    ("An active pipeline with label", "PIPELINE_LABEL_EXISTS"),
    ("already using stage id", "STAGE_ID_EXISTS"),
    ("by non-unique", "NON_UNIQUE_ID_PROPERTY"),
    ("Unable to infer object type", "UNKNOWN_OBJECT_TYPE"),
    ("Missing 'Edit Associations' permission", "MISSING_PERMISSION"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """The harmless part of an error body; `faults` are (code, property name) pairs, the first one leading."""

    category: str | None = None
    faults: tuple[tuple[str | None, str | None], ...] = ()
    holder: str | None = None
    policy: str | None = None
    correlation_id: str | None = None
    scopes: tuple[str, ...] = ()
    context: Mapping[str, tuple[str, ...]]

    @property
    def code(self) -> str | None:
        """Return the most telling word: the first fault's, else the category."""
        return next((code for code, _ in self.faults if code), self.category)

    @property
    def property_name(self) -> str | None:
        """Return the property that the leading fault is about."""
        return self.faults[0][1] if self.faults else None

    def summary(self) -> str:
        """Return one line fit for a log."""
        faults = [f"{code or ''} on {name}".strip() if name else code or "" for code, name in self.faults[:3]]
        holder = f"(the value belongs to record {self.holder})" if self.holder else ""
        return " ".join(part for part in (self.category or "", ", ".join(faults), holder) if part)


def read_complaint(body: bytes) -> Complaint:
    """Make a complaint of an error answer; HTML, text and nothing at all make an empty one."""
    try:
        return complaint_of(read_json(body))
    except Malformed:
        return Complaint(context={})


def complaint_of(error: object) -> Complaint:
    """Make a complaint of an error body, or of one error of a 207."""
    body = _mapping(error)
    text = body.get("message")
    message = text if isinstance(text, str) else ""
    nested = [_mapping(each) for each in _list(body.get("errors"))]
    faults = [*_structured(nested), *_packed(message), *_recognised(message, body)]
    holder = _HOLDER.search(message)
    return Complaint(
        category=_word(_CODE, body.get("category")) or _word(_CODE, body.get("errorType")),
        faults=tuple(faults or _general(body)),
        holder=(holder[1] or holder[2]) if holder else None,
        policy=_word(_CODE, body.get("policyName")),
        correlation_id=_word(_CORRELATION, body.get("correlationId")),
        scopes=tuple(_scopes([body, *nested])),
        context=_context(body),
    )


def _structured(errors: list[dict[str, object]]) -> Iterator[tuple[str | None, str | None]]:
    for error in errors:
        names = _context(error).get("propertyName", ())
        name = _word(_PROPERTY, names[0]) if names else None
        code = _word(_CODE, error.get("code")) or _word(_CODE, error.get("subCategory"))
        if code or name:
            yield code, name


def _packed(message: str) -> Iterator[tuple[str | None, str | None]]:
    before, found, packed = message.partition(_PACKED)
    if not found or before:
        return
    try:
        rows = _list(read_json(packed.encode("utf-8", errors="replace")))
    except Malformed:
        return
    for row in map(_mapping, rows):
        yield _word(_CODE, row.get("error")), _word(_PROPERTY, row.get("name"))


def _recognised(message: str, body: Mapping[str, object]) -> Iterator[tuple[str | None, str | None]]:
    conflict = _CONFLICT.search(message)
    if conflict:
        yield "CONFLICTING_UNIQUE_VALUE", _word(_PROPERTY, conflict[1])
    code = next((code for fragment, code in _FIXED_TEXTS if fragment in message), None)
    if code:
        names = _context(body).get("properties", ())
        yield code, _word(_PROPERTY, names[0]) if names else None


def _general(body: Mapping[str, object]) -> Iterator[tuple[str | None, str | None]]:
    sub_category = _word(_CODE, body.get("subCategory"))
    if sub_category:
        yield sub_category, None


def _scopes(bodies: list[dict[str, object]]) -> Iterator[str]:
    for body in bodies:
        context = _context(body)
        for key in ("requiredGranularScopes", "requiredScopes"):
            yield from (scope for scope in context.get(key, ()) if _CODE.fullmatch(scope))


def _context(body: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    context = _mapping(body.get("context"))
    return {
        key: tuple(str(each) for each in (found if isinstance(found, list) else [found]) if _is_plain(each))
        for key, found in context.items()
    }


def _word(shape: re.Pattern[str], found: object) -> str | None:
    return found if isinstance(found, str) and shape.fullmatch(found) else None


def _is_plain(found: object) -> bool:
    return isinstance(found, str | int)


def _mapping(found: object) -> dict[str, object]:
    return found if isinstance(found, dict) else {}


def _list(found: object) -> list[object]:
    return found if isinstance(found, list) else []
