"""How many questions are on their way at the same time: one, or several in threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import copy_context
from typing import Protocol, TypeVar

T = TypeVar("T")

# HubSpot allows 190 requests in 10 s and takes up to 1.5 s for a batch: more than these are never on their way. The
# rate itself is the limiter's to keep, whatever the number of threads.
MOST_AT_ONCE = 16


class Asking(Protocol):
    """Ask, and return the answers in the order of the questions."""

    def all(self, questions: Sequence[Callable[[], T]]) -> list[T]:
        """Return every answer."""
        ...

    def ahead(self, question: Callable[[], T]) -> Callable[[], T]:
        """Return what gives the answer, which may be on its way already."""
        ...


class OneByOne:
    """Ask each question when its answer is needed, on the caller's thread."""

    def all(self, questions: Sequence[Callable[[], T]]) -> list[T]:
        return [question() for question in questions]

    def ahead(self, question: Callable[[], T]) -> Callable[[], T]:
        return question


class InThreads:
    """Ask several at a time. Whatever is asked must be safe to ask from another thread, and harmless if unused."""

    def __init__(self, batches: ThreadPoolExecutor, pages: ThreadPoolExecutor) -> None:
        self._batches = batches
        self._pages = pages

    def all(self, questions: Sequence[Callable[[], T]]) -> list[T]:
        if len(questions) == 1:
            return [questions[0]()]
        answers = [_submit(self._batches, question) for question in questions]
        try:
            return [answer.result() for answer in answers]
        except BaseException:
            # Whoever is interrupted gives up the lease next: nothing of ours may be on its way by then.
            for answer in answers:
                answer.cancel()
            wait(answers)
            raise

    def ahead(self, question: Callable[[], T]) -> Callable[[], T]:
        return _submit(self._pages, question).result


@contextmanager
def in_threads(size: int = MOST_AT_ONCE) -> Iterator[InThreads]:
    """Open the threads; on leaving, what is on its way is waited for, and what was not begun is not asked."""
    batches = ThreadPoolExecutor(size, thread_name_prefix="batch")
    pages = ThreadPoolExecutor(1, thread_name_prefix="page")
    try:
        yield InThreads(batches, pages)
    finally:
        pages.shutdown(cancel_futures=True)
        batches.shutdown(cancel_futures=True)


def _submit(pool: ThreadPoolExecutor, question: Callable[[], T]) -> Future[T]:
    """Hand the question over together with what the logs are bound to."""
    return pool.submit(copy_context().run, question)
