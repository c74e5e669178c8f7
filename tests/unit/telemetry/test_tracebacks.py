"""What is told of an error: where it comes from and of what kind it is, never the value it choked on."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable

import pytest
from pydantic import BaseModel
from sqlalchemy import create_engine, text

from zenhub_sync.errors import ConfigProblem
from zenhub_sync.telemetry import describe, register_secrets, tell_of_threads

CANARY = "c4n4ry"


class _Word(BaseModel):
    number: int


def _of_a_database() -> None:
    with create_engine("sqlite://").connect() as connection:
        connection.execute(text("SELECT * FROM nowhere WHERE name = :name"), {"name": CANARY})


def _of_a_group() -> None:
    raise ExceptionGroup(CANARY, [ValueError(CANARY)])


def _with_a_note() -> None:
    error = ValueError("x")
    error.add_note(CANARY)
    raise error


def _of_a_chain() -> None:
    try:
        int(CANARY)
    except ValueError as error:
        raise KeyError(CANARY) from error


@pytest.mark.parametrize(
    "choke",
    [
        lambda: int(CANARY),
        lambda: {"a": 1}[CANARY],
        lambda: json.loads(CANARY),
        lambda: (_ for _ in ()).throw(RuntimeError(CANARY)),
        f"{CANARY}\ud800".encode,
        lambda: _Word.model_validate({"number": CANARY}),
        lambda: open(f"/nowhere/{CANARY}"),  # noqa: SIM115 - it is never opened
        _of_a_database,
        _of_a_group,
        _with_a_note,
        _of_a_chain,
    ],
    ids=range(11),
)
def test_no_value_is_told(choke: Callable[[], object]) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - of every kind
        choke()
    told = describe(caught.value)
    assert CANARY not in told
    assert type(caught.value).__name__ in told
    assert "test_tracebacks.py" in told


def test_our_own_words_and_the_systems_reason_are_told_without_secrets() -> None:
    register_secrets(["hunter22"])
    try:
        try:
            raise FileNotFoundError(2, "No such file or directory", CANARY)
        except OSError as error:
            raise ConfigProblem("set ZENHUB_CONFIG\x1b[31m, not hunter22") from error
    except ConfigProblem as problem:
        told = describe(problem)
    assert "FileNotFoundError: No such file or directory\n\nwhich led to\n\nTraceback" in told
    assert told.endswith("zenhub_sync.errors.ConfigProblem: set ZENHUB_CONFIG\\x1b[31m, not [redacted]")
    assert CANARY not in told


def _hidden() -> None:
    try:
        int("x")
    except ValueError:
        raise ConfigProblem("no") from None


def test_what_was_hidden_on_purpose_stays_hidden() -> None:
    with pytest.raises(ConfigProblem) as caught:
        _hidden()
    assert "ValueError" not in describe(caught.value)


def test_an_error_that_ends_a_thread_is_told_alike(capsys: pytest.CaptureFixture[str]) -> None:
    before = threading.excepthook
    try:
        tell_of_threads()
        thread = threading.Thread(target=lambda: int(CANARY), name="lease-heartbeat")
        thread.start()
        thread.join()
    finally:
        threading.excepthook = before
    told = capsys.readouterr().err
    assert told.startswith("error in lease-heartbeat\nTraceback")
    assert told.endswith("ValueError\n")
    assert CANARY not in told
