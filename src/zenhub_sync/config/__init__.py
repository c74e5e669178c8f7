"""The policy: what `config/zenhub-sync.yaml` may say, with a default for everything it does not say."""

from __future__ import annotations

from zenhub_sync.config.loading import DEFAULT_PATH, load_config
from zenhub_sync.config.model import (
    Config,
    Delivery,
    HubSpot,
    Import,
    LowCsat,
    Matching,
    Owners,
    Rules,
    Safety,
    Schedule,
    Zendesk,
)
from zenhub_sync.config.pipeline import STAGE_ROLES, Pipeline, Stage, StageRole, Stages, ticket_state
from zenhub_sync.config.tasks import Task
from zenhub_sync.config.templates import TEMPLATE_VARIABLES

__all__ = [
    "DEFAULT_PATH",
    "STAGE_ROLES",
    "TEMPLATE_VARIABLES",
    "Config",
    "Delivery",
    "HubSpot",
    "Import",
    "LowCsat",
    "Matching",
    "Owners",
    "Pipeline",
    "Rules",
    "Safety",
    "Schedule",
    "Stage",
    "StageRole",
    "Stages",
    "Task",
    "Zendesk",
    "load_config",
    "ticket_state",
]
