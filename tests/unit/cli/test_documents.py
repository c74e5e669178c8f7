"""With --json stdout tells what a run did, also where something fails once it has ended."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest

from zenhub_sync.cli.running import documented
from zenhub_sync.jobs.report import Outcome, Report
from zenhub_sync.jobs.run_job import JobRun
from zenhub_sync.jobs.worker import Requests
from zenhub_sync.planning.guard import Tally

_AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
_ENDED = JobRun(
    report=Report(
        run_id="r1",
        job="import",
        outcome=Outcome.OK,
        dry_run=False,
        started_at=_AT,
        finished_at=_AT,
        tally=Tally(read=7, created=7),
        parked=0,
        waiting=0,
        requests=Requests(zendesk=1, hubspot=2),
    ),
    error=None,
)


def told(capsys: pytest.CaptureFixture[str], *ended: JobRun) -> dict[str, Any]:
    with suppress(KeyboardInterrupt), documented("import", "r1", dry_run=False, as_json=True) as runs:
        runs.extend(ended)
        raise KeyboardInterrupt
    return dict(json.loads(capsys.readouterr().out))


def test_a_run_that_ended_is_told_as_it_ended(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, _ENDED) == _ENDED.report.document()


def test_a_run_that_never_began_has_failed(capsys: pytest.CaptureFixture[str]) -> None:
    document = told(capsys)
    assert (document["outcome"], document["tickets"]["created"]) == ("failed", 0)
