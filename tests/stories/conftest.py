"""Stories are told by their assertions; the worker's own log speaks up only when something is wrong."""

from __future__ import annotations

import pytest

from zenhub_sync.telemetry import configure_logging


@pytest.fixture(autouse=True)
def quiet_log() -> None:
    configure_logging("WARNING", "json")
