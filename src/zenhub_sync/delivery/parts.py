"""Do the parts of a batch, several at a time where threads allow it, and collect what became of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from threading import Event

from zenhub_sync.delivery.results import Results
from zenhub_sync.errors import ZenhubError
from zenhub_sync.transport.asking import Asking

Part = Callable[[Results], None]


def do_parts(asking: Asking, parts: Sequence[Part], results: Results) -> None:
    """Do each part with results of its own; once one fails, no other is begun, and its error is raised at the end.

    What the others came to is kept: it may have been applied, and has to be settled.
    """
    failed = Event()
    errors: list[ZenhubError] = []
    for own, error in asking.all([partial(_do, part, Results(now=results.now), failed) for part in parts]):
        results.take(own)
        if error is not None:
            errors.append(error)
    if errors:
        raise errors[0]


def _do(part: Part, own: Results, failed: Event) -> tuple[Results, ZenhubError | None]:
    if failed.is_set():
        return own, None
    try:
        part(own)
    except ZenhubError as error:
        failed.set()
        return own, error
    return own, None
