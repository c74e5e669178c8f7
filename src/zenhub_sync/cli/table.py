"""A plain table: no line is folded, so that other programs can read it, and no library has to be loaded for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_BETWEEN = "  "


def table(title: str, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the lines: the title, the heads, and each row, in columns as wide as they have to be."""
    cells = [columns, *(["" if row[name] is None else str(row[name]) for name in columns] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    yield title
    for line in cells:
        yield _BETWEEN.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
