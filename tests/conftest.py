"""What every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from tests.figures import figure, pytest_terminal_summary
from tests.postgres import postgres_server, postgres_url

__all__ = ["figure", "postgres_server", "postgres_url", "pytest_terminal_summary"]

# `ci`, the default, is derandomized: a red run is then about the change at hand and can be repeated anywhere, and a
# green one means the same everywhere. Searching is `search`'s job (HYPOTHESIS_PROFILE=search, by night or by hand):
# random, with a far larger budget; what it finds becomes an example of its own. No deadlines: machines are shared.
_SLOW_IS_FINE = [HealthCheck.too_slow]
settings.register_profile(
    "ci", derandomize=True, max_examples=100, deadline=None, database=None, suppress_health_check=_SLOW_IS_FINE
)
settings.register_profile("search", max_examples=5_000, deadline=None, suppress_health_check=_SLOW_IS_FINE)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the SQLAlchemy URL of an empty database: the test runs once on SQLite, once on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'zenhub-sync.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url
