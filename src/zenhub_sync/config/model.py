"""The configuration as frozen values, named as in the YAML, each with its default."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from zenhub_sync.config.cron import cron
from zenhub_sync.config.free_mail import FREE_MAIL_DOMAINS
from zenhub_sync.config.pipeline import Pipeline
from zenhub_sync.config.tasks import Task, zone_name
from zenhub_sync.config.values import Duration, ListOf, Name, PositiveDuration, Section, Share, at_least
from zenhub_sync.planning.history import HISTORY_DAYS

# A person has to read the mail first; a scanner follows its links at once.
_SCANNER = timedelta(seconds=30)

Cron = Annotated[str, AfterValidator(cron)]
OwnerStep = Literal["csm", "company", "parent", "contact"]
StatusRole = Literal["new", "open", "pending", "hold", "solved", "closed"]


def _owner(value: str) -> str:
    if not (value.isdigit() or "@" in value.strip("@")):
        raise ValueError("must be the e-mail or the id of a HubSpot owner")
    return value


def _domain(value: str) -> str:
    domain = value.strip().lower()
    if "." not in domain.strip(".") or any(mark in domain for mark in "@/ "):
        raise ValueError("must be a mail domain such as gmail.com")
    return domain


def _window(value: object) -> object:
    """Take `true` for the default window, and `false` for none."""
    return {True: _SCANNER, False: None}[value] if isinstance(value, bool) else value


def _scope(value: str) -> str:
    if not value or any(character.isspace() for character in value):
        raise ValueError("must be one scope, such as tickets:read")
    return value


def _names_as_text(value: object) -> object:
    return {str(name): role for name, role in value.items()} if isinstance(value, dict) else value


Scope = Annotated[str, AfterValidator(_scope)]
Id = Annotated[int, Field(gt=0)]
Points = Annotated[int, Field(ge=1, le=10)]


class Schedule(Section):
    """When `serve` starts each job, in the configured time zone."""

    import_: Cron = "0 6 * * *"
    refresh: Cron = "0 7,13 * * *"
    watch: Cron | None = None


class Import(Section):
    """How far back the first import looks."""

    initial_lookback: PositiveDuration = timedelta(days=30)


class Backfill(Section):
    """How much of what the live jobs may ask of the vendors a backfill beside them may ask on top."""

    rate_share: Share = 0.5


class Exclude(Section):
    """Tickets that are not brought in; brands and forms by id, organizations by id or name."""

    organizations: Annotated[tuple[Name, ...], ListOf] = ()
    brands: Annotated[tuple[Id, ...], ListOf] = ()
    forms: Annotated[tuple[Id, ...], ListOf] = ()
    agents_as_requester: bool = False


class Zendesk(Section):
    """How Zendesk is read; `custom_statuses` names the role of a custom status, by its name or its id.

    `survey_scale` is the highest point of the account's survey: its answers carry the point given, not the scale.
    """

    rate_share: Share = 0.5
    per_page: Annotated[int, Field(ge=1, le=1000)] = 1000
    scopes: Annotated[tuple[Scope, ...], ListOf, Field(min_length=1)] = (
        "tickets:read",
        "users:read",
        "organizations:read",
    )
    survey_scale: Annotated[int, Field(ge=2, le=10)] | None = 5
    custom_statuses: Annotated[Mapping[str, StatusRole], BeforeValidator(_names_as_text)] = {}
    exclude: Exclude = Exclude.unsaid()


class HubSpot(Section):
    """Which portal is written, where in it, and how fast.

    With `recreate_archived`, HubSpot tickets that people archived are made again.
    """

    portal_id: Annotated[int, Field(gt=0)] | None = None
    rate_share: Share = 0.8
    pipeline: Pipeline = Pipeline.unsaid()
    recreate_archived: bool = False


class Owners(Section):
    """Who gets a task: the first active owner of the chain, else the fallback (e-mail or id of a HubSpot owner).

    `csm_property` is the internal name of the company property that names its CSM.
    """

    fallback: Annotated[Name, AfterValidator(_owner)] | None = None
    csm_property: Name | None = None
    chain: Annotated[tuple[OwnerStep, ...], ListOf] = ("csm", "company", "parent", "contact")
    follow: bool = True


class LowCsat(Section):
    """What counts as bad; None: what the ticket's rating says. Brands and forms go by id, forms first."""

    points_at_most: Points | None = None
    by_brand: Mapping[Id, Points | None] = {}
    by_form: Mapping[Id, Points | None] = {}


class Rules(Section):
    """When a rating opens an escalation."""

    max_rating_age: PositiveDuration = timedelta(days=7)
    low_csat: LowCsat = LowCsat.unsaid()
    confirm_scanner: Annotated[PositiveDuration | None, BeforeValidator(_window)] = _SCANNER


class Matching(Section):
    """How an organization finds its company: never by a domain where anybody can get an address.

    `external_id` says that an organization's external id, where it is a number, is the id of its HubSpot company.
    """

    external_id: bool = False

    free_mail_domains: Annotated[tuple[Annotated[str, AfterValidator(_domain)], ...], ListOf] = FREE_MAIL_DOMAINS
    directory_age: Duration = timedelta(hours=24)


class Delivery(Section):
    """How long a write of unknown outcome is left alone before it is looked for and, if absent, repeated."""

    settle: Duration = timedelta(seconds=120)


class Safety(Section):
    """What one run may do at most without being asked twice."""

    max_escalations_per_run: Annotated[int, Field(ge=0)] = 50
    max_move_share: Annotated[float, Field(ge=0, le=1)] = 0.3
    min_moves: Annotated[int, Field(ge=0)] = 100


class Retention(Section):
    """How long the database keeps what nothing waits for any more; what prevents a second ticket or task stays.

    The least: a week to explain what was done about tasks, what the status page shows of runs, and the history of a
    company, in which a ticket that Zendesk deleted for good still counts.
    """

    delivered: Annotated[Duration, AfterValidator(at_least(timedelta(days=7)))] = timedelta(days=30)
    runs: Annotated[Duration, AfterValidator(at_least(timedelta(days=31)))] = timedelta(days=90)
    deleted_tickets: Annotated[Duration, AfterValidator(at_least(timedelta(days=HISTORY_DAYS)))] = timedelta(days=120)


class Alerts(Section):
    """When people are told; whom they are told by is in the environment, for those addresses are secrets."""

    late_after: PositiveDuration = timedelta(hours=2)
    parked_after: PositiveDuration = timedelta(days=1)
    escalation_after: PositiveDuration = timedelta(days=3)
    silence: PositiveDuration | None = timedelta(days=3)
    ending_within: PositiveDuration = timedelta(days=30)


class StatusPage(Section):
    """Who may see ids and reasons on the status page: whoever knows the token; without one, nobody."""

    token: SecretStr | None = None


class Config(Section):
    """The whole policy; `Config()` is the default one."""

    locale: Literal["pt_BR", "en"] = "pt_BR"
    timezone: Annotated[str, AfterValidator(zone_name)] = "America/Sao_Paulo"
    schedule: Schedule = Schedule.unsaid()
    import_: Import = Import.unsaid()
    backfill: Backfill = Backfill.unsaid()
    zendesk: Zendesk = Zendesk.unsaid()
    hubspot: HubSpot = HubSpot.unsaid()
    owners: Owners = Owners.unsaid()
    rules: Rules = Rules.unsaid()
    matching: Matching = Matching.unsaid()
    task: Task = Task.unsaid()
    delivery: Delivery = Delivery.unsaid()
    safety: Safety = Safety.unsaid()
    retention: Retention = Retention()
    alerts: Alerts = Alerts.unsaid()
    status_page: StatusPage = StatusPage.unsaid()

    def slowed(self) -> Config:
        """Return the same policy with the request shares of a backfill."""
        share = self.backfill.rate_share
        zendesk = self.zendesk.model_copy(update={"rate_share": self.zendesk.rate_share * share})
        hubspot = self.hubspot.model_copy(update={"rate_share": self.hubspot.rate_share * share})
        return self.model_copy(update={"zendesk": zendesk, "hubspot": hubspot})

    @property
    def zone(self) -> ZoneInfo:
        """Return the configured time zone."""
        return ZoneInfo(self.timezone)
