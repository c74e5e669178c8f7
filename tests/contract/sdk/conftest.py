"""A sandbox for each test, and the independent clients that ask it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.contract.sdk.clients import frozen_sandbox, open_hubspot_api_client, open_hubspot_sdk

from zenhub_sync.sandbox.server import Sandbox


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with frozen_sandbox() as opened:
        yield opened


@pytest.fixture
def typed(sandbox: Sandbox) -> Iterator[Any]:
    """Return `hubspot-sdk`."""
    with open_hubspot_sdk(sandbox.base_url) as client:
        yield client


@pytest.fixture
def generated(sandbox: Sandbox) -> Iterator[Any]:
    """Return `hubspot-api-client`."""
    with open_hubspot_api_client(sandbox.base_url) as client:
        yield client
