"""What was written, in order: the sandbox's own account, against which tests hold the worker."""

from __future__ import annotations

import threading
from collections import Counter, deque
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
    """Append-only and safe for threads; `keep` None keeps every write, else only the latest so many are remembered.

    The counts are of all writes, remembered or not.
    """

    def __init__(self, keep: int | None = None) -> None:
        self._lock = threading.Lock()
        self._writes: deque[Write] = deque(maxlen=keep)
        self._counts: Counter[tuple[str, str, str]] = Counter()

    def record(self, write: Write) -> None:
        with self._lock:
            self._writes.append(write)
            self._counts[write.action, write.kind, write.by] += 1

    def counts(self) -> Mapping[tuple[str, str, str], int]:
        """Return how many writes there were of each (action, kind, by)."""
        with self._lock:
            return dict(self._counts)

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
