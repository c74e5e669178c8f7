"""What the worker tells its operator: past-tense events with fields, without secrets or a customer's words."""

from __future__ import annotations

from zenhub_sync.telemetry.logs import configure_logging, get_logger
from zenhub_sync.telemetry.redaction import register_secrets

__all__ = ["configure_logging", "get_logger", "register_secrets"]
