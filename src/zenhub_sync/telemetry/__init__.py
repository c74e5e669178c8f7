"""What the worker tells its operator: past-tense events with fields, without secrets or a customer's words."""

from __future__ import annotations

from zenhub_sync.telemetry.logs import bind_run, configure_logging, get_logger
from zenhub_sync.telemetry.redaction import register_secrets, scrub
from zenhub_sync.telemetry.tracebacks import describe, tell_of_threads

__all__ = [
    "bind_run",
    "configure_logging",
    "describe",
    "get_logger",
    "register_secrets",
    "scrub",
    "tell_of_threads",
]
