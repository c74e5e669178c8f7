"""The configuration as the values that jobs, planning and delivery go by."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from zenhub_sync.config import Config
from zenhub_sync.config.pipeline import Stage
from zenhub_sync.config.templates import in_language
from zenhub_sync.delivery.due_dates import DueDates, Holidays, Hours
from zenhub_sync.delivery.payloads import TaskStyle
from zenhub_sync.delivery.tasks import TaskPolicy
from zenhub_sync.delivery.texts import TaskTemplates
from zenhub_sync.intake.exclusion import Exclusion
from zenhub_sync.planning.policy import Policy, Safety
from zenhub_sync.planning.portal import PipelineNames, StageName
from zenhub_sync.planning.rules.owner import OwnerPolicy, Step
from zenhub_sync.planning.tickets import StageRole
from zenhub_sync.store.pruning import Retention

_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WORDS: Mapping[str, Mapping[str, str]] = {
    "pt_BR": {
        "no_subject": "sem assunto",
        "merged_into": "Mesclado no ticket #{id}: {url}",
        "follow_up_of": "Continuação do ticket #{id}: {url}",
    },
    "en": {
        "no_subject": "no subject",
        "merged_into": "Merged into ticket #{id}: {url}",
        "follow_up_of": "Follow-up of ticket #{id}: {url}",
    },
}


def portal_id(config: Config) -> str | None:
    """Return the one portal that may be written, if the configuration names it."""
    return str(config.hubspot.portal_id) if config.hubspot.portal_id is not None else None


def retention(config: Config) -> Retention:
    """Return how long the store keeps what nothing waits for any more."""
    kept = config.retention
    return Retention(
        delivered=kept.delivered.total_seconds(),
        runs=kept.runs.total_seconds(),
        deleted_tickets=kept.deleted_tickets.total_seconds(),
    )


def pipeline_names(config: Config) -> PipelineNames:
    """Return the pipeline as configured, its stages in the order of the board."""
    pipeline = config.hubspot.pipeline
    stages: dict[StageRole, StageName] = {}
    for role, stage in pipeline.stages.by_role():
        stages[StageRole(role)] = _stage_name(stage)
        if role == "contato_cs" and pipeline.after_contact is not None:
            stages[StageRole.AFTER_CONTACT] = _stage_name(pipeline.after_contact)
    return PipelineNames(id=pipeline.id, label=pipeline.label, stages=stages)


def _stage_name(stage: Stage) -> StageName:
    return StageName(id=stage.id, label=stage.label, existing=stage.existing)


def planning_policy(config: Config) -> Policy:
    """Return what planning decides by."""
    words = _WORDS[config.locale]
    return Policy(
        max_rating_age=config.rules.max_rating_age,
        after_contact=config.hubspot.pipeline.after_contact is not None,
        low_points=config.rules.low_csat.points_at_most,
        low_points_by_brand=config.rules.low_csat.by_brand,
        low_points_by_form=config.rules.low_csat.by_form,
        scanner_window=config.rules.confirm_scanner,
        no_subject=words["no_subject"],
        merged_into=words["merged_into"],
        follow_up_of=words["follow_up_of"],
        safety=Safety(
            max_escalations=config.safety.max_escalations_per_run,
            max_move_share=config.safety.max_move_share,
            min_moves=config.safety.min_moves,
        ),
    )


def exclusion(config: Config) -> Exclusion:
    """Return which Zendesk tickets are left out."""
    named = config.zendesk.exclude
    return Exclusion(
        organizations=frozenset(name.casefold() for name in named.organizations),
        brands=frozenset(named.brands),
        forms=frozenset(named.forms),
        agents_as_requester=named.agents_as_requester,
    )


def task_policy(config: Config) -> TaskPolicy:
    """Return what a task looks like, and who gets it where nobody else can."""
    return TaskPolicy(
        templates=TaskTemplates(
            subject=in_language(config.task.subject, config.locale),
            body=in_language(config.task.body, config.locale),
            locale=config.locale,
            zone=config.zone,
        ),
        style=TaskStyle(priority=config.task.priority, type=config.task.type, reminder=config.task.reminder),
        due_dates=_due_dates(config),
        owners=OwnerPolicy(
            fallback=config.owners.fallback,
            csm_property=config.owners.csm_property,
            chain=tuple(Step(step) for step in config.owners.chain),
            follow=config.owners.follow,
        ),
        settle=config.delivery.settle.total_seconds(),
    )


def _due_dates(config: Config) -> DueDates:
    task = config.task
    hours = task.business_hours
    return DueDates(
        allowance=task.due_in,
        zone=config.zone,
        hours=Hours(
            opens=hours.opens,
            closes=hours.closes,
            weekdays=frozenset(_WEEK.index(day) for day in hours.days),
        )
        if hours is not None
        else None,
        holidays=Holidays(
            country=task.holidays.country,
            state=task.holidays.state,
            categories=task.holidays.categories,
            also=frozenset(task.holidays.also),
        ),
        zones={owner.strip().lower(): ZoneInfo(zone) for owner, zone in task.timezones.items()},
    )
