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


def follow(ask: Callable[[str | None], P], is_empty: Callable[[P], bool], *, call: str) -> Iterator[P]:
    """Yield the pages of a list; raise `Malformed` where it leads in a circle or on and on without a row."""
    after: str | None = None
    led: set[str] = set()
    empty = 0
    while True:
        page = ask(after)
        yield page
        after = page.after
        if after is None:
            return
        empty = empty + 1 if is_empty(page) else 0
        if after in led or empty >= MOST_EMPTY:
            raise Malformed(f"{call}: the list says that it goes on, but leads nowhere", call=call)
        led.add(after)
