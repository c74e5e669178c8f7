"""Following a list: to its end, through an empty page, and never in a circle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count

import pytest

from zenhub_sync.transport.errors import Malformed
from zenhub_sync.transport.following import MOST_EMPTY, follow


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    rows: str
    after: str | None = None


def _followed(parts: Mapping[str | None, Part]) -> str:
    pages = follow(lambda after: parts[after], lambda page: not page.rows, call="vendor.list")
    return "".join(page.rows for page in pages)


def test_a_list_is_followed_to_its_end() -> None:
    parts = {None: Part(rows="ab", after="2"), "2": Part(rows="", after="3"), "3": Part(rows="c")}
    assert _followed(parts) == "abc", "an empty page in the middle is not the end"


@pytest.mark.parametrize(
    "parts",
    [
        {None: Part(rows="a", after="2"), "2": Part(rows="b", after="2")},
        {None: Part(rows="a", after="2"), "2": Part(rows="b", after="3"), "3": Part(rows="c", after="2")},
    ],
    ids=["the same cursor again", "back to an earlier one"],
)
def test_a_circle_is_an_answer_that_cannot_be(parts: Mapping[str | None, Part]) -> None:
    with pytest.raises(Malformed, match=r"vendor\.list"):
        _followed(parts)


def test_a_list_of_ever_new_cursors_to_nothing_is_given_up() -> None:
    asked = count(1)
    pages = follow(lambda _: Part(rows="", after=str(next(asked))), lambda page: not page.rows, call="vendor.list")
    with pytest.raises(Malformed):
        list(pages)
    assert next(asked) == MOST_EMPTY + 1
