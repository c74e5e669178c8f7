"""Rows by id, some of which are only written when they are asked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, MutableMapping

from zenhub_sync.sandbox.http import Json
from zenhub_sync.sandbox.zendesk.rows import Row


class Table(MutableMapping[int, Row]):
    """A dict of rows, and a multitude of ids beside it whose rows are a matter of their number.

    A row of the multitude is made anew at each look; only `keep` gives one that may be changed.
    """

    def __init__(self) -> None:
        self._kept: dict[int, Row] = {}
        self._multitude = range(0)
        self._gone: set[int] = set()
        self._write: Callable[[int], str] = _nothing
        self._sketch: Callable[[int], Row] = _nobody

    def join(self, ids: range, write: Callable[[int], str], sketch: Callable[[int], Row] | None = None) -> None:
        """Take a multitude in: `write` gives a row in JSON, `sketch` only the ids that are in it."""
        self._multitude, self._write = ids, write
        self._sketch = sketch or self.__getitem__

    @property
    def kept(self) -> Mapping[int, Row]:
        """Return the rows that are really there."""
        return self._kept

    def keep(self, row_id: int) -> Row:
        """Return a row to change; one of the multitude is kept from now on."""
        row = self._kept[row_id] = self[row_id]
        return row

    def is_of_multitude(self, row_id: int) -> bool:
        return row_id in self._multitude and row_id not in self._kept and row_id not in self._gone

    def multitude(self, start: int) -> Iterator[int]:
        """Give the ids of the multitude of which nothing is kept, from the one at `start` on."""
        for row_id in self._multitude[start:]:
            if row_id not in self._kept and row_id not in self._gone:
                yield row_id

    def shown(self, row_id: int) -> Row | Json:
        """Return a row as it is to be answered, written where it is not kept."""
        row = self._kept.get(row_id)
        return Json(self._write(row_id)) if row is None else row

    def sketch(self, row_id: int) -> Row:
        """Return a row of which no more than the ids in it may be read."""
        row = self._kept.get(row_id)
        return self._sketch(row_id) if row is None else row

    def __getitem__(self, row_id: int) -> Row:
        row = self._kept.get(row_id)
        if row is not None:
            return row
        if not self.is_of_multitude(row_id):
            raise KeyError(row_id)
        made: Row = json.loads(self._write(row_id))
        return made

    def __setitem__(self, row_id: int, row: Row) -> None:
        self._kept[row_id] = row
        self._gone.discard(row_id)

    def __delitem__(self, row_id: int) -> None:
        if row_id not in self:
            raise KeyError(row_id)
        self._kept.pop(row_id, None)
        if row_id in self._multitude:
            self._gone.add(row_id)

    def __contains__(self, row_id: object) -> bool:
        return row_id in self._kept or (row_id in self._multitude and row_id not in self._gone)

    def __iter__(self) -> Iterator[int]:
        yield from self._kept
        yield from self.multitude(0)

    def __len__(self) -> int:
        others = sum(row_id not in self._multitude for row_id in self._kept)
        return others + len(self._multitude) - len(self._gone)


def _nothing(_: int) -> str:
    """Write a row of no multitude; a function with a name can be copied along with its world."""
    return "{}"


def _nobody(_: int) -> Row:
    return {}
