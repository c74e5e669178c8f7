"""The program as its command line builds it, which sends itself a signal at an effect point."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import httpx
from tests.model.fate import Fate, MortalWire, Strike, mortal_commits

from zenhub_sync.cli import import_, refresh, running  # noqa: F401 - imported now, so that children need not
from zenhub_sync.cli.app import run
from zenhub_sync.cli.runtime import start
from zenhub_sync.clock import SystemClock
from zenhub_sync.errors import ZenhubError
from zenhub_sync.jobs.import_tickets import IMPORT
from zenhub_sync.jobs.refresh_tickets import REFRESH
from zenhub_sync.jobs.run_job import run_job
from zenhub_sync.jobs.worker import JobOptions, Worker
from zenhub_sync.store.engine import open_engine
from zenhub_sync.store.opening import migrate_database
from zenhub_sync.store.store import Store
from zenhub_sync.wiring import build_worker, open_accounts

_JOBS = {job.name: job for job in (IMPORT, REFRESH)}


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """The effect point at which a process stops itself; how long its lease and a pause in a transaction may last."""

    at: int
    lease_seconds: float
    longest_pause: float


def run_mortal(arguments: Sequence[str], end: End | None) -> int:
    """Run a command as it is; or, given an end, a job that meets it and at last prints its effect points."""
    if end is None:
        return run(arguments)
    fate = Fate(strikes={end.at: Strike(at=end.at)}, end=lambda: os.kill(os.getpid(), signal.SIGSTOP))
    runtime, clock = start(accounts=True), SystemClock()
    wire = MortalWire(httpx.HTTPTransport(), fate, time.time)
    with mortal_commits(fate):
        migrate_database(runtime.database_url)
        engine = open_engine(runtime.database_url, longest_pause=end.longest_pause)
        store = Store(engine, lease_seconds=end.lease_seconds)
        with open_accounts(runtime.settings, runtime.config, clock, Random(), wire) as accounts:
            worker = build_worker(runtime.settings, runtime.config, accounts, store, clock)
            problem = _problem_of(worker, arguments[0])
    if problem is not None:
        sys.stderr.write(str(problem))
        return problem.exit_code
    sys.stdout.write(json.dumps(fate.trail))
    return 0


def _problem_of(worker: Worker, job: str) -> ZenhubError | None:
    try:
        ended = run_job(worker, _JOBS[job], JobOptions(), run_id=str(uuid.uuid4()))
    except ZenhubError as problem:
        return problem
    if isinstance(ended.error, ZenhubError) or ended.error is None:
        return ended.error
    raise ended.error
