"""How much of what the quotas allow an import and a backfill use: vendors that count and take their time, simulated.

`python -m benchmarks.quota import 10000 10 100 0.3` does one of them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product

from benchmarks.bounds import Bound, Calls, Quota, bound, minimum
from benchmarks.bulk import ORGANIZATIONS, USERS
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


def measure(few: int, many: int) -> Iterator[Figure]:
    """Run both jobs under each quota, and for many tickets under the two extreme ones, with all of it at our disposal.

    Two processes work at a time: each has a clock of its own.
    """
    runs = [*product([few], JOBS, QUOTAS), *product([many], JOBS, (QUOTAS[0], QUOTAS[-1]))]
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
            stage.backfill()
        wall = clock.monotonic() - begun
    return {
        "wall": wall,
        "sent": metered.sent.total(),
        "refused": metered.refused.total(),
        "last_export": metered.last["exports"] + quota.latency,
    }


def _main(job: str, tickets: str, exports: str, hubspot: str, latency: str) -> None:
    quota = Quota(exports_a_minute=int(exports), hubspot_in_ten_seconds=int(hubspot), latency=float(latency))
    print(json.dumps(simulate(job, int(tickets), quota)))  # noqa: T201 - its only output


if __name__ == "__main__":
    _main(*sys.argv[1:])
