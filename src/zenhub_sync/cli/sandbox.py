"""`zenhub-sync sandbox`: a fake Zendesk and HubSpot as a server of its own."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import typer

from zenhub_sync import collecting

if TYPE_CHECKING:
    from zenhub_sync.sandbox.server import Sandbox

_MOST_BY_HAND = 10_000
# Requests, writes and records of HubSpot that stay in memory: about 40 MB.
_KEPT = 5_000


def sandbox(
    port: int = typer.Option(8765, "--port", min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one."),
    tickets: int = typer.Option(60, "--tickets", min=28, max=5_000_000, help="How many tickets its company has."),
    bulk: bool = typer.Option(False, "--bulk", help="Tickets by the million; always so above 10,000."),  # noqa: FBT001, FBT003
    zendesk: int = typer.Option(400, "--zendesk", min=1, help="Requests a minute that Zendesk allows."),
    exports: int = typer.Option(10, "--exports", min=1, help="Exports a minute that Zendesk allows (30: High Volume)."),
    hubspot: int = typer.Option(190, "--hubspot", min=1, help="Requests in 10 s that HubSpot allows (100: Starter)."),
    latency: float = typer.Option(0.0, "--latency", min=0.0, help="Seconds that every answer takes."),
    speed: float = typer.Option(1.0, "--speed", min=0.01, help="Scaled time: see above."),
) -> None:
    """Serve a fake Zendesk and HubSpot with a seeded company on loopback, until Ctrl-C.

    Scaled time, --speed N: in the same windows of a minute and of 10 s both vendors allow N times as many requests, and
    say so in their answers; an answer takes an N-th of the latency. The rate is that of N seconds in one. What differs
    from N times faster clocks: a first burst is N times as large, and Retry-After stays as long.

    Bulk: 60 tickets of every awkward kind, the others of 3.6 KB, each a matter of its number and kept only once it was
    changed by hand; before that it has neither history nor rating. HubSpot's records lie in a temporary file (1 to 3 KB
    each, in TMPDIR or /var/tmp) and have no property history. The control tells the latest 5,000 requests and writes,
    and counts all. Lists of all tickets, searches and portal/find look at every record: minutes with a million.
    """
    from zenhub_sync.sandbox.quotas import Quotas

    box = _seeded(tickets, bulk=bulk or tickets > _MOST_BY_HAND)
    collecting.while_working()
    box.allow(Quotas(zendesk=zendesk, exports=exports, hubspot=hubspot, latency=latency, speed=speed))
    _serve(box, port)


def _seeded(tickets: int, *, bulk: bool) -> Sandbox:
    from zenhub_sync.errors import UsageProblem
    from zenhub_sync.sandbox.seed import seed_company, seed_multitude
    from zenhub_sync.sandbox.server import Sandbox

    box = Sandbox(keep=_KEPT if bulk else None)
    box.compresses = True
    try:
        (seed_multitude if bulk else seed_company)(box, tickets=tickets)
    except ValueError as problem:
        raise UsageProblem(f"--tickets {tickets}: {problem}") from problem
    return box


def _serve(box: Sandbox, port: int) -> None:
    from zenhub_sync.cli.sandbox_environment import environment
    from zenhub_sync.errors import UsageProblem

    try:
        url = box.start(port)
    except OSError as error:
        raise UsageProblem(f"port {port} on 127.0.0.1: {error.strerror}; take another with --port") from error
    typer.echo("# The sandbox answers until Ctrl-C. In another terminal:")
    for name, value in environment(url).items():
        typer.echo(f"export {name}={value}")
    typer.echo(f"# What was written: curl -s {url}/_sandbox/ledger", err=False)
    try:
        threading.Event().wait()
    finally:
        box.stop()
