"""A measured figure beside its target and what others take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`target` None: nothing was promised. `least`: the target is a lower bound, else an upper one.

    `peers` is what others take for the same, and `reason` why the target is missed, told only if it is.
    """

    name: str
    value: float
    unit: str
    target: float | None = None
    least: bool = False
    peers: str = ""
    note: str = ""
    reason: str = ""

    @property
    def met(self) -> bool:
        """Tell whether the figure keeps its target."""
        if self.target is None:
            return True
        return self.value >= self.target if self.least else self.value <= self.target

    @property
    def verdict(self) -> str:
        """Say in a word whether the target is kept."""
        if self.target is None:
            return ""
        return "met" if self.met else "NOT MET"

    @property
    def said(self) -> str:
        """Tell what is to be known beside the figure; above all why it is not what was promised."""
        return "; ".join(text for text in (self.note, "" if self.met else self.reason) if text)

    def document(self) -> dict[str, Any]:
        return asdict(self) | {"met": self.met}


def show(figures: Iterable[tuple[str, Figure]], console: Console) -> None:
    """Print the figures as a table, each under the measurement that it comes from."""
    table = Table("what", box=None, pad_edge=False)
    for heading, right in (("measured", True), ("unit", False), ("target", True), ("", False), ("others", False)):
        table.add_column(heading, justify="right" if right else "left", overflow="fold")
    table.add_column("note, or why not", overflow="fold")
    section = ""
    for name, figure in figures:
        if name != section:
            table.add_row(f"[bold]{name}[/bold]")
            section = name
        target = "" if figure.target is None else f"{'≥' if figure.least else '≤'} {figure.target:,.6g}"
        table.add_row(
            f"  {figure.name}", f"{figure.value:,.4g}", figure.unit, target, figure.verdict, figure.peers, figure.said
        )
    console.print(table)
