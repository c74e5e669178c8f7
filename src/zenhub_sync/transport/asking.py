"""How many questions are on their way at the same time: one, or several in threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from contextvars import copy_context
from typing import Any, Generic, Protocol, TypeVar

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

# HubSpot allows 190 requests in 10 s and takes up to 1.5 s for a batch, so that 29 on their way use all of it. The rate
# itself is the limiter's to keep; a thread is made when a request finds none that is idle.
MOST_AT_ONCE = 32
# Zendesk's page takes 2 s where exports are allowed most often, its look-ups and its delivery up to 5 s each: with
# three pages on their way neither is waited for. Each page in memory is some 8 MB.
PAGES_AT_ONCE = 3
# https://www.gnu.org/software/libc/manual/html_node/Malloc-Tunable-Parameters.html, malloc.h
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
# What glibc begins with. Left alone, it takes over the size of the largest block that was freed, up to 32 MB.
_LARGE = 128 * 1024


class Coming(Protocol[T_co]):
    """An answer that is on its way, or that is asked for when it is taken."""

    def ready(self) -> bool:
        """Tell whether it can be taken: it came, or nothing is gained by waiting before it is asked for."""
        ...

    def came(self) -> bool:
        """Tell whether the answer, or what came instead of it, is here."""
        ...

    def result(self) -> T_co:
        """Return the answer, or raise what came instead of it."""
        ...


class Asking(Protocol):
    """Ask, and return the answers in the order of the questions.

    `at_once` is how many pages may be on their way side by side; with one, nothing is asked before it is needed.
    """

    @property
    def at_once(self) -> int: ...

    def all(self, questions: Sequence[Callable[[], T]]) -> list[T]:
        """Return every answer."""
        ...

    def ahead(self, question: Callable[[], T]) -> Coming[T]:
        """Ask what is needed later; a question asked ahead may use `all`."""
        ...

    def wait(self, comings: Sequence[Coming[Any]]) -> None:
        """Return when at least one of them is ready."""
        ...


class _Later(Generic[T]):
    """A question that is asked, once, when its answer is taken."""

    def __init__(self, question: Callable[[], T]) -> None:
        self._question = question
        self._answer: Future[T] = Future()

    def ready(self) -> bool:
        return True

    def came(self) -> bool:
        return self._answer.done()

    def result(self) -> T:
        if not self._answer.done():
            try:
                self._answer.set_result(self._question())
            except Exception as problem:
                self._answer.set_exception(problem)
        return self._answer.result()


class OneByOne:
    """Ask each question when its answer is needed, on the caller's thread."""

    at_once = 1

    def all(self, questions: Sequence[Callable[[], T]]) -> list[T]:
        return [question() for question in questions]

    def ahead(self, question: Callable[[], T]) -> Coming[T]:
        return _Later(question)

    def wait(self, comings: Sequence[Coming[Any]]) -> None:
        """Return: every answer is there for the asking."""


class _OnItsWay(Generic[T]):
    """A question that a thread asks."""

    def __init__(self, answer: Future[T]) -> None:
        self.answer = answer

    def ready(self) -> bool:
        return self.came()

    def came(self) -> bool:
        return self.answer.done()

    def result(self) -> T:
        return self.answer.result()


class InThreads:
    """Ask several at a time. Whatever is asked must be safe to ask from another thread, and harmless if unused."""

    at_once = PAGES_AT_ONCE

    def __init__(self, batches: ThreadPoolExecutor, ahead: ThreadPoolExecutor) -> None:
        self._batches = batches
        self._ahead = ahead

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

    def ahead(self, question: Callable[[], T]) -> Coming[T]:
        return _OnItsWay(_submit(self._ahead, question))

    def wait(self, comings: Sequence[Coming[Any]]) -> None:
        answers = [coming.answer for coming in comings if isinstance(coming, _OnItsWay)]
        if len(answers) == len(comings):  # the others are there for the asking
            wait(answers, return_when=FIRST_COMPLETED)


@contextmanager
def in_threads(size: int = MOST_AT_ONCE) -> Iterator[InThreads]:
    """Open the threads; on leaving, what is on its way is waited for, and what was not begun is not asked."""
    _keep_the_heap_small()
    batches = ThreadPoolExecutor(size, thread_name_prefix="batch")
    # A page that comes, three look-ups of each page that waits, and the deliveries: none ever waits for a thread.
    ahead = ThreadPoolExecutor(1 + 4 * PAGES_AT_ONCE, thread_name_prefix="ahead")
    try:
        yield InThreads(batches, ahead)
    finally:
        ahead.shutdown(cancel_futures=True)
        batches.shutdown(cancel_futures=True)


def _keep_the_heap_small() -> None:
    """Let all threads allocate from one heap, and large blocks outside of it, where the C library is glibc.

    It gives each thread a heap of its own, and none gives back what it once held: with a page here and a batch there a
    run took 186 MB instead of 130. Python lets one thread run at a time, so nobody waits for the heap. And a page of
    4 MB leaves a hole in the heap which what comes next is strewn over, so that the next page finds no room: 20 to
    40 MB were free and not to be used. A block outside is given back the moment it is freed.
    """
    import ctypes  # only where threads are opened

    with suppress(AttributeError, OSError, TypeError):  # another C library, or none to be asked
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_ARENA_MAX, 1)
        mallopt(_M_MMAP_THRESHOLD, _LARGE)


def _submit(pool: ThreadPoolExecutor, question: Callable[[], T]) -> Future[T]:
    """Hand the question over together with what the logs are bound to."""
    return pool.submit(copy_context().run, question)
