"""How a line is made: structlog in front, the standard library behind, one pipeline, so that libraries' lines are
redacted as well.

Loaded by the first line that is logged (`logs.py`): it takes a tenth of a second, and most commands are silent.
"""

from __future__ import annotations

import logging

import structlog
from structlog.typing import Processor

from zenhub_sync.telemetry.redaction import redact
from zenhub_sync.telemetry.tracebacks import describe

# On every line, ours or a library's.
_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.ExceptionRenderer(lambda raised: describe(raised[1])),
)


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """Return what hands the lines of `name` to the standard library's logger of that name."""
    lazy: structlog.stdlib.BoundLogger = structlog.wrap_logger(
        logging.getLogger(name),
        processors=[structlog.stdlib.filter_by_level, *_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    return lazy.bind()


def formatter(format_: str, *, colors: bool) -> logging.Formatter:
    """Return what writes the lines, ours and the libraries', as `json` or for a person."""
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
