"""What a job works with: two vendors, one store, one clock, and the choices of the people who run it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from zenhub_sync.clock import Clock
from zenhub_sync.delivery.executor import Executor, Recovery
from zenhub_sync.delivery.portal import check_portal_id, resolve_portal
from zenhub_sync.delivery.recovery import recover
from zenhub_sync.delivery.tasks import TaskPolicy
from zenhub_sync.errors import Interrupted
from zenhub_sync.hubspot.client import HubSpot
from zenhub_sync.intake.company_index import Listing
from zenhub_sync.intake.directory import Directory
from zenhub_sync.intake.exclusion import Exclusion
from zenhub_sync.intake.existing import Newcomers
from zenhub_sync.intake.statuses import named_roles
from zenhub_sync.planning.policy import Policy
from zenhub_sync.planning.portal import PipelineNames, Portal
from zenhub_sync.planning.tickets import StageRole
from zenhub_sync.store.leases import Lease
from zenhub_sync.store.pruning import Retention
from zenhub_sync.store.store import Store
from zenhub_sync.transport.asking import Asking, OneByOne
from zenhub_sync.zendesk.client import Zendesk

# How often is asked what no change shows. Less than a day: the schedule's first run of a day may begin a few seconds
# earlier than that of the day before.
DAILY = timedelta(hours=20)
_PORTAL_OF_KEY = "portal_of_key"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOptions:
    """What one call of a job asks for; `patience` is how long it waits for another run to give up the turn."""

    dry_run: bool = False
    force: bool = False
    patience: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakePolicy:
    """How Zendesk is read. `agent_url` is where its agents work; `survey_scale` is the points of its survey."""

    agent_url: str
    per_page: int
    initial_lookback: timedelta
    survey_scale: int | None
    directory_age: timedelta
    free_mail: frozenset[str]
    custom_statuses: Mapping[str, StageRole]
    exclusion: Exclusion = field(default_factory=Exclusion)
    external_ids: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests:
    """How many requests were sent to each vendor since the worker was made."""

    zendesk: int
    hubspot: int


def _go_on() -> None:
    """Nobody asked this run to end."""


def _interrupted() -> None:
    raise Interrupted("interrupted; the next run goes on from here")


@dataclass(slots=True, kw_only=True)
class Turn:
    """The lease under which requests are sent; without one (a dry run, `setup`) nothing is checked.

    It is asked as the last thing before every request to HubSpot, after all waiting for limits: a run that was stopped
    past its lease sends nothing more, except a request that was on its way already. Nor does one that a service was
    asked to end: `end` raises `Interrupted` then, and what was not sent is settled as waiting.
    """

    held: Lease | None = None
    end: Callable[[], None] = _go_on

    def stop(self) -> None:
        """Put nothing more on the wire, from any thread."""
        self.end = _interrupted

    def check(self) -> None:
        self.end()
        if self.held is not None:
            self.held.check()


@dataclass(slots=True, kw_only=True)
class Worker:
    """Everything one run needs; made anew for each run, so that what is cached here is never old.

    `hubspot_key` is by what HubSpot's credential is known again; the credential itself is not to be had from it.
    """

    zendesk: Zendesk
    hubspot: HubSpot
    store: Store
    clock: Clock
    policy: Policy
    intake: IntakePolicy
    pipeline: PipelineNames
    portal_id: str | None
    tasks: TaskPolicy
    requests: Callable[[], Requests]
    turn: Turn
    hubspot_key: str = ""
    recovery: Recovery = recover
    asking: Asking = field(default_factory=OneByOne)
    recreate_archived: bool = False
    retention: Retention = field(default_factory=Retention)
    newcomers: Newcomers = field(default_factory=Newcomers)
    listing: Listing = field(default_factory=Listing)
    directory: Directory = field(init=False)
    _portal: Portal | None = field(default=None, init=False)
    _executor: Executor | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.directory = Directory(
            hubspot=self.hubspot,
            store=self.store,
            age=self.intake.directory_age,
            free_mail=self.intake.free_mail,
            external_ids=self.intake.external_ids,
            listing=self.listing,
        )

    def now(self) -> float:
        """Return Unix seconds."""
        return self.clock.now().timestamp()

    def is_due(self, fact: str, every: timedelta) -> bool:
        """Tell whether so much time has passed since the fact was noted, or it never was."""
        noted = self.store.fact_noted_at(fact)
        return noted is None or self.now() - noted >= every.total_seconds()

    def portal(self) -> Portal:
        """Return the pipeline as HubSpot has it, asked once, and only by a run that has something to write."""
        if self._portal is None:
            self._portal = resolve_portal(self.hubspot, self.pipeline)
        return self._portal

    def learn_statuses(self) -> None:
        """Look up the custom Zendesk statuses that the configuration names, if it names any."""
        if self.intake.custom_statuses and not self.policy.custom_roles:
            roles = named_roles(self.intake.custom_statuses, self.zendesk.custom_statuses())
            self.policy = replace(self.policy, custom_roles=roles)

    def check_portal(self, held: Lease | None = None) -> None:
        """Refuse a portal that is not the configured one, before anything of it is read into the store.

        A key is one portal's, so HubSpot is asked when another key or portal is configured, and once a day.
        """
        if self.portal_id is None:
            return
        asked = f"{self.portal_id} {self.hubspot_key}"
        if self.store.fact(_PORTAL_OF_KEY) == asked and not self.is_due(_PORTAL_OF_KEY, DAILY):
            return
        check_portal_id(self.hubspot, self.portal_id)
        if held is not None:
            self.store.note_fact(_PORTAL_OF_KEY, asked, held, self.now())

    def executor(self) -> Executor:
        """Return what writes to HubSpot."""
        if self._executor is None:
            self._executor = Executor(
                hubspot=self.hubspot,
                portal=self.portal(),
                tasks=self.tasks,
                clock=self.clock,
                recovery=self.recovery,
                history=self.store.history,
                asking=self.asking,
                recreate=self.recreate_archived,
            )
        return self._executor
