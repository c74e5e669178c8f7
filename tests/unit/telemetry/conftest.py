"""Logging is global: what a test sets up is gone after it."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import structlog

from zenhub_sync.telemetry.redaction import forget_secrets


@pytest.fixture(autouse=True)
def _undo_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    forget_secrets()
