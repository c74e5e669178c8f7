"""An account full of hostile tickets, and the worker that has to live with it, in one process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from tests.stories.hostile.corpus import TEXTS, Case, Place
from tests.stories.hostile.page import HostileWire
from tests.stories.stage import NOON

from zenhub_sync.cli.sandbox_environment import environment
from zenhub_sync.config import Config
from zenhub_sync.jobs.import_tickets import IMPORT
from zenhub_sync.jobs.report import Report
from zenhub_sync.jobs.run_job import run_job
from zenhub_sync.jobs.setup_portal import setup_portal
from zenhub_sync.jobs.worker import JobOptions
from zenhub_sync.sandbox.clock import SandboxClock
from zenhub_sync.sandbox.world import World
from zenhub_sync.settings import load_settings
from zenhub_sync.store.opening import open_store
from zenhub_sync.store.overview import Overview
from zenhub_sync.wiring import build_worker, open_accounts, pipeline_names

GOOD = "Impressora não imprime"
# What a task tells of a ticket and its people.
TOLD = (
    (Place.TICKET, "subject"),
    (Place.RATING, "comment"),
    (Place.RATING, "reason"),
    (Place.USER, "name"),
    (Place.ORGANIZATION, "name"),
)
_OWNER = "ana@nuvemsoft.example"


@dataclass(slots=True, kw_only=True)
class Account:
    """A sandbox, its tickets by what is wrong with them (`spoilt`), and those with which nothing is."""

    database_url: str
    per_page: int
    world: World = field(default_factory=lambda: World(clock=SandboxClock(NOON, frozen=True)))
    spoilt: dict[int, Case] = field(default_factory=dict)
    good: list[int] = field(default_factory=list)
    rated: list[int] = field(default_factory=list)
    _runs: int = 0

    def furnish(self, cases: Sequence[Case], *, good_every: int) -> None:
        """Write a good ticket after every `good_every` hostile ones; those whose text a task tells are rated badly."""
        portal, desk = self.world.portal, self.world.desk
        owner = portal.add_owner(_OWNER, "Ana", "Prado")
        portal.create("companies", {"name": "Acme", "domain": "acme.com.br", "hubspot_owner_id": owner})
        shared = desk.add_organization("Acme", domain_names=("acme.com.br",))
        rui = desk.add_user("Rui", "rui@acme.com.br", organization_id=shared)
        for n, case in enumerate(cases):
            organization, requester = shared, rui
            if case.place is Place.ORGANIZATION:
                organization = desk.add_organization(f"Acme {n}", domain_names=("acme.com.br",))
            if case.place is Place.USER:
                requester = desk.add_user(f"Rui {n}", f"rui{n}@acme.com.br", organization_id=organization)
            number = self._ticket(organization, requester)
            self.spoilt[number] = case
            if (case.place, case.field) in TOLD and case.raw == TEXTS.get(case.what):
                desk.rate(number, points=1, comment="Ruim")
                self.rated.append(number)
            if n % good_every == 0:
                self.good.append(self._ticket(shared, rui))

    def _ticket(self, organization: int, requester: int) -> int:
        return self.world.desk.add_ticket(
            subject=GOOD, description="…", requester_id=requester, organization_id=organization, status="open"
        )

    def setup(self) -> None:
        settings, config = load_settings(environment("http://127.0.0.1:1"), accounts=True), Config()
        wire = HostileWire(self.world, {})
        with open_accounts(settings, config, self.world.clock, Random(0), wire) as accounts:
            setup_portal(accounts.hubspot, pipeline_names(config), self.world.clock, portal_id=None, dry_run=False)

    def import_(self, *, mended: bool = False) -> Report:
        """Run an import to its end; `mended` shows the tickets as they are, with nothing spoilt."""
        self.world.clock.advance(4_000)
        settings = load_settings(environment("http://127.0.0.1:1"), accounts=True)
        config = Config.model_validate({"zendesk": {"per_page": self.per_page}, "owners": {"fallback": _OWNER}})
        store = open_store(self.database_url)
        wire = HostileWire(self.world, {} if mended else self.spoilt)
        try:
            with open_accounts(settings, config, self.world.clock, Random(0), wire) as accounts:
                worker = build_worker(settings, config, accounts, store, self.world.clock)
                self._runs += 1
                ended = run_job(worker, IMPORT, JobOptions(force=True), f"run-{self._runs}")
        finally:
            store.close()
        assert self.world.crashes == []
        if ended.error is not None:
            raise ended.error
        return ended.report

    def overview(self) -> Overview:
        store = open_store(self.database_url)
        try:
            return store.overview()
        finally:
            store.close()

    def mirrored(self) -> dict[int, Mapping[str, str]]:
        """Return the HubSpot tickets by the Zendesk ticket they stand for."""
        portal = self.world.portal
        tickets = [portal.properties_of("tickets", ticket) for ticket in portal.ids("tickets")]
        found = {int(ticket["zendesk_ticket_id"]): ticket for ticket in tickets}
        assert len(found) == len(tickets), "one HubSpot ticket for each Zendesk ticket"
        return found
