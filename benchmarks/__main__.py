"""Measure, and print each figure beside its target: `python -m benchmarks [counts] [quota] [cost] …`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Sequence

from rich.console import Console

from benchmarks import cost, counts, installed, known, memory, quota, startup, watch
from benchmarks.figures import Figure, show

# Wide enough for every column where the output is no terminal.
_WIDTH = 200


def main(arguments: Sequence[str]) -> int:
    """Run the chosen measurements (none named: all but PostgreSQL); 1 if a figure misses its target."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    measurements = _measurements(chosen.tickets, chosen.most)
    if unknown := [name for name in chosen.which if name not in measurements]:
        parser.error(f"there is no measurement {', '.join(unknown)}; choose from {', '.join(measurements)}")
    names = chosen.which or [name for name in measurements if name != "postgres"]
    figures: list[tuple[str, Figure]] = []
    for name in names:
        print(f"measuring {name} …", file=sys.stderr)  # noqa: T201 - it takes minutes
        figures += [(name, figure) for figure in measurements[name]()]
    if chosen.json:
        documents = [{"measurement": name} | figure.document() for name, figure in figures]
        print(json.dumps(documents, ensure_ascii=False))  # noqa: T201 - its only output
    else:
        show(figures, Console() if sys.stdout.isatty() else Console(width=_WIDTH))
    return 0 if all(figure.met for _, figure in figures) else 1


def _measurements(tickets: int, most: int) -> dict[str, Callable[[], Iterable[Figure]]]:
    return {
        "counts": lambda: counts.measure(tickets),
        "watch": watch.measure,
        "startup": startup.measure,
        "cost": lambda: cost.measure(tickets),
        "installed": lambda: installed.measure(tickets),
        "known": lambda: known.measure(most),
        "memory": lambda: memory.measure((tickets, most)),
        "quota": lambda: quota.measure(tickets, most),
        "postgres": lambda: _postgres(tickets),
    }


def _postgres(tickets: int) -> Iterable[Figure]:
    """Measure on the server that the tests start, which only the extra `test` brings."""
    from benchmarks import postgres

    return postgres.measure(tickets)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("which", nargs="*", metavar="MEASUREMENT", help=", ".join(_measurements(0, 0)))
    parser.add_argument("--tickets", type=int, default=10_000, help="of all but startup and watch (default 10,000)")
    parser.add_argument("--most", type=int, default=100_000, help="of memory, quota and known, too (default 100,000)")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
