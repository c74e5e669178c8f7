"""Follow a list to its end, and notice where it has none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

from zenhub_sync.transport.errors import Malformed

# A page may be empty though more follow; so many in a row lead nowhere.
MOST_EMPTY = 3


class Page(Protocol):
    """A part of a list; `after` leads to the next part and is None on the last."""

    @property
    def after(self) -> str | None: ...


P = TypeVar("P", bound=Page)


class Trail:
    """The bookmarks that a list has led to so far."""

    def __init__(self, *, call: str, most_empty: int = MOST_EMPTY) -> None:
        self._call = call
        self._most_empty = most_empty
        self._led: set[str] = set()
        self._empty = 0

    def step(self, after: str, *, empty: bool) -> None:
        """Note where the page just read leads; raise `Malformed` if that is a circle, or on and on without a row."""
        self._empty = self._empty + 1 if empty else 0
        if after in self._led or self._empty >= self._most_empty:
            raise Malformed(
                f"{self._call}: the list says that it goes on, but leads nowhere; nothing was lost, try again later",
                call=self._call,
            )
        self._led.add(after)


def follow(ask: Callable[[str | None], P], is_empty: Callable[[P], bool], *, call: str) -> Iterator[P]:
    """Yield the pages of a list; raise `Malformed` where it leads in a circle or on and on without a row."""
    after: str | None = None
    trail = Trail(call=call)
    while True:
        page = ask(after)
        yield page
        after = page.after
        if after is None:
            return
        trail.step(after, empty=is_empty(page))
