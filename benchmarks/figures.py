"""A measured figure beside its target."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`target` None: nothing was promised. `least`: the target is a lower bound, else an upper one."""

    name: str
    value: float
    unit: str
    target: float | None = None
    least: bool = False
    note: str = ""

    @property
    def met(self) -> bool:
        """Tell whether the figure keeps its target."""
        if self.target is None:
            return True
        return self.value >= self.target if self.least else self.value <= self.target

    def document(self) -> dict[str, Any]:
        return asdict(self) | {"met": self.met}


def show(figures: Iterable[Figure], console: Console) -> None:
    """Print the figures as a table."""
    table = Table("what", "measured", "unit", "target", "met", "note", box=None, pad_edge=False)
    for figure in figures:
        target = "" if figure.target is None else f"{'≥' if figure.least else '≤'} {figure.target:,.6g}"
        met = "" if figure.target is None else "yes" if figure.met else "NO"
        table.add_row(figure.name, f"{figure.value:,.6g}", figure.unit, target, met, figure.note)
    console.print(table)
