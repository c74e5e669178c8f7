"""What the installed program does against the sandbox, a server of its own: two processes that talk HTTP.

`python -m benchmarks.installed 10000 --exports 30 --hubspot 190 --latency 0.3 --speed 5` does one import.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console

from benchmarks.bounds import Calls, Quota, bound, minimum
from benchmarks.disk import Disk, stored
from benchmarks.figures import Figure, show
from benchmarks.processes import Program, Spent, Vendors, vendors

JOBS = {"import": ("import",), "backfill": ("backfill", "--since", "30d")}
# More than any program can use.
OPEN = Quota(exports_a_minute=1_000_000, hubspot_in_ten_seconds=1_000_000, latency=0.0)
_TOO_MANY = 429


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run cost the program and the vendors."""

    tickets: int
    spent: Spent
    requests: Sequence[dict[str, Any]]
    writes: Sequence[dict[str, Any]]
    stored: Disk
    vendors_cpu: float
    vendors_memory: float

    def made(self, action: str, kind: str) -> int:
        """Count what the program did to records of a kind, by the sandbox's ledger."""
        return sum(w["number"] for w in self.writes if (w["action"], w["kind"], w["by"]) == (action, kind, "api"))

    def of(self, service: str, *parts: str, status: int | None = None) -> int:
        """Count the requests to a vendor whose path holds one of the parts; token grants are not among them."""
        return sum(
            kind["number"]
            for kind in self.requests
            if kind["service"] == service
            and "/oauth/" not in kind["path"]
            and (not parts or any(part in kind["path"] for part in parts))
            and status in (None, kind["status"])
        )


def measure(tickets: int, quota: Quota = OPEN, *, speed: float = 1.0, job: str = "import") -> Iterator[Figure]:
    """Run a job over so many tickets under a quota; in scaled time `speed` times as much is allowed."""
    outcome = run(tickets, quota, speed=speed, job=job)
    spent, name = outcome.spent, f"{job} of {tickets:,}"
    note = f"{spent.wall:.1f} s; the sandbox took {outcome.vendors_cpu / tickets * 1e6:.0f} µs CPU a ticket"
    if quota == OPEN:
        yield Figure(
            name=name, value=tickets / spent.wall, unit="tickets/s", target=2000, least=True, note=note, reason=_PACE
        )
    else:
        yield from _use(outcome, quota, f"{name} at {quota}", speed)
    yield Figure(name=f"{name}, CPU", value=spent.cpu / tickets * 1e6, unit="µs/ticket", note=note)
    yield Figure(name=f"{name}, peak memory", value=spent.memory, unit="MB", target=150)
    for vendor, most in (("zendesk", 1), ("hubspot", 15)):
        each = outcome.of(vendor) / tickets * 1000
        yield Figure(name=f"{name}, {vendor}", value=each, unit="requests/1,000 tickets", target=most, reason=_PEOPLE)
    yield from outcome.stored.figures(f"{name}, store", tickets, reason=_EMPTY)


_PACE = "start, HTTP, and a sandbox that has a core of its own at best; HubSpot itself takes 1,000 to 1,900 a second"
_PEOPLE = "each page has some 204 people who are new: three batches, the last almost empty, and one for their companies"
_EMPTY = "empty tables take 0.3 MB, and one ticket in five brings a person of its own"


def _use(outcome: Outcome, quota: Quota, name: str, speed: float) -> Iterator[Figure]:
    scaled = Quota(
        exports_a_minute=round(quota.exports_a_minute * speed),
        hubspot_in_ten_seconds=round(quota.hubspot_in_ten_seconds * speed),
        latency=quota.latency / speed,
    )
    least = bound(scaled, _calls(outcome))
    wall, refused = (
        outcome.spent.wall,
        outcome.of("zendesk", status=_TOO_MANY) + outcome.of("hubspot", status=_TOO_MANY),
    )
    note = f"{wall:,.0f} s at {speed:g} times the speed, bound by {least.binding}"
    yield Figure(name=f"wall / bound, {name}", value=wall / least.seconds, unit="ratio", target=1.10, note=note)
    sent = outcome.of("zendesk") + outcome.of("hubspot")
    yield Figure(name=f"429s, {name}", value=refused / sent * 100, unit="%", target=0.5)


def _calls(outcome: Outcome) -> Calls:
    people = -(-outcome.tickets // 5)
    return minimum(outcome.tickets, people=people, companies=max(30, outcome.tickets // 500))


def run(tickets: int, quota: Quota, *, speed: float = 1.0, job: str = "import") -> Outcome:
    """Set the portal up, start with a minute, and run the job to its end."""
    with TemporaryDirectory(prefix="benchmark-") as folder, vendors(tickets, Path(folder)) as accounts:
        program = Program(accounts.env, Path(folder))
        program.run("setup")
        _allow(accounts, quota, speed)
        before = accounts.spent()
        spent = program.run(*JOBS[job])
        if spent.report["outcome"] != "ok":
            raise RuntimeError(f"{job} ended {spent.report['outcome']}")
        return Outcome(
            tickets=tickets,
            spent=spent,
            **accounts.ask("GET", "counts"),
            stored=stored(program.database),
            vendors_cpu=accounts.spent() - before,
            vendors_memory=accounts.peak(),
        )


def _allow(accounts: Vendors, quota: Quota, speed: float) -> None:
    """Begin with full allowances, at the beginning of a minute of Zendesk's."""
    accounts.ask("POST", "clock", advance=60 - time.time() % 60)
    accounts.ask(
        "POST",
        "quotas",
        zendesk=max(400, 2 * quota.exports_a_minute),
        exports=quota.exports_a_minute,
        hubspot=quota.hubspot_in_ten_seconds,
        latency=quota.latency,
        speed=speed,
    )
    accounts.ask("DELETE", "requests")


def main(arguments: Sequence[str]) -> int:
    """Run one job and print its figures; 1 if one misses its target."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.installed", description=__doc__)
    parser.add_argument("tickets", type=int)
    parser.add_argument("--job", choices=sorted(JOBS), default="import")
    parser.add_argument("--exports", type=int, default=OPEN.exports_a_minute, help="a minute (default: any number)")
    parser.add_argument(
        "--hubspot", type=int, default=OPEN.hubspot_in_ten_seconds, help="in 10 s (default: any number)"
    )
    parser.add_argument("--latency", type=float, default=0.0, help="seconds (default 0)")
    parser.add_argument("--speed", type=float, default=1.0, help="of scaled time (default 1)")
    chosen = parser.parse_args(arguments)
    quota = Quota(exports_a_minute=chosen.exports, hubspot_in_ten_seconds=chosen.hubspot, latency=chosen.latency)
    figures = list(measure(chosen.tickets, quota, speed=chosen.speed, job=chosen.job))
    show([("installed", figure) for figure in figures], Console() if sys.stdout.isatty() else Console(width=200))
    return 0 if all(figure.met for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
