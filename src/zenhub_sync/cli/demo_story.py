"""The demo's story: a company's tickets arrive, statuses move, one customer is unhappy, and her CSM hears of it."""

from __future__ import annotations

import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from rich.console import Console

from zenhub_sync.cli.board import board, task_card
from zenhub_sync.cli.sandbox_environment import environment
from zenhub_sync.config import Config
from zenhub_sync.jobs.import_tickets import IMPORT
from zenhub_sync.jobs.refresh_tickets import REFRESH
from zenhub_sync.jobs.report import Report
from zenhub_sync.jobs.run_job import Job, run_job
from zenhub_sync.jobs.setup_portal import setup_portal
from zenhub_sync.jobs.worker import JobOptions
from zenhub_sync.sandbox.clock import SandboxClock
from zenhub_sync.sandbox.seed import seed_company
from zenhub_sync.sandbox.seeded import Seeded
from zenhub_sync.sandbox.server import Sandbox
from zenhub_sync.settings import load_settings
from zenhub_sync.store.opening import open_store
from zenhub_sync.wiring import build_worker, open_accounts, pipeline_names

_COMMENT = "Abri o chamado três vezes e a resposta foi sempre a mesma. Estamos pensando em cancelar."
_ANSWERS = ("Poderia limpar o cache e tentar de novo?", "Poderia limpar o cache, por favor?", "Já limpou o cache?")
_REASON = "O problema não foi resolvido"
# The export withholds the last minute (support.zendesk.com/hc/en-us/articles/8143500919322).
_UNTIL_SHOWN = 61
_MORNING = 24 * 3600


@dataclass(slots=True, kw_only=True)
class _Stage:
    sandbox: Sandbox
    database_url: str
    config: Config

    def setup(self) -> int:
        settings = load_settings(environment(self.sandbox.base_url), accounts=True)
        with open_accounts(settings, self.config, self.sandbox.clock, Random(1)) as accounts:
            names = pipeline_names(self.config)
            report = setup_portal(accounts.hubspot, names, self.sandbox.clock, portal_id=None, dry_run=False)
        return len(report.made)

    def run(self, job: Job) -> Report:
        """Run a job as the command does, on the sandbox's clock."""
        self.sandbox.clock.advance(_UNTIL_SHOWN)
        settings = load_settings(environment(self.sandbox.base_url), accounts=True)
        store = open_store(self.database_url)
        try:
            with open_accounts(settings, self.config, self.sandbox.clock, Random(1)) as accounts:
                worker = build_worker(settings, self.config, accounts, store, self.sandbox.clock)
                ended = run_job(worker, job, JobOptions(), str(uuid.uuid4()))
        finally:
            store.close()
        if ended.error is not None:
            raise ended.error
        return ended.report


def tell(console: Console) -> dict[str, Any]:
    """Play the story, print it, and return its outcome."""
    with tempfile.TemporaryDirectory(prefix="zenhub-demo-") as folder, Sandbox(clock=SandboxClock()) as sandbox:
        world = seed_company(sandbox, tickets=42)
        stage = _Stage(sandbox=sandbox, database_url=f"sqlite:///{Path(folder) / 'demo.db'}", config=_config(world))
        return _play(stage, world, console)


def _play(stage: _Stage, world: Seeded, console: Console) -> dict[str, Any]:
    made = stage.setup()
    _say(console, "1. setup", f"made {made} things in HubSpot: properties, the pipeline and its stages")
    first = stage.run(IMPORT)
    _say(console, "2. import", f"{first.tally.created} Zendesk tickets arrived in HubSpot")
    console.print(board(stage.sandbox, stage.config))

    unhappy = _live_a_day(stage, world)
    second = stage.run(REFRESH)
    _say(console, "3. refresh, a day later", f"{second.tally.updated} tickets changed; one customer rated 1 of 5")
    console.print(board(stage.sandbox, stage.config, mark=unhappy))

    portal = stage.sandbox.portal
    tasks = list(portal.associated("tickets", portal.find("tickets", "zendesk_ticket_id", str(unhappy))[0], "tasks"))
    _say(console, "4. what her CSM finds in HubSpot", f"{len(tasks)} task, due on the next working day")
    console.print(task_card(stage.sandbox, tasks[0], stage.config, world.owners))

    before = len(stage.sandbox.ledger.writes(by="api"))
    stage.run(IMPORT)
    stage.run(REFRESH)
    again = len(stage.sandbox.ledger.writes(by="api")) - before
    _say(console, "5. import and refresh again", f"{again} writes: nothing lost, nothing twice")
    return {
        "imported": first.tally.created,
        "refreshed": second.tally.updated,
        "escalations": second.tally.opened,
        "tasks": len(portal.ids("tasks")),
        "escalated_ticket": unhappy,
        "writes_of_a_second_run": again,
        "seconds_simulated": _MORNING,
    }


def _live_a_day(stage: _Stage, world: Seeded) -> int:
    """Let a day of support work pass: tickets move on, one is rated badly and one well. Return the bad one."""
    desk = stage.sandbox.desk
    unhappy, happy = _with_a_csm(stage, world)[:2]
    desk.set_status(unhappy, "open")
    for answer in _ANSWERS:
        stage.sandbox.clock.advance(_MORNING / len(_ANSWERS))
        desk.reply(unhappy, answer)
    desk.set_status(unhappy, "solved")
    desk.set_status(world.pending, "open")
    desk.set_status(world.hold, "solved")
    desk.rate(unhappy, points=1, comment=_COMMENT, reason=_REASON)
    desk.rate(happy, points=5, comment="Resolveram rápido, obrigado!")
    return unhappy


def _with_a_csm(stage: _Stage, world: Seeded) -> list[int]:
    """Return the surveyed tickets whose company has an active owner."""
    active = set(world.owners.values()) - {world.archived_owner_id}
    organizations = {number: stage.sandbox.desk.ticket(number)["organization_id"] for number in world.offered}
    return [number for number, org in organizations.items() if world.owner_of_organization(org) in active]


def _config(world: Seeded) -> Config:
    """Name a fallback owner, as a real portal should have one for companies without an owner."""
    return Config.model_validate({"owners": {"fallback": next(iter(world.owners.values()))}})


def _say(console: Console, step: str, what: str) -> None:
    console.print()
    console.print(f"[bold]{step}[/bold]: {what}", highlight=False, soft_wrap=True)
