"""How much of what the quotas allow an import and a backfill use: vendors that count and take their time, simulated.

`python -m benchmarks.quota import 10000 10 100 0.3` does one of them.
"""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import product

from benchmarks.bounds import Bound, Calls, Quota, bound, minimum
from benchmarks.bulk import ORGANIZATIONS, USERS
from benchmarks.figures import Figure
from benchmarks.stages import NOW, Stage, set_stage
from benchmarks.vendors import Metered
from benchmarks.virtual import VirtualClock
from zenhub_sync.config import Config, HubSpot, Zendesk
from zenhub_sync.jobs.backfill_tickets import run_backfill
from zenhub_sync.jobs.import_tickets import IMPORT
from zenhub_sync.jobs.spans import Span
from zenhub_sync.jobs.worker import JobOptions
from zenhub_sync.transport.asking import in_threads

QUOTAS = (
    Quota(exports_a_minute=10, hubspot_in_ten_seconds=100, latency=0.3),
    Quota(exports_a_minute=10, hubspot_in_ten_seconds=100, latency=1.5),
    Quota(exports_a_minute=30, hubspot_in_ten_seconds=190, latency=0.3),
    Quota(exports_a_minute=30, hubspot_in_ten_seconds=190, latency=1.5),
)
JOBS = ("import", "backfill")
# The time is that of each process alone, so two of them do not disturb each other.
_AT_ONCE = 2


def measure(sizes: Sequence[int]) -> Iterator[Figure]:
    """Run both jobs for each number of tickets under each quota, with all of it at our disposal."""
    runs = list(product(sizes, JOBS, QUOTAS))
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for (tickets, job, quota), said in zip(runs, pool.map(lambda run: _alone(*run), runs), strict=True):
            yield from _figures(f"{job} of {tickets:,} at {quota}", bound(quota, _minimum(tickets)), said)


def _figures(name: str, least: Bound, said: dict[str, float]) -> Iterator[Figure]:
    note = f"{said['wall']:,.0f} s, bound by {least.binding}"
    yield Figure(name=f"wall / bound, {name}", value=said["wall"] / least.seconds, unit="ratio", target=1.10, note=note)
    yield Figure(name=f"429s, {name}", value=said["refused"] / said["sent"] * 100, unit="%", target=0.5)
    if least.binding == "Zendesk":
        use = least.read / said["last_export"] * 100
        yield Figure(name=f"use of the export quota, {name}", value=use, unit="%", target=95, least=True)


def _minimum(tickets: int) -> Calls:
    return minimum(tickets, people=int(tickets * USERS), companies=ORGANIZATIONS)


def _alone(tickets: int, job: str, quota: Quota) -> dict[str, float]:
    asked = (job, tickets, quota.exports_a_minute, quota.hubspot_in_ten_seconds, quota.latency)
    command = [sys.executable, "-m", "benchmarks.quota", *map(str, asked)]
    ended = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - ours
    said: dict[str, float] = json.loads(ended.stdout)
    return said


def simulate(job: str, tickets: int, quota: Quota) -> dict[str, float]:
    """Run the job against vendors that keep to the quota; tell how long that took on a clock that skips all waiting."""
    config = Config(zendesk=Zendesk(rate_share=1.0), hubspot=HubSpot(rate_share=1.0))
    clock = VirtualClock(NOW)
    with in_threads() as asking, set_stage(tickets, asking=asking, config=config) as stage, clock.running():
        metered = Metered(stage.bulk, quota, clock)
        stage.clock, stage.wire = clock, metered
        begun = clock.monotonic()
        if job == "import":
            stage.run(IMPORT)
        else:
            _backfill(stage)
        wall = clock.monotonic() - begun
    return {
        "wall": wall,
        "sent": metered.sent.total(),
        "refused": metered.refused.total(),
        "last_export": metered.last["exports"] + quota.latency,
    }


def _backfill(stage: Stage) -> None:
    span = Span(since=NOW - timedelta(days=30))
    with stage.worker() as worker:
        ended = run_backfill(worker, span, JobOptions(force=True), str(uuid.uuid4()), lambda _: None)
    if ended.error is not None:
        raise ended.error


def _main(job: str, tickets: str, exports: str, hubspot: str, latency: str) -> None:
    quota = Quota(exports_a_minute=int(exports), hubspot_in_ten_seconds=int(hubspot), latency=float(latency))
    print(json.dumps(simulate(job, int(tickets), quota)))  # noqa: T201 - its only output


if __name__ == "__main__":
    _main(*sys.argv[1:])
