"""The one place that turns settings and configuration into live objects."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

from zenhub_sync.clock import Clock
from zenhub_sync.config import Config
from zenhub_sync.hubspot.client import HubSpot
from zenhub_sync.hubspot.refusals import decipher as decipher_hubspot
from zenhub_sync.jobs.worker import IntakePolicy, Requests, Turn, Worker
from zenhub_sync.planning.tickets import StageRole
from zenhub_sync.policies import exclusion, pipeline_names, planning_policy, portal_id, retention, task_policy
from zenhub_sync.settings import ApiToken, HubSpotAccess, Settings, ZendeskAccess
from zenhub_sync.store.store import Store
from zenhub_sync.transport.asking import Asking, OneByOne
from zenhub_sync.transport.auth import Authenticator, BasicToken, StaticBearer
from zenhub_sync.transport.call import Answer, Call
from zenhub_sync.transport.limits import hubspot_limiters, read_hubspot, read_zendesk, zendesk_limiters
from zenhub_sync.transport.meter import Meter
from zenhub_sync.transport.oauth import ClientCredentials
from zenhub_sync.transport.stack import RequestCount, SenderStack, Wire, build_sender
from zenhub_sync.zendesk.client import Zendesk
from zenhub_sync.zendesk.refusals import decipher as decipher_zendesk

__all__ = [
    "Accounts",
    "Overhear",
    "RequestCounts",
    "build_worker",
    "open_accounts",
    "open_hubspot",
    "open_zendesk",
    "pipeline_names",
    "portal_id",
]

Overhear = Callable[[Call[Any], Answer], None]
"""What is told of every answer of a vendor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCounts:
    """The requests sent to each vendor so far."""

    zendesk: RequestCount
    hubspot: RequestCount

    def __call__(self) -> Requests:
        return Requests(zendesk=self.zendesk.total, hubspot=self.hubspot.total)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meters:
    """What the answers of each vendor tell beside their bodies."""

    zendesk: Meter = field(default_factory=lambda: Meter(read_zendesk))
    hubspot: Meter = field(default_factory=lambda: Meter(read_hubspot))


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """The two vendors, ready to be asked."""

    zendesk: Zendesk
    hubspot: HubSpot
    requests: RequestCounts
    turn: Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gate:
    """What every request to HubSpot passes last: it is counted, and refused if the run has lost its turn."""

    count: RequestCount
    turn: Turn

    def __call__(self, call: Call[Any]) -> None:
        self.turn.check()
        self.count(call)


@contextmanager
def open_accounts(
    settings: Settings,
    config: Config,
    clock: Clock,
    random: Random,
    wire: Wire | None = None,
    meters: Meters | None = None,
) -> Iterator[Accounts]:
    """Connect to both vendors; nothing is sent yet."""
    heard = meters or Meters()
    zendesk_access, hubspot_access = settings.require_accounts()
    counts = RequestCounts(zendesk=RequestCount(), hubspot=RequestCount())
    turn = Turn()
    with ExitStack() as stack:
        to_zendesk = stack.enter_context(
            _zendesk_sender(
                zendesk_access,
                config,
                clock,
                random,
                counts.zendesk,
                wire,
                heard.zendesk,
                heard.zendesk.timing(clock),
            )
        )
        gate = _Gate(count=counts.hubspot, turn=turn)
        to_hubspot = stack.enter_context(
            _hubspot_sender(
                hubspot_access, config, clock, random, gate, wire, heard.hubspot, heard.hubspot.timing(clock)
            )
        )
        yield Accounts(zendesk=Zendesk(to_zendesk), hubspot=HubSpot(to_hubspot), requests=counts, turn=turn)


@contextmanager
def open_zendesk(
    settings: Settings, config: Config, clock: Clock, random: Random, overhear: Overhear | None = None
) -> Iterator[Zendesk]:
    """Connect to Zendesk alone."""
    access = settings.require_zendesk()
    with _zendesk_sender(access, config, clock, random, RequestCount(), None, overhear) as sender:
        yield Zendesk(sender)


@contextmanager
def open_hubspot(
    settings: Settings, config: Config, clock: Clock, random: Random, overhear: Overhear | None = None
) -> Iterator[HubSpot]:
    """Connect to HubSpot alone."""
    access = settings.require_hubspot()
    with _hubspot_sender(access, config, clock, random, RequestCount(), None, overhear) as sender:
        yield HubSpot(sender)


def build_worker(
    settings: Settings,
    config: Config,
    accounts: Accounts,
    store: Store,
    clock: Clock,
    asking: Asking | None = None,
) -> Worker:
    """Return everything that one run of a job needs."""
    access = settings.require_zendesk()
    return Worker(
        zendesk=accounts.zendesk,
        hubspot=accounts.hubspot,
        store=store,
        clock=clock,
        policy=planning_policy(config),
        intake=IntakePolicy(
            agent_url=f"https://{access.subdomain}.zendesk.com" if access.subdomain else access.base_url,
            per_page=config.zendesk.per_page,
            initial_lookback=config.import_.initial_lookback,
            survey_scale=config.zendesk.survey_scale,
            directory_age=config.matching.directory_age,
            free_mail=frozenset(config.matching.free_mail_domains),
            custom_statuses={name: StageRole(role) for name, role in config.zendesk.custom_statuses.items()},
            external_ids=config.matching.external_id,
            exclusion=exclusion(config),
        ),
        pipeline=pipeline_names(config),
        portal_id=portal_id(config),
        hubspot_key=_known_by(settings.require_hubspot()),
        recreate_archived=config.hubspot.recreate_archived,
        retention=retention(config),
        tasks=task_policy(config),
        requests=accounts.requests,
        turn=accounts.turn,
        asking=asking or OneByOne(),
    )


def _known_by(access: HubSpotAccess) -> str:
    """Return a digest of the credential and of whom it is shown; the token is random, so nobody finds it from that."""
    shown = f"{access.base_url} {access.token.get_secret_value()}"
    return hashlib.blake2b(shown.encode(), digest_size=8).hexdigest()


def _zendesk_sender(
    access: ZendeskAccess,
    config: Config,
    clock: Clock,
    random: Random,
    count: RequestCount,
    wire: Wire | None,
    overhear: Overhear | None = None,
    pace: Clock | None = None,
) -> SenderStack:
    auth: Authenticator
    if isinstance(access.credentials, ApiToken):
        auth = BasicToken(access.credentials.email, access.credentials.api_token)
    else:
        auth = ClientCredentials(
            access.credentials.client_id, access.credentials.client_secret, scopes=config.zendesk.scopes, clock=clock
        )
    return build_sender(
        base_url=access.base_url,
        auth=auth,
        limiters=zendesk_limiters(clock=pace or clock, share=config.zendesk.rate_share),
        decipher=decipher_zendesk,
        clock=clock,
        random=random,
        count=count,
        overhear=overhear,
        transport=wire,
    )


def _hubspot_sender(
    access: HubSpotAccess,
    config: Config,
    clock: Clock,
    random: Random,
    count: Callable[[Call[Any]], None],
    wire: Wire | None,
    overhear: Overhear | None = None,
    pace: Clock | None = None,
) -> SenderStack:
    return build_sender(
        base_url=access.base_url,
        auth=StaticBearer(access.token),
        limiters=hubspot_limiters(clock=pace or clock, share=config.hubspot.rate_share),
        decipher=decipher_hubspot,
        clock=clock,
        random=random,
        count=count,
        overhear=overhear,
        transport=wire,
    )
