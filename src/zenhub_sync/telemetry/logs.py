"""Where log lines go, and from which level up; what makes a line of them (`lines.py`) is loaded by the first one."""

from __future__ import annotations

import logging
import os
import sys
from contextlib import AbstractContextManager
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TextIO, cast

if TYPE_CHECKING:
    from structlog.stdlib import BoundLogger

# httpx logs each URL at INFO, httpcore each header at DEBUG, werkzeug each request line; the others chat.
_QUIET = ("httpx", "httpcore", "apscheduler", "alembic", "tenacity", "uvicorn", "apprise", "urllib3")


def configure_logging(
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO",
    format: Literal["json", "console"] | None = None,  # noqa: A002 - the word of LOG_FORMAT
    stream: TextIO | None = None,
) -> None:
    """Send every log line to `stream` (stderr), from `level` up; without a format, a terminal gets the readable one.

    May be called again: the last call wins.
    """
    stream = sys.stderr if stream is None else stream
    handler = _Handler(stream)
    colors = stream.isatty() and not os.environ.get("NO_COLOR")  # https://no-color.org
    handler.setFormatter(_Formatter(format or ("console" if stream.isatty() else "json"), colors=colors))
    root = logging.getLogger()
    root.handlers = [other for other in root.handlers if not isinstance(other, _Handler)] + [handler]
    root.setLevel(level)
    for library in _QUIET:
        logging.getLogger(library).setLevel(logging.WARNING)


def get_logger(name: str = "zenhub_sync") -> BoundLogger:
    """Return the logger `name`; events are in the past tense (`effect_delivered`), fields are ids and counts."""
    return cast("BoundLogger", _Logger(name))


def bind_run(run_id: str, job: str) -> AbstractContextManager[object]:
    """Put the run's id and job on every line that is logged inside."""
    from structlog.contextvars import bound_contextvars

    return bound_contextvars(run_id=run_id, job=job)


class _Logger:
    """Stands for structlog's logger, and makes it when a line is logged."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, method: str) -> Any:
        return getattr(self._made, method)

    @cached_property
    def _made(self) -> BoundLogger:
        from zenhub_sync.telemetry.lines import logger

        return logger(self._name)


class _Formatter(logging.Formatter):
    """Stands for structlog's formatter, and makes it when a line is written."""

    def __init__(self, format_: str, *, colors: bool) -> None:
        super().__init__()
        self._format, self._colors = format_, colors

    def format(self, record: logging.LogRecord) -> str:
        return self._made.format(record)

    @cached_property
    def _made(self) -> logging.Formatter:
        from zenhub_sync.telemetry.lines import formatter

        return formatter(self._format, colors=self._colors)


class _Handler(logging.StreamHandler[TextIO]):
    """The one handler that is ours, so that a second call can tell it from others'."""
