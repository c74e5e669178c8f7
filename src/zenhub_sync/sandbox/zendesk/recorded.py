"""Load recorded answers of real accounts into the account, value for value."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from zenhub_sync.sandbox.zendesk.records import Records
from zenhub_sync.sandbox.zendesk.rows import Row, seconds

_KINDS = ("ticket", "user", "organization")


def load(records: Records, folder: Path) -> tuple[int, ...]:
    """Put in every row found; of one recorded twice, the later. Return the ids of the tickets."""
    loaded: set[int] = set()
    for path in sorted(folder.glob("*.json")):
        for kind, row in _rows_of(json.loads(path.read_text("utf-8"))):
            if not isinstance(row.get("id"), int):
                continue
            if kind == "ticket":
                row.setdefault("generated_timestamp", seconds(row["updated_at"]))
                loaded.add(row["id"])
            _keep_later(records, kind, row)
    records.highest_ticket = max(records.highest_ticket, *loaded, 0)
    records.reordered()
    return tuple(sorted(loaded))


def _rows_of(recording: Row) -> Iterator[tuple[str, Row]]:
    body = recording.get("response", {}).get("body")
    sources: list[Any] = [body, *recording.get("items", ())]
    for source in sources:
        if isinstance(source, dict):
            for kind in _KINDS:
                yield from ((kind, row) for row in source.get(f"{kind}s", ()))
                if isinstance(source.get(kind), dict):
                    yield kind, source[kind]


def _keep_later(records: Records, kind: str, row: Row) -> None:
    table = {"ticket": records.tickets, "user": records.users, "organization": records.organizations}[kind]
    stamp = "generated_timestamp" if kind == "ticket" else "updated_at"
    known = table.get(row["id"])
    if known is None or row["id"] not in records.recorded or known[stamp] <= row[stamp]:
        table[row["id"]] = row
        records.recorded.add(row["id"])
