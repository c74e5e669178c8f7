"""What was written, in order: the sandbox's own account, against which tests hold the worker."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One applied change of one record.

    `action` is create, update, archive, associate, dissociate, merge or define (property, group, pipeline, stage);
    `kind` the object type (`tickets`, `tasks`, `properties`, `pipelines` …); `by` is `api` or `person`.
    `values` holds the properties written, or for an association `to_kind`, `to_id`, `type_id`.
    """

    at: datetime
    action: str
    kind: str
    id: str
    by: str
    values: Mapping[str, str] = field(default_factory=dict)


class Ledger:
    """Append-only and safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._writes: list[Write] = []

    def record(self, write: Write) -> None:
        with self._lock:
            self._writes.append(write)

    def writes(self, *, action: str | None = None, kind: str | None = None, by: str | None = None) -> tuple[Write, ...]:
        """Return the writes so far, oldest first, narrowed by what is given."""
        with self._lock:
            return tuple(
                w
                for w in self._writes
                if (action is None or w.action == action)
                and (kind is None or w.kind == kind)
                and (by is None or w.by == by)
            )
