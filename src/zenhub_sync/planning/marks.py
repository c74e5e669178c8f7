"""The mark by which a task is known again: the last line of its body."""

from __future__ import annotations

import re

_MARK = "ref zenhub:"
_FOUND = re.compile(re.escape(_MARK) + r"([A-Za-z0-9:_-]+)")


def with_mark(body: str, key: str) -> str:
    """Append the mark as the last line, for a reader of the HTML and for one of the source alike."""
    text = body.rstrip().removesuffix("<br>")
    return f"{text}<br>\n{_MARK}{key}"


def with_note(body: str, note: str) -> str:
    """Put a note above the mark, which stays the last line; a note that is there already is not put twice."""
    key = mark_of(body)
    if note in body or key is None:
        return body if note in body else f"{body}<br>\n{note}"
    text = body[: body.rindex(_MARK)].rstrip().removesuffix("<br>").rstrip()
    return with_mark(f"{text}<br>\n{note}", key)


def mark_of(body: str | None) -> str | None:
    """Return the key in the last mark of a body: a customer may write one into the comment, never after ours."""
    found = _FOUND.findall(body or "")
    return found[-1] if found else None
