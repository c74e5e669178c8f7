"""How much of what the quotas allow an import and a backfill use: vendors that count and take their time, simulated.

`python -m benchmarks.quota import 10000 10 100 0.3` does one of them.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import product

from benchmarks.bounds import Bound, Quota, bound, minimum
from benchmarks.crowd import ORGANIZATIONS, USERS
from benchmarks.figures import Figure
from benchmarks.stages import NOW, set_stage
from benchmarks.vendors import Metered
from benchmarks.virtual import VirtualClock
from zenhub_sync.config import Config, HubSpot, Zendesk
from zenhub_sync.jobs.import_tickets import IMPORT
from zenhub_sync.transport.asking import in_threads

QUOTAS = (
    Quota(exports_a_minute=10, hubspot_in_ten_seconds=100, latency=0.3),
    Quota(exports_a_minute=10, hubspot_in_ten_seconds=100, latency=1.5),
    Quota(exports_a_minute=30, hubspot_in_ten_seconds=190, latency=0.3),
    Quota(exports_a_minute=30, hubspot_in_ten_seconds=190, latency=1.5),
)
JOBS = ("import", "backfill")
_AT_ONCE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A job for so many tickets under a quota."""

    job: str
    tickets: int
    quota: Quota

    @property
    def least(self) -> Bound:
        return bound(self.quota, minimum(self.tickets, people=int(self.tickets * USERS), companies=ORGANIZATIONS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How long a run took, how many requests it sent, were refused, and when the last page had come; in seconds."""

    wall: float
    sent: int
    refused: int
    last_export: float
    cpu: float


def measure(few: int, many: int) -> Iterator[Figure]:
    """Run both jobs under each quota, and for many tickets under the two extreme ones, with all of it at our disposal.

    Two processes work at a time: each has a clock of its own.
    """
    chosen = [*product(JOBS, [few], QUOTAS), *product(JOBS, [many], (QUOTAS[0], QUOTAS[-1]))]
    runs = [Run(job=job, tickets=tickets, quota=quota) for job, tickets, quota in chosen]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        outcomes = list(pool.map(_alone, runs))
    for run, outcome in zip(runs, outcomes, strict=True):
        yield _wall(run, outcome)
    refused = max(outcome.refused / outcome.sent for outcome in outcomes)
    yield Figure(name="429s, the most of all these runs", value=refused * 100, unit="% of requests", target=0.5)
    uses = [run.least.read / said.last_export for run, said in zip(runs, outcomes, strict=True) if _by_zendesk(run)]
    if uses:
        yield Figure(
            name="use of the export quota where it binds, least of these runs", value=min(uses) * 100, unit="%",
            target=95, least=True, peers="tap-zendesk 5",
        )  # fmt: skip


def _by_zendesk(run: Run) -> bool:
    return run.least.binding == "Zendesk"


def _wall(run: Run, said: Outcome) -> Figure:
    least = run.least
    return Figure(
        name=f"{run.job} of {run.tickets:,} at {run.quota}: wall / bound", value=said.wall / least.seconds,
        unit="ratio", target=1.10, reason=_reason(run),
        note=f"{said.wall:,.0f} s; {least.binding} allows {least.seconds:,.0f} s; {said.cpu:,.0f} s are CPU",
    )  # fmt: skip


def _reason(run: Run) -> str:
    if _by_zendesk(run):
        return "the look-ups and writes of a page wait for each other"
    return "few tickets fit into full windows: CPU time, and what is read once a run, come on top"


def _alone(run: Run) -> Outcome:
    quota = run.quota
    asked = (run.job, run.tickets, quota.exports_a_minute, quota.hubspot_in_ten_seconds, quota.latency)
    command = [sys.executable, "-m", "benchmarks.quota", *map(str, asked)]
    ended = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - ours
    return Outcome(**json.loads(ended.stdout))


def simulate(run: Run) -> Outcome:
    """Run the job against vendors that keep to the quota; tell how long that took on a clock that skips all waiting."""
    config = Config(zendesk=Zendesk(rate_share=1.0), hubspot=HubSpot(rate_share=1.0))
    clock = VirtualClock(NOW)
    with in_threads() as asking, set_stage(run.tickets, asking=asking, config=config) as stage, clock.running():
        metered = Metered(stage.bulk, run.quota, clock)
        stage.clock, stage.wire = clock, metered
        begun, began = clock.monotonic(), time.process_time() - stage.bulk.spent
        if run.job == "import":
            stage.run(IMPORT)
        else:
            stage.backfill()
        wall, cpu = clock.monotonic() - begun, time.process_time() - stage.bulk.spent - began
    return Outcome(
        wall=wall,
        sent=metered.sent.total(),
        refused=metered.refused.total(),
        last_export=metered.last["exports"] + run.quota.latency,
        cpu=cpu,
    )


def _main(job: str, tickets: str, exports: str, hubspot: str, latency: str) -> None:
    quota = Quota(exports_a_minute=int(exports), hubspot_in_ten_seconds=int(hubspot), latency=float(latency))
    print(json.dumps(asdict(simulate(Run(job=job, tickets=int(tickets), quota=quota)))))  # noqa: T201 - its only output


if __name__ == "__main__":
    _main(*sys.argv[1:])
