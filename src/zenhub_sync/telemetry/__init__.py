"""What the worker tells its operator: past-tense events with fields, without secrets or a customer's words."""

from __future__ import annotations

from zenhub_sync.telemetry.logs import bind_run, configure_logging, get_logger
from zenhub_sync.telemetry.redaction import register_secrets

__all__ = ["bind_run", "configure_logging", "get_logger", "register_secrets"]
