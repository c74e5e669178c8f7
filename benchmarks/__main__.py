"""Measure, and print each figure beside its target: `python -m benchmarks [cost] [startup] [memory] [quota]`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Sequence

from rich.console import Console

from benchmarks import cost, memory, quota, startup
from benchmarks.figures import Figure, show


def main(arguments: Sequence[str]) -> int:
    """Run the chosen measurements (none named: all of them); 1 if a figure misses its target."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("which", nargs="*", choices=[[], "cost", "startup", "memory", "quota"])
    parser.add_argument("--tickets", type=int, default=10_000, help="of cost and quota (default 10,000)")
    parser.add_argument("--most", type=int, default=100_000, help="of memory and quota (default 100,000)")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    chosen = parser.parse_args(arguments)
    measurements: dict[str, Callable[[], Iterable[Figure]]] = {
        "startup": startup.measure,
        "cost": lambda: cost.measure(chosen.tickets),
        "memory": lambda: memory.measure((chosen.tickets, chosen.most)),
        "quota": lambda: quota.measure((chosen.tickets, chosen.most)),
    }
    figures = [
        figure
        for name, measure in measurements.items()
        if name in (chosen.which or measurements)
        for figure in measure()
    ]
    if chosen.json:
        print(json.dumps([figure.document() for figure in figures], ensure_ascii=False))  # noqa: T201 - its only output
    else:
        show(figures, Console())
    return 0 if all(figure.met for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
