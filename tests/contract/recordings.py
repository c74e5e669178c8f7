"""Answers recorded from real accounts, and how an answer of the sandbox differs from one in shape.

The recordings lie beside the repository, not in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from zenhub_sync.transport.call import Answer

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"

needs_recordings = pytest.mark.skipif(not SAMPLES.is_dir(), reason="no recorded answers beside this checkout")

_STATUS = re.compile(r"(?<!\d)([2-5]\d\d)(?!\d)")


def names() -> set[str]:
    """Return the recordings by their path without the ending."""
    return {path.relative_to(SAMPLES).with_suffix("").as_posix() for path in SAMPLES.rglob("*.json")}


def content(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))


def recorded(name: str) -> Answer:
    """Return a recorded answer; those of HubSpot are bare bodies whose names tell the status."""
    found = content(name)
    if name.startswith("hubspot/"):
        status = _STATUS.search(name)
        assert status, name
        return Answer(status=int(status[1]), headers={}, body=json.dumps(found).encode())
    response = found["response"]
    body = response.get("body_text", response.get("body"))
    text = body if isinstance(body, str) else json.dumps(body)
    return Answer(status=response["status"], headers=response.get("headers", {}), body=text.encode())


@dataclass(slots=True)
class Shape:
    """What was seen at one place: kinds of values (null counts for none), keys, and what lists hold."""

    kinds: set[str] = field(default_factory=set)
    keys: dict[str, Shape] = field(default_factory=dict)
    rows: Shape | None = None


def shape(values: Iterable[Any]) -> Shape:
    """Lay values over each other: what any of them has, the shape has."""
    found = Shape()
    for value in values:
        if value is not None:
            found.kinds.add(_kind(value))
    objects = [value for value in values if isinstance(value, dict)]
    for key in dict.fromkeys(key for one in objects for key in one):
        found.keys[key] = shape([one[key] for one in objects if key in one])
    rows = [row for value in values if isinstance(value, list) for row in value]
    found.rows = shape(rows) if rows else None
    return found


def differences(ours: bytes, theirs: bytes) -> set[str]:
    """List the keys that only one of two bodies has, and values of another kind; where one has nothing, any fits."""
    return set(_differences(shape([_parsed(ours)]), shape([_parsed(theirs)]), ""))


def _differences(ours: Shape, theirs: Shape, place: str) -> Iterable[str]:
    if ours.kinds and theirs.kinds and not ours.kinds <= theirs.kinds:
        yield f"{place}: {'/'.join(sorted(ours.kinds))} for {'/'.join(sorted(theirs.kinds))}"
    if "object" in ours.kinds & theirs.kinds:
        yield from (f"+ {place}.{key}" for key in ours.keys.keys() - theirs.keys.keys())
        yield from (f"- {place}.{key}" for key in theirs.keys.keys() - ours.keys.keys())
        for key in ours.keys.keys() & theirs.keys.keys():
            yield from _differences(ours.keys[key], theirs.keys[key], f"{place}.{key}")
    if ours.rows and theirs.rows:
        yield from _differences(ours.rows, theirs.rows, f"{place}[]")


def _kind(value: Any) -> str:
    kinds = {bool: "boolean", int: "number", float: "number", str: "string", list: "list", dict: "object"}
    return kinds[type(value)]


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode()
