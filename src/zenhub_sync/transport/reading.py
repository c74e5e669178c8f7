"""From the bytes of an answer to values: strict and fast first, mended if that fails.

JSON that a vendor sends may hold what a database or the next request cannot: a lone half of a surrogate pair
(`json.loads` takes it, sqlite3, psycopg and httpx then raise) or NUL (PostgreSQL refuses it). Both become
U+FFFD, escaped or raw.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from zenhub_sync.transport.call import Answer
from zenhub_sync.transport.errors import Malformed

M = TypeVar("M", bound=BaseModel)

NUL_ESCAPE = rb"\u0000"

_ESCAPE = re.compile(
    r"(?P<keep>\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|(?P<mend>\\u(?:0000|[dD][89a-fA-F][0-9a-fA-F]{2})|\x00)"
    r"|\\."
)
_STRING_OR_BRACKET = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]', re.DOTALL)
_DEEPEST = 60  # the vendors' records nest less than ten deep; Python's parser gives up at about a thousand


def model_reader(model: type[M]) -> Callable[[Answer], M]:
    """Return a `Call.read` that makes this model of an answer."""
    return lambda answer: read_model(model, answer)


def read_model(model: type[M], answer: Answer) -> M:
    """Make a model of an answer, or raise `Malformed` naming the fields at fault, never their values."""
    try:
        if NUL_ESCAPE not in answer.body:
            return model.model_validate_json(answer.body)
    except ValidationError:
        pass
    try:
        return model.model_validate(read_json(answer.body))
    except ValidationError as problem:
        raise Malformed(f"unexpected answer: {faults(problem)}", status=answer.status) from None


def read_json(body: bytes) -> object:
    """Parse JSON of any quality into a tree that is safe to store and to send, or raise `Malformed`."""
    if NUL_ESCAPE not in body:
        with suppress(ValueError):
            return from_json(body)
    text = _ESCAPE.sub(_mended, body.decode("utf-8-sig", errors="replace"))
    try:
        return _parse(text)
    except RecursionError:
        return _parse(_pruned(text))


def faults(problem: ValidationError) -> str:
    """Name the first few fields that do not fit, and why, without what they hold."""
    found = problem.errors(include_url=False, include_context=False, include_input=False)
    named = [f"{'.'.join(str(step) for step in error['loc']) or 'body'} {error['type']}" for error in found[:3]]
    more = f" and {len(found) - 3} more" if len(found) > 3 else ""
    return ", ".join(named) + more


def _parse(text: str) -> object:
    try:
        # Not strict: a control character that stands unescaped in one string must not cost the whole page.
        return json.loads(text, parse_int=_bounded_int, strict=False)
    except ValueError:
        raise Malformed("the answer is not JSON") from None


def _bounded_int(digits: str) -> int | float:
    return int(digits) if len(digits) <= 40 else float(digits)


def _mended(escape: re.Match[str]) -> str:
    return r"\ufffd" if escape["mend"] else escape[0]


def _pruned(text: str) -> str:
    kept: list[str] = []
    depth = start = 0
    for token in _STRING_OR_BRACKET.finditer(text):
        if token[0] in "[{":
            depth += 1
            if depth == _DEEPEST + 1:
                kept.append(f"{text[start : token.start()]}null")
        elif token[0] in "]}":
            if depth == _DEEPEST + 1:
                start = token.end()
            depth -= 1
    return "".join([*kept, text[start:]])
