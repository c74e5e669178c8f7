"""Several questions at a time: the answers come in order, and nothing waits for what does not need it."""

from __future__ import annotations

import threading
from functools import partial

import pytest
from structlog.contextvars import bound_contextvars, get_contextvars

from zenhub_sync.transport.asking import PAGES_AT_ONCE, Asking, OneByOne, in_threads

_PATIENCE = 30.0


def test_threads_ask_at_the_same_time_and_answer_in_order() -> None:
    together = threading.Barrier(3)

    def ask(number: int) -> int:
        together.wait(_PATIENCE)
        return number

    with in_threads(3) as asking:
        assert asking.all([partial(ask, number) for number in range(3)]) == [0, 1, 2]


def test_one_by_one_asks_on_the_caller_s_thread() -> None:
    assert OneByOne().all([threading.get_ident, threading.get_ident]) == [threading.get_ident()] * 2


def test_an_answer_ahead_is_on_its_way_before_it_is_needed() -> None:
    asked = threading.Event()

    def ask() -> int:
        asked.set()
        return 7

    with in_threads(1) as asking:
        answer = asking.ahead(ask)
        assert asked.wait(_PATIENCE)
        assert answer.result() == 7


def test_a_delivery_never_waits_for_a_thread_behind_the_look_ups_of_later_pages() -> None:
    delivered = threading.Event()
    tickets_companies_and_contacts = 3
    with in_threads() as asking:
        before = [
            asking.ahead(partial(delivered.wait, _PATIENCE))
            for _ in range(1 + tickets_companies_and_contacts * PAGES_AT_ONCE)
        ]
        for delivery in [asking.ahead(delivered.set) for _ in range(PAGES_AT_ONCE)]:
            delivery.result()
        assert all(answer.result() for answer in before), "none lost its patience"


def test_one_by_one_asks_ahead_when_the_answer_is_needed() -> None:
    asked: list[int] = []
    answer = OneByOne().ahead(lambda: len(asked))
    asked.append(1)
    assert answer.result() == 1


@pytest.mark.parametrize("size", [1, 4])
def test_what_fails_in_a_thread_fails_for_the_caller(size: int) -> None:
    def fail() -> int:
        raise LookupError("lost")

    with in_threads(size) as asking:
        with pytest.raises(LookupError, match="lost"):
            asking.all([fail, fail])
        with pytest.raises(LookupError, match="lost"):
            asking.ahead(fail).result()


def test_threads_log_as_the_run_that_they_work_for() -> None:
    def bound() -> object:
        return get_contextvars().get("run_id")

    def of(asking: Asking) -> list[object]:
        return [*asking.all([bound, bound]), asking.ahead(bound).result()]

    with bound_contextvars(run_id="run-1"), in_threads(2) as asking:
        assert of(asking) == of(OneByOne()) == ["run-1"] * 3


def test_who_is_interrupted_leaves_nothing_on_its_way() -> None:
    begun, go_on = threading.Event(), threading.Event()
    ended: list[str] = []

    def interrupt() -> None:
        begun.wait(_PATIENCE)
        threading.Timer(0.05, go_on.set).start()
        raise KeyboardInterrupt

    def send() -> None:
        begun.set()
        go_on.wait(_PATIENCE)
        ended.append("sent")

    with in_threads(2) as asking:
        with pytest.raises(KeyboardInterrupt):
            asking.all([interrupt, send])
        assert ended == ["sent"]
