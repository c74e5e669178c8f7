"""The configuration as a person would write it, where each value comes from, and its JSON Schema for editors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any, Literal

from pydantic import BaseModel, SecretStr
from pydantic.json_schema import GenerateJsonSchema

from zenhub_sync.config.model import Config
from zenhub_sync.config.values import Section
from zenhub_sync.planning.working_time import Allowance

HIDDEN = "(set)"
# What is part of a secret, or is one, by its name: tokens, and URLs that let whoever knows them in.
_SECRET = ("token", "secret", "password", "url", "urls")
_UNITS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownValue:
    """One key with its value as YAML has it; a secret is only said to be set."""

    key: str
    value: object
    origin: Literal["default", "file"]


def shown_values(section: Section, above: str = "", *, given: bool = True) -> Iterator[ShownValue]:
    """Yield every value, in the order of the model; what stands in the file with its very default is the file's.

    A section that is not `given` is a default one, whatever it was made of.
    """
    for attribute, field in type(section).model_fields.items():
        key, value = above + (field.alias or attribute), getattr(section, attribute)
        here = given and attribute in section.model_fields_set
        if isinstance(value, Section):
            yield from shown_values(value, f"{key}.", given=here)
        else:
            origin: Literal["default", "file"] = "file" if here else "default"
            yield ShownValue(key=key, value=_hidden(key, value), origin=origin)


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the YAML file."""
    told = Config.model_json_schema(by_alias=True, mode="validation", schema_generator=_AsWritten)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **told}


def written(value: object) -> object:
    """Return a value as YAML has it."""
    match value:
        case timedelta():
            return _span(value)
        case Allowance():
            return _allowance(value)
        case time():
            return f"{value:%H:%M}"
        case date():
            return value.isoformat()
        case BaseModel():
            fields = type(value).model_fields
            return {field.alias or name: written(getattr(value, name)) for name, field in fields.items()}
        case Mapping():
            return {str(key): written(held) for key, held in value.items()}
        case list() | tuple():
            return [written(held) for held in value]
        case _:
            return value


class _AsWritten(GenerateJsonSchema):
    """Give defaults as the YAML has them, not as ISO 8601."""

    def encode_default(self, dft: Any) -> Any:
        return super().encode_default(written(dft))


def _hidden(key: str, value: object) -> object:
    secret = isinstance(value, SecretStr) or key.rpartition(".")[2].rpartition("_")[2] in _SECRET
    return HIDDEN if secret and value else written(value)


def _span(span: timedelta) -> str:
    seconds = round(span.total_seconds())
    unit, size = next((unit, size) for unit, size in _UNITS if not seconds % size)
    return f"{seconds // size}{unit}" if seconds else "0s"


def _allowance(allowance: Allowance) -> str:
    if allowance.days:
        return f"{allowance.days}bd"
    return f"{_span(allowance.working)[:-1]}bh" if allowance.working else _span(allowance.clock)
