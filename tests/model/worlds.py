"""Small worlds, lived and judged: the real worker from the planner on, against a simulated HubSpot on a virtual clock.

Planner, store, outbox, delivery and recovery are the real ones, on SQLite in memory. Only HTTP and Zendesk are left
out, for speed: a world takes milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import cast

from tests.fakes.clock import FakeClock
from tests.fakes.facts import COMPANY, CONTACT
from tests.fakes.portal import ANA, PORTAL, task_policy
from tests.model.fate import DiedError
from tests.model.mortal import Mortal
from tests.model.rules import F, Rule
from tests.model.scripts import Death, Script
from tests.model.shelves import Shelf
from tests.model.simulated import SimulatedHubSpot, Turn
from tests.model.verdicts import Bounds, Verdict, judge

from zenhub_sync.hubspot.client import HubSpot
from zenhub_sync.jobs import worker as jobs
from zenhub_sync.jobs.deliver_effects import deliver_effects, deliver_the_rest, pick_up
from zenhub_sync.jobs.worker import IntakePolicy, Requests, Worker
from zenhub_sync.planning.planner import plan_ticket
from zenhub_sync.planning.policy import Policy
from zenhub_sync.planning.portal import PipelineNames, StageName
from zenhub_sync.planning.tickets import Match
from zenhub_sync.store.cursors import Cursor
from zenhub_sync.store.leases import Lease
from zenhub_sync.store.staging import StagedPage
from zenhub_sync.store.store import Store
from zenhub_sync.transport.errors import ServiceError
from zenhub_sync.zendesk.client import Zendesk

# Deaths, spoilt POSTs and spoilt ticket writes may cost a run each; this is well above their sum.
_MOST_RUNS = 15
_UNHARMED = Death(at=0, restart=10.0)
# Longer than every back-off, so that what was parked is tried again.
_DAYS_LATER = 2 * 86_400.0
_MATCH = Match(company_id=COMPANY, contact_id=CONTACT)
_POLICY, _TASKS = Policy(), task_policy()
_NAMES = PipelineNames(
    id=PORTAL.pipeline_id,
    label="Suporte",
    stages={role: StageName(id=stage_id, label=role.value) for role, stage_id in PORTAL.stages.items()},
)
_INTAKE = IntakePolicy(
    agent_url="https://acme.zendesk.com",
    per_page=100,
    initial_lookback=timedelta(days=30),
    survey_scale=5,
    directory_age=timedelta(hours=20),
    free_mail=frozenset(),
    custom_statuses={},
)


@dataclass(slots=True)
class SmallWorld:
    """One world while it is lived; `planted` may hold a bug."""

    script: Script
    shelf: Shelf
    held: Lease
    rule: Rule = F
    planted: type[Mortal] = Mortal
    clock: FakeClock = field(default_factory=FakeClock)
    hubspot: SimulatedHubSpot = field(init=False)
    store: Mortal = field(init=False)
    deaths: Iterator[Death] = field(init=False)
    runs: int = 0
    crashes: int = 0
    faults: int = 0
    _left: int = 0

    def __post_init__(self) -> None:
        self.deaths = iter(self.script.deaths)
        self.store = self.planted(self.shelf, self.step)
        self.hubspot = SimulatedHubSpot(
            clock=self.clock,
            step=self.step,
            keyed=self.rule.keyed,
            turns=list(self.script.turns),
            ticket_turns=list(self.script.ticket_turns),
            refuses=frozenset(f"9{number}" for number in self.script.refused),
            people=[ANA],
        )
        self.hubspot.put("companies", COMPANY, name="Padaria Sol", hubspot_owner_id=ANA.id)
        self.hubspot.put("contacts", CONTACT, email="ana@padaria.example")

    def step(self) -> None:
        """Pass an effect point, or die there."""
        self._left -= 1
        if self._left == 0:
            self.crashes += 1
            raise DiedError

    def live(self) -> Verdict:
        """Start the worker until a run ends well, let everything land, run once more, and judge."""
        self.shelf.empty()
        ended_well = any(self._run_once() for _ in range(_MOST_RUNS))
        problems = [] if ended_well else [f"no run of {_MOST_RUNS} ended well"]
        if not any(self._rest() for _ in range(_MOST_RUNS)):
            problems.append("it goes on writing with nothing new to say")
        return judge(self.script, self.hubspot, self.shelf, problems, self._bounds())

    def _rest(self) -> bool:
        """Let days pass, run once more, and tell whether nothing is left to write."""
        self.clock.advance(_DAYS_LATER)
        self.hubspot.land()
        before = len(self.hubspot.written), len(self.hubspot.records["tasks"])
        ended_well = self._run_once()
        unchanged = before == (len(self.hubspot.written), len(self.hubspot.records["tasks"]))
        return ended_well and unchanged and self.shelf.parked_count() == len(self.script.owed & self.script.refused)

    def _run_once(self) -> bool:
        death = next(self.deaths, _UNHARMED)
        self.runs, self._left = self.runs + 1, death.at
        try:
            self._run()
        except DiedError:
            pass
        except ServiceError:
            self.faults += 1
        else:
            return True
        self.clock.advance(death.restart)
        return False

    def _run(self) -> None:
        worker = self._worker()
        pick_up(worker, self.held)
        cursor = self.store.cursor("import")
        for number in range(int(cursor.value or 0) if cursor is not None else 0, len(self.script.pages)):
            self._stage(number)
            deliver_effects(worker, self.held)
        deliver_the_rest(worker, self.held)

    def _stage(self, number: int) -> None:
        page, now = self.script.pages[number], self.clock.now()
        known = self.store.known(ticket.id for ticket in page)
        plans = [plan_ticket(ticket, known.get(ticket.id), _MATCH, _POLICY, now) for ticket in page]
        staged = StagedPage(
            mirrored=[plan.mirror for plan in plans],
            effects=[effect for plan in plans for effect in plan.effects],
            cursor=Cursor(name="import", start_time=0, value=str(number + 1)),
        )
        for _ in range(2 if self.script.echo else 1):
            self.store.stage_page(staged, self.held, now.timestamp())

    def _worker(self) -> Worker:
        return Worker(
            zendesk=cast("Zendesk", None),
            hubspot=cast("HubSpot", self.hubspot),
            store=cast("Store", self.store),
            clock=self.clock,
            policy=_POLICY,
            intake=_INTAKE,
            pipeline=_NAMES,
            portal_id=None,
            tasks=replace(_TASKS, settle=self.rule.settle),
            requests=lambda: Requests(zendesk=0, hubspot=0),
            turn=jobs.Turn(),
            recovery=self.rule.recovery(self.hubspot.search_mark),
        )

    def _bounds(self) -> Bounds:
        """Say how much may be written: each death, and each request that went wrong, may cost one repetition."""
        script = self.script
        spoilt = sum(turn is not Turn.WELL for turn in script.turns)
        return Bounds(
            posts=len(script.owed) + spoilt + self.crashes + self.runs * len(script.refused),
            repeated_writes=(self.crashes + self.faults) * len(script.latest),
        )
