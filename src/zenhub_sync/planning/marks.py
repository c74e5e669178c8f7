"""The mark by which a task is known again: the last line of its body."""

from __future__ import annotations

import html
import re

_MARK = "ref zenhub:"
_TAG = re.compile(r"<[^<>]*>")
_FOUND = re.compile(re.escape(_MARK) + r"([A-Za-z0-9:_-]+)")


def with_mark(body: str, key: str) -> str:
    """Append the mark as the last line, for a reader of the HTML and for one of the source alike."""
    text = body.rstrip().removesuffix("<br>")
    return f"{text}<br>\n{_MARK}{key}"


def with_note(body: str, note: str) -> str:
    """Put a note above the mark, which stays the last line; a note that is there already is not put twice."""
    if says(body, note):
        return body
    key = mark_of(body)
    if key is None:
        return f"{body}<br>\n{note}"
    text = body[: body.rindex(_MARK)].rstrip().removesuffix("<br>").rstrip()
    return with_mark(f"{text}<br>\n{note}", key)


def says(body: str, text: str) -> bool:
    """Tell whether the words of a text stand in a body, however HubSpot has written the HTML anew."""
    return _words(text) in _words(body)


def _words(text: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())


def mark_of(body: str | None) -> str | None:
    """Return the key in the last mark of a body: a customer may write one into the comment, never after ours."""
    found = _FOUND.findall(body or "")
    return found[-1] if found else None
