"""The HubSpot pipeline as a board, and a task as its owner reads it, out of what the sandbox holds."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import datetime

from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from zenhub_sync.config import Config
from zenhub_sync.sandbox.server import Sandbox

_CARDS = 3
_LONGEST = 46
_LINK = re.compile(r'<a href="([^"]*)">([^<]*)</a>')
_KINDS = (("tickets", "subject"), ("companies", "name"), ("contacts", "email"))


def board(sandbox: Sandbox, config: Config, mark: int | None = None) -> Table:
    """Draw each stage with its newest tickets; `mark` is the ticket to point at."""
    pipeline = config.hubspot.pipeline
    stages = [stage for _, stage in pipeline.stages.by_role()]
    cards: dict[str, list[tuple[int, str]]] = {stage.id: [] for stage in stages}
    for ticket_id in sandbox.portal.ids("tickets"):
        said = sandbox.portal.properties_of("tickets", ticket_id)
        cards.setdefault(said["hs_pipeline_stage"], []).append((int(said["zendesk_ticket_id"]), said["subject"]))
    table = Table(title=f"HubSpot · {pipeline.label}", title_justify="left", show_header=False)
    table.add_column("stage", no_wrap=True)
    table.add_column("tickets", justify="right")
    table.add_column("newest", overflow="fold")
    for stage in stages:
        here = cards[stage.id]
        style = "bold red" if mark in {number for number, _ in here} else ""
        table.add_row(Text(stage.label, style=style), str(len(here)), _newest(here, mark))
    return table


def _newest(cards: list[tuple[int, str]], mark: int | None) -> Text:
    shown = sorted(cards, key=lambda card: (card[0] != mark, -card[0]))[:_CARDS]
    line = Text("\n").join(
        Text(f"#{number} {_short(subject)}", style="bold red" if number == mark else "") for number, subject in shown
    )
    return line.append("\n…", style="dim") if len(cards) > len(shown) else line


def _short(subject: str) -> str:
    return subject if len(subject) <= _LONGEST else subject[: _LONGEST - 1] + "…"


def task_card(sandbox: Sandbox, task_id: str, config: Config, owners: Mapping[str, str]) -> Panel:
    """Show a task as HubSpot shows it: title, whose it is, when it is due, and the notes.

    `owners` gives the id of each owner by name.
    """
    portal = sandbox.portal
    task = portal.properties_of("tasks", task_id)
    owner = next((name for name, owner_id in owners.items() if owner_id == task["hubspot_owner_id"]), "ninguém")
    due = datetime.fromisoformat(task["hs_timestamp"]).astimezone(config.zone)
    body = Text()
    body.append(f"Responsável: {owner}\n", style="bold")
    body.append(f"Vence em {due:%d/%m/%Y %H:%M} · prioridade {task['hs_task_priority']}\n\n")
    body.append(_readable(task["hs_task_body"]))
    body.append("\n\nAssociada a: ", style="bold")
    linked = [
        portal.properties_of(kind, record).get(name, "")
        for kind, name in _KINDS
        for record in portal.associated("tasks", task_id, kind)
    ]
    body.append(" · ".join(linked))
    return Panel(body, title=Text(task["hs_task_subject"], style="bold"), title_align="left", padding=(1, 2))


def _readable(body: str) -> str:
    """Turn the little HTML of a task's notes into lines."""
    return html.unescape(_LINK.sub(r"\2: \1", body).replace("<br>\n", "\n").replace("<br>", "\n")).strip()
