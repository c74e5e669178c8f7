"""Memory does not grow with history, held as counts: what a page needed is gone when it went through."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator
from uuid import UUID

import httpx
import pytest
from benchmarks.stages import set_stage

from zenhub_sync.hubspot.inputs import UpdateInput
from zenhub_sync.jobs.export_pages import FetchedPage
from zenhub_sync.jobs.import_tickets import IMPORT
from zenhub_sync.jobs.run_job import run_job
from zenhub_sync.jobs.worker import JobOptions
from zenhub_sync.planning.effects import LinkTicket, WriteTicket
from zenhub_sync.planning.planner import Plan
from zenhub_sync.planning.tickets import MirroredTicket, SourceTicket
from zenhub_sync.store.directory import RequesterLink
from zenhub_sync.store.mirror import Confirmation
from zenhub_sync.store.outbox import Settlement, StoredEffect
from zenhub_sync.transport.asking import in_threads
from zenhub_sync.transport.call import Answer, Call
from zenhub_sync.zendesk.models import Ticket, User

_PASSING = (
    *(FetchedPage, Ticket, User, SourceTicket, MirroredTicket, Plan, WriteTicket, LinkTicket, RequesterLink),
    *(StoredEffect, UpdateInput, Settlement, Confirmation, Call, Answer, httpx.Request, httpx.Response),
)


@pytest.fixture
def _no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def pages(number: int) -> tuple[Counter[str], int]:
    """Import so many pages; return what is left of them, and how much garbage the collector then finds."""
    with in_threads() as asking, set_stage(1000 * number, asking=asking) as stage, stage.worker() as worker:
        gc.collect()
        before = _alive()  # what other tests left
        ended = run_job(worker, IMPORT, JobOptions(force=True), str(UUID(int=1)))
        assert ended.report.tally.created == 1000 * number
        return _alive() - before, gc.collect()


def _alive() -> Counter[str]:
    return Counter(type(each).__name__ for each in gc.get_objects() if isinstance(each, _PASSING))


@pytest.mark.usefixtures("_no_collector")
def test_nothing_of_a_page_that_went_through_is_left_and_none_makes_garbage() -> None:
    pages(1)  # what is made once
    alive, garbage = pages(4)
    assert alive == Counter()
    assert garbage < 100, "circles that come with every page: see what made them with gc.DEBUG_SAVEALL"
