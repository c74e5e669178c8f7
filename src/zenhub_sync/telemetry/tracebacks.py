"""Where an error comes from, without what it says: the text of most errors repeats the value they choked on.

A database driver quotes the row, `int` the word, a template the comment. So of any error that is not this package's own
(those are written for people, and hold no one's words) only the kind is told, and of the system's errors its reason.
"""

from __future__ import annotations

import sys
import threading
import traceback

from zenhub_sync.telemetry.redaction import scrub

_OWN = __name__.partition(".")[0] + "."


def describe(error: BaseException) -> str:
    """Return the frames and kinds of `error` and of those it came from, oldest first; no locals, no foreign texts."""
    chain: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in chain:
        chain.append(cause)
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return "\n\nwhich led to\n\n".join(scrub(_one(link)) for link in reversed(chain))


def tell_of_threads() -> None:
    """Tell of errors that end a thread in the same way; Python's own report would print their texts."""
    threading.excepthook = _thread_ended


def _one(error: BaseException) -> str:
    frames = "".join(traceback.format_tb(error.__traceback__))
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    return f"Traceback (most recent call last):\n{frames}{kind}{_reason(error)}"


def _reason(error: BaseException) -> str:
    if type(error).__module__.startswith(_OWN):
        return f": {error}"
    return f": {error.strerror}" if isinstance(error, OSError) and error.strerror else ""


def _thread_ended(report: threading.ExceptHookArgs) -> None:
    name = report.thread.name if report.thread is not None else "a thread"
    if report.exc_value is not None and report.exc_type is not SystemExit:
        print(f"error in {name}\n{describe(report.exc_value)}", file=sys.stderr)  # noqa: T201 - no log can be relied on
