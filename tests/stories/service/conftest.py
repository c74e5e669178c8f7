"""What the stories of the service share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from zenhub_sync.sandbox.hubspot import DEFAULT_SCOPES, PortalOptions
from zenhub_sync.sandbox.server import Sandbox
from zenhub_sync.sandbox.zendesk import DeskOptions


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A sandbox on real time that shows its last minute, so that nothing has to be waited for."""
    scopes = PortalOptions(scopes=DEFAULT_SCOPES)
    with Sandbox(desk_options=DeskOptions(withhold=0), portal_options=scopes) as box:
        yield box
