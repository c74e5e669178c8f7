"""Work is cut into requests that HubSpot takes."""

from __future__ import annotations

from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from zenhub_sync.delivery.batching import batches


def test_a_batch_holds_a_hundred() -> None:
    cut = batches([str(number) for number in range(250)], lambda name: name)
    assert [len(batch) for batch in cut] == [100, 100, 50]


def test_nothing_makes_no_batch() -> None:
    assert batches([], str) == []


def test_the_same_record_stands_in_batches_of_its_own() -> None:
    assert batches(["a1", "b1", "a2", "a3", "c1"], lambda name: name[0]) == [["a1", "b1", "c1"], ["a2"], ["a3"]]


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.integers())), st.integers(1, 4))
def test_nothing_is_lost_nothing_stands_twice_and_one_record_stays_in_order(
    things: list[tuple[str, int]], size: int
) -> None:
    cut = batches(things, lambda thing: thing[0], size)
    assert sorted(chain.from_iterable(cut)) == sorted(things)
    for batch in cut:
        assert len({name for name, _ in batch}) == len(batch) <= size
    for name in "abcde":
        assert [thing for batch in cut for thing in batch if thing[0] == name] == [t for t in things if t[0] == name]
