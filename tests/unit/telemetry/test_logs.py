"""What a log line looks like, and what never stands in one."""

from __future__ import annotations

import io
import json
import logging
from typing import Literal

import pytest
import structlog

from zenhub_sync.telemetry import configure_logging, get_logger, register_secrets

FORMATS: tuple[Literal["json", "console"], ...] = ("json", "console")


def test_a_json_line_is_an_event_with_its_fields() -> None:
    stream = io.StringIO()
    configure_logging("INFO", "json", stream)
    get_logger().info("effect_delivered", key="ticket:48213:r7", attempt=2)
    line = json.loads(stream.getvalue())
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "effect_delivered",
        "key": "ticket:48213:r7",
        "attempt": 2,
        "level": "info",
        "logger": "zenhub_sync",
    }


@pytest.mark.parametrize("name", ["zenhub_sync", "alien"])
def test_every_line_knows_its_run_ours_and_a_librarys(name: str) -> None:
    stream = io.StringIO()
    configure_logging("INFO", "json", stream)
    structlog.contextvars.bind_contextvars(run_id="r-1")
    logger: structlog.stdlib.BoundLogger | logging.Logger = (
        get_logger() if name == "zenhub_sync" else logging.getLogger(name)
    )
    logger.warning("page_staged")
    assert json.loads(stream.getvalue())["run_id"] == "r-1"


def test_the_level_silences_what_is_below() -> None:
    stream = io.StringIO()
    configure_logging("WARNING", "json", stream)
    get_logger().info("page_staged")
    logging.getLogger("alien").info("chatter")
    assert stream.getvalue() == ""


@pytest.mark.parametrize("library", ["httpx", "httpcore.http11", "apscheduler.scheduler"])
def test_libraries_that_log_urls_are_silent_even_when_debugging(library: str) -> None:
    stream = io.StringIO()
    configure_logging("DEBUG", "json", stream)
    logging.getLogger(library).info("GET https://acme.zendesk.com/api/v2/users/search.json?query=ana@cliente.example")
    assert stream.getvalue() == ""


def test_a_stream_that_is_no_terminal_gets_json() -> None:
    stream = io.StringIO()
    configure_logging(stream=stream)
    get_logger().info("page_staged")
    assert json.loads(stream.getvalue())["event"] == "page_staged"


def test_a_terminal_gets_readable_lines() -> None:
    stream = _Terminal()
    configure_logging(stream=stream)
    get_logger().info("page_staged")
    assert not stream.getvalue().startswith("{")


def test_the_last_set_up_wins() -> None:
    first, second = io.StringIO(), io.StringIO()
    configure_logging("INFO", "json", first)
    configure_logging("INFO", "json", second)
    get_logger().info("page_staged")
    assert (first.getvalue(), second.getvalue().count("\n")) == ("", 1)


@pytest.mark.parametrize("format_", FORMATS)
def test_a_registered_secret_is_nowhere_whoever_logs_it(format_: Literal["json", "console"]) -> None:
    stream = io.StringIO()
    register_secrets(["canary/secret"])
    configure_logging("DEBUG", format_, stream)
    get_logger().info("page_fetched canary/secret", url="https://x/?a=canary%2Fsecret", parts=["canary/secret"])
    logging.getLogger("alien").warning("header %s", "Bearer canary/secret")
    _fail_and_log("canary/secret")
    written = stream.getvalue()
    assert written.count("[redacted]") == 4
    assert written.count("in _refuse") == 2
    assert "canary" not in written


def _fail_and_log(secret: str) -> None:
    try:
        _refuse(secret)
    except RuntimeError:
        get_logger().exception("run_failed")
        logging.getLogger("alien").exception("failed")


def _refuse(secret: str) -> None:
    raise RuntimeError(f"refused {secret}")


@pytest.mark.parametrize("format_", FORMATS)
def test_a_traceback_shows_no_local_variables(format_: Literal["json", "console"]) -> None:
    stream = io.StringIO()
    configure_logging("DEBUG", format_, stream)
    try:
        _raise_with_a_local(48213)
    except RuntimeError:
        get_logger().exception("run_failed")
    assert "_raise_with_a_local" in stream.getvalue()
    assert "RuntimeError" in stream.getvalue()
    assert "canary-48213" not in stream.getvalue()


def _raise_with_a_local(number: int) -> None:
    local = f"canary-{number}"
    raise RuntimeError("boom" if local else "")


@pytest.mark.parametrize("format_", FORMATS)
def test_no_value_can_forge_a_line_or_drive_the_terminal(format_: Literal["json", "console"]) -> None:
    stream = io.StringIO()
    configure_logging("DEBUG", format_, stream)
    get_logger().info("ticket_parked", cause="a\nfake line\r\x1b[31mred\u202e\ud800")
    logging.getLogger("alien").warning("a\nb")
    assert stream.getvalue().count("\n") == 2
    assert not {"\r", "\x1b", "\u202e"} & set(stream.getvalue())


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True
