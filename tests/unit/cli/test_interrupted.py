"""What an interruption leads to on its way out is an interruption still."""

from __future__ import annotations

import subprocess
import sys

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


_CTRL_C_WHILE_LOADING = """
import sys
class CtrlC:
    def find_spec(name, path=None, target=None):
        if name == sys.argv[1]:
            raise KeyboardInterrupt
sys.meta_path.insert(0, CtrlC)
from zenhub_sync.__main__ import main
main()
"""


@pytest.mark.parametrize("module", ["zenhub_sync.cli.app", "typer", "zenhub_sync.telemetry"])
def test_ctrl_c_before_the_command_is_loaded_ends_it_without_a_traceback(module: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _CTRL_C_WHILE_LOADING, module, "--help"], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "")
