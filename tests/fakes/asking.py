"""Questions that are asked now or later, in an order that a seed decides: what threads may do, again and again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, Generic, TypeVar

from zenhub_sync.transport.asking import PAGES_AT_ONCE, Coming

T = TypeVar("T")


class _Asked(Generic[T]):
    """A question whose moment comes when the dice say so, or when nothing else is left to do."""

    def __init__(self, question: Callable[[], T], dice: Random | None) -> None:
        self._question = question
        self._dice = dice
        self._answer: list[T] = []
        self._problem: Exception | None = None

    def ready(self) -> bool:
        if self._dice is not None and not self.came() and self._dice.random() < 1 / 3:
            self.ask()
        return self.came()

    def came(self) -> bool:
        return bool(self._answer) or self._problem is not None

    def result(self) -> T:
        self.ask()
        if self._problem is not None:
            raise self._problem
        return self._answer[0]

    def ask(self) -> None:
        if self.came():
            return
        try:
            self._answer.append(self._question())
        except Exception as problem:
            self._problem = problem


class Scattered:
    """Several pages on their way, on one thread: each question is asked at some moment before its answer is needed."""

    at_once = PAGES_AT_ONCE

    def __init__(self, seed: int) -> None:
        self._dice = Random(seed)

    def all(self, questions: Sequence[Callable[[], T]]) -> list[T]:
        order = list(range(len(questions)))
        self._dice.shuffle(order)
        answers = {number: questions[number]() for number in order}
        return [answers[number] for number in range(len(questions))]

    def ahead(self, question: Callable[[], T]) -> Coming[T]:
        asked = _Asked(question, self._dice)
        if self._dice.random() < 1 / 3:
            asked.ask()
        return asked

    def wait(self, comings: Sequence[Coming[Any]]) -> None:
        coming = self._dice.choice(comings)
        if isinstance(coming, _Asked):
            coming.ask()


class Reluctant:
    """Several pages on their way; each question is asked when nothing can be done without its answer, oldest first."""

    at_once = PAGES_AT_ONCE

    def all(self, questions: Sequence[Callable[[], T]]) -> list[T]:
        return [question() for question in questions]

    def ahead(self, question: Callable[[], T]) -> Coming[T]:
        return _Asked(question, None)

    def wait(self, comings: Sequence[Coming[Any]]) -> None:
        coming = comings[0]
        if isinstance(coming, _Asked):
            coming.ask()
