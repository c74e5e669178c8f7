"""What an interruption leads to on its way out is an interruption still."""

from __future__ import annotations

import pytest

from zenhub_sync.cli.app import _was_interrupted


def failing(first: type[BaseException], then: type[Exception], *, chained: bool) -> BaseException:
    try:
        try:
            raise first  # noqa: TRY301 - what a driver stopped within a call does
        except BaseException as cause:
            if chained:
                raise then from cause
            raise then  # noqa: B904 - as a driver does that fails while it cleans up
    except Exception as error:
        return error


@pytest.mark.parametrize("chained", [True, False])
def test_an_error_of_the_cleaning_up_is_an_interruption(*, chained: bool) -> None:
    assert _was_interrupted(failing(KeyboardInterrupt, RuntimeError, chained=chained))


def test_any_other_error_is_none() -> None:
    assert not _was_interrupted(failing(LookupError, RuntimeError, chained=True))
    assert not _was_interrupted(RuntimeError())
