"""Every kind of HTTP fault, at every kind of endpoint, on the first, a middle and the last call, once and for ever.

After the fault the world is as if it had never been; until then nothing is made twice and nobody is pestered.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path

import pytest
from tests.model.faults.conftest import Count
from tests.model.faults.endpoints import ENDPOINTS
from tests.model.faults.kinds import KINDS
from tests.model.faults.plan import PLACES, chosen_trials
from tests.model.faults.workshop import Verdict, open_workshop, try_kind

# All there are, instead of a choice: about an hour on two cores.
LONG = os.environ.get("ZENHUB_TESTS") == "long"
_CORES = 2
_FEWEST_KINDS = 40


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("faults")


@pytest.fixture(scope="module")
def verdicts(request: pytest.FixtureRequest, room: Path) -> Iterator[Mapping[str, Future[Verdict]]]:
    """Let the kinds that were asked for be tried on both cores, in processes of their own."""
    asked = {test.callspec.params.get("name") for test in request.session.items if hasattr(test, "callspec")}
    with ProcessPoolExecutor(_CORES, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield {kind.name: pool.submit(try_kind, kind.name, room, long=LONG) for kind in KINDS if kind.name in asked}


@pytest.mark.parametrize("name", [kind.name for kind in KINDS])
def test_after_the_fault_all_is_as_if_it_had_never_been(
    verdicts: Mapping[str, Future[Verdict]], name: str, count: Count
) -> None:
    verdict = verdicts[name].result()
    count.kinds += 1
    count.tried += len(verdict.tried)
    count.wrong += len({wrong.split(":")[0] for wrong in verdict.wrong})
    count.most_extra = max(count.most_extra, verdict.most_extra)
    assert verdict.wrong == []
    assert verdict.tried


def test_the_choice_covers_every_place_of_every_fault_and_every_endpoint(room: Path) -> None:
    workshop = open_workshop(room)
    chosen = [chosen_trials(kind, workshop.unharmed, seed=number) for number, kind in enumerate(KINDS)]
    full = [trials for trials in chosen if {trying.place for trying in trials} == set(PLACES)]
    assert len(full) >= _FEWEST_KINDS
    struck = Counter(trying.fault.endpoint.name for trials in chosen for trying in trials)
    assert {endpoint.name for endpoint in ENDPOINTS} == set(struck)
