"""What never reaches a log: values under telling keys, registered secrets wherever they stand, control characters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from structlog.typing import EventDict, WrappedLogger

REDACTED = "[redacted]"

# A field is left out if one word of its key is here: `requester_email`, `client-secret`. Credentials first, then
# what a person wrote or is called: logs carry ids, never an address or a sentence.
_CREDENTIALS = "token secret authorization password passwd credential credentials cookie dsn"
_PERSONAL = "email mail name phone address comment subject body content description tags"
_TELLING = frozenset(f"{_CREDENTIALS} {_PERSONAL}".split())

# The event itself, and what structlog and this package write: their values are ours, and scrubbed like all others.
_OURS = frozenset({"event", "level", "logger", "timestamp", "exception", "stack"})

# A password of three letters would blacken half the log; the vendors' tokens have dozens.
_SHORTEST_SECRET = 4

_DEEPEST = 6  # levels of nesting; a log field deeper than this is not one

# Terminals and log viewers act on these (ANSI colours, carriage returns, bidirectional overrides).
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_LINE_BREAK = re.compile(r"[\t\n]")

_secrets: set[str] = set()


def register_secrets(values: Iterable[str]) -> None:
    """Blacken `values` in every later log line, as they are and as they stand in a URL."""
    for value in values:
        if len(value) >= _SHORTEST_SECRET:
            _secrets.update((value, quote(value, safe="")))


def forget_secrets() -> None:
    """Forget every registered value: another environment is about to be read."""
    _secrets.clear()


def scrub(text: str) -> str:
    """Return `text`, of several lines, without registered secrets and without what a terminal would obey."""
    return _text(text, multi_line=True)


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Return `event` without secrets, without a person's words, and without what a terminal would obey."""
    return {key: _field(key, value, depth=0) for key, value in event.items()}


def _field(key: object, value: object, *, depth: int) -> object:
    if key not in _OURS and _is_telling(str(key)) and value is not None:
        return REDACTED
    return _scrub(value, multi_line=key in {"exception", "stack"}, depth=depth)


def _is_telling(key: str) -> bool:
    words = re.split(r"[^a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key).lower())
    return not _TELLING.isdisjoint(words)


def _scrub(value: object, *, multi_line: bool, depth: int) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if depth >= _DEEPEST:
        return REDACTED
    if isinstance(value, Mapping):
        return {str(key): _field(key, part, depth=depth + 1) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_scrub(part, multi_line=multi_line, depth=depth + 1) for part in value]
    return _text(str(value), multi_line=multi_line)


def _text(text: str, *, multi_line: bool) -> str:
    for secret in sorted(_secrets, key=len, reverse=True):
        text = text.replace(secret, REDACTED)
    text = _CONTROL.sub(_escaped, text)
    return text if multi_line else _LINE_BREAK.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")
