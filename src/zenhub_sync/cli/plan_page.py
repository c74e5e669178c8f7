"""What a dry run found: the counts first, then each change with its reason, those that a person notices first."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from zenhub_sync.jobs.report import PlannedChange, Report

_MOST_ROWS = 40


def show_plan(report: Report, console: Console) -> None:
    """Print the plan; nothing of it was written."""
    tally = report.tally
    counts = (
        (tally.created, "HubSpot tickets to create"),
        (tally.updated, "to update"),
        (tally.moved, "of those to move to another stage"),
        (tally.opened, "tasks to give to a CSM"),
        (tally.closed, "escalations to close"),
        (tally.suppressed, "bad ratings too old for a task"),
        (tally.unchanged, "unchanged"),
    )
    head = (
        f"{report.job} (dry run): {tally.read} tickets read, nothing written; "
        f"{report.requests.zendesk} Zendesk and {report.requests.hubspot} HubSpot requests"
    )
    console.print(head, highlight=False, soft_wrap=True)
    for count, what in counts:
        if count:
            console.print(f"{count:>8} {what}", highlight=False, soft_wrap=True)
    if report.plan:
        console.print(_table(sorted(report.plan, key=_weight)[:_MOST_ROWS]))
    all_changes = tally.created + tally.updated
    if all_changes > min(len(report.plan), _MOST_ROWS):
        more = "; --json shows all" if len(report.plan) > _MOST_ROWS else ""
        console.print(f"… and {all_changes - min(len(report.plan), _MOST_ROWS)} more{more}", highlight=False)


def _weight(change: PlannedChange) -> tuple[bool, bool, str, int]:
    """Put tasks first, then moves, then what is new, each by number."""
    return not change.escalates, change.stage is None, change.change, change.zendesk_id


def _table(changes: Sequence[PlannedChange]) -> Table:
    table = Table("ticket", "change", "stage", "task", "properties", "why", box=None, pad_edge=False)
    for change in changes:
        table.add_row(
            str(change.zendesk_id),
            change.change,
            change.stage or "",
            "yes" if change.escalates else "",
            "all" if change.change == "created" else ", ".join(change.properties),
            "; ".join(change.notes),
        )
    return table
