"""Everything that can happen, in any order: nothing is lost, nothing is made twice, and HubSpot says what Zendesk says.

The default budget is small and always the same. `ZENHUB_TESTS=long` searches at random, far longer.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from tests.model.machine import Machine

_LONG = os.environ.get("ZENHUB_TESTS") == "long"


def test_whatever_happens_in_whatever_order_both_sides_agree_in_the_end() -> None:
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=500 if _LONG else 20,
            stateful_step_count=40 if _LONG else 25,
            derandomize=not _LONG,
            suppress_health_check=list(HealthCheck),
        ),
    )
