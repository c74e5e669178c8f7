"""structlog in front, the standard library behind: one pipeline, so that libraries' lines are redacted as well."""

from __future__ import annotations

import logging
import os
import sys
from contextlib import AbstractContextManager
from typing import Literal, TextIO

import structlog
from structlog.typing import Processor

from zenhub_sync.telemetry.redaction import redact
from zenhub_sync.telemetry.tracebacks import describe

# httpx logs each URL at INFO, httpcore each header at DEBUG, werkzeug each request line; the others chat.
_QUIET = ("httpx", "httpcore", "apscheduler", "alembic", "tenacity", "uvicorn", "apprise", "urllib3")

# On every line, ours or a library's.
_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.ExceptionRenderer(lambda raised: describe(raised[1])),
)


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
    handler.setFormatter(_formatter(format or ("console" if stream.isatty() else "json"), colors=colors))
    root = logging.getLogger()
    root.handlers = [other for other in root.handlers if not isinstance(other, _Handler)] + [handler]
    root.setLevel(level)
    for library in _QUIET:
        logging.getLogger(library).setLevel(logging.WARNING)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def get_logger(name: str = "zenhub_sync") -> structlog.stdlib.BoundLogger:
    """Return the logger `name`; events are in the past tense (`effect_delivered`), fields are ids and counts."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


class _Handler(logging.StreamHandler[TextIO]):
    """The one handler that is ours, so that a second call can tell it from others'."""


def _formatter(format_: str, *, colors: bool) -> logging.Formatter:
    renderer: Processor
    if format_ == "json":
        renderer = structlog.processors.JSONRenderer()
    else:
        # The plain formatter: structlog's default one prints the locals of every frame where rich is installed.
        renderer = structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=structlog.dev.plain_traceback)
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, redact, renderer],
    )


def bind_run(run_id: str, job: str) -> AbstractContextManager[object]:
    """Put the run's id and job on every line that is logged inside."""
    return structlog.contextvars.bound_contextvars(run_id=run_id, job=job)
