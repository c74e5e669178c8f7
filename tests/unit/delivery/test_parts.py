"""Parts of a batch: what was applied is settled, even when another part ends the run."""

from __future__ import annotations

import threading
from functools import partial

import pytest
from tests.fakes.facts import link, stored

from zenhub_sync.delivery.parts import Part, do_parts
from zenhub_sync.delivery.results import Results
from zenhub_sync.transport.asking import Asking, OneByOne, in_threads
from zenhub_sync.transport.errors import Unauthorized

_PATIENCE = 30.0


def done(number: int) -> Part:
    return lambda results: results.done(stored(link(number), number))


def fail(results: Results) -> None:
    raise Unauthorized("hubspot: 401")


def ids(asking: Asking, *parts: Part) -> list[int]:
    results = Results(now=0.0)
    try:
        do_parts(asking, parts, results)
    except Unauthorized:
        assert fail in parts
    return [settlement.id for settlement in results.settlements]


def test_results_come_in_the_order_of_the_parts() -> None:
    with in_threads(4) as asking:
        assert ids(asking, *map(done, range(20))) == ids(OneByOne(), *map(done, range(20))) == list(range(20))


def test_after_a_failure_nothing_more_is_begun() -> None:
    assert ids(OneByOne(), done(1), fail, done(2)) == [1]


def test_what_was_on_its_way_when_another_part_failed_is_kept() -> None:
    together = threading.Barrier(2)

    def slowly(results: Results) -> None:
        together.wait(_PATIENCE)
        done(1)(results)

    def fail_then(results: Results) -> None:
        together.wait(_PATIENCE)
        fail(results)

    results = Results(now=0.0)
    with in_threads(2) as asking, pytest.raises(Unauthorized):
        do_parts(asking, [partial(fail_then), slowly], results)
    assert [settlement.id for settlement in results.settlements] == [1]
