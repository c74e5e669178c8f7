"""From pydantic's errors to lines for the person who wrote the YAML: where, what, and what would work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

_SHOWN = 60  # characters of a wrong value; enough to find it, templates are long

_MESSAGES = {
    "model_type": "must hold keys of its own",
    "bool_type": "must be true or false",
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "tuple_type": "must be a list",
    "mapping_type": "must hold keys of its own",
}


def describe(problem: ValidationError, model: type[BaseModel]) -> list[str]:
    """Return a line for every error in `problem`: the key's path, what is wrong, what was found."""
    return [_line(error, model) for error in problem.errors(include_url=False)]


def _line(error: ErrorDetails, model: type[BaseModel]) -> str:
    path = ".".join(str(part) for part in error["loc"] if part != "[key]")
    if error["type"] == "extra_forbidden":
        return f"{path}: unknown key; {_nearest(path, model)}"
    message = _MESSAGES.get(error["type"]) or error["msg"].removeprefix("Value error, ")
    return f"{path}: {message[:1].lower()}{message[1:]}{_found(error['input'])}"


def _found(value: object) -> str:
    if value is None:
        return "; found nothing"
    if not isinstance(value, str | int | float):
        return ""
    shown = repr(value)
    return f"; found {shown}" if len(shown) <= _SHOWN else ""


def _nearest(path: str, model: type[BaseModel]) -> str:
    paths = list(known_paths(model))
    section, _, key = path.rpartition(".")
    siblings = [known for known in paths if known.rpartition(".")[0] == section]
    for candidates in (siblings, paths):
        near = _closest(key, candidates)
        if near is not None:
            return f"did you mean {near}?"
    return f"known here: {', '.join(known.rpartition('.')[2] for known in siblings)}"


def _closest(key: str, paths: Sequence[str]) -> str | None:
    names = {known.rpartition(".")[2]: known for known in reversed(paths)}
    matches = get_close_matches(key.lower(), names, n=1, cutoff=0.7)
    return names[matches[0]] if matches else None


def known_paths(model: type[BaseModel], above: str = "") -> Iterator[str]:
    """Yield the path of every key of `model`, outer ones first."""
    sections: list[tuple[type[BaseModel], str]] = []
    for attribute, field in model.model_fields.items():
        path = above + (field.alias or attribute)
        yield path
        # A section that may be null is a union.
        kinds = (field.annotation, *get_args(field.annotation))
        sections += [(kind, f"{path}.") for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]
    for section, prefix in sections:
        yield from known_paths(section, prefix)
