"""Our pipeline in a portal, and the escalation's settings."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from zenhub_sync.delivery.due_dates import DueDates
from zenhub_sync.delivery.payloads import TaskStyle
from zenhub_sync.delivery.tasks import TaskPolicy
from zenhub_sync.delivery.texts import TaskTemplates
from zenhub_sync.hubspot.models import Owner
from zenhub_sync.planning.portal import Portal
from zenhub_sync.planning.rules.owner import OwnerPolicy
from zenhub_sync.planning.tickets import StageRole
from zenhub_sync.planning.working_time import Allowance

PORTAL = Portal(
    pipeline_id="p1",
    stages={role: f"stage-{role}" for role in StageRole},
    priorities=frozenset({"LOW", "MEDIUM", "HIGH", "URGENT"}),
)
SETTLE = 120.0

ANA = Owner(id="77", email="ana@cs.example", first_name="Ana", last_name="Lima")
BIA = Owner(id="78", email="bia@cs.example", first_name="Bia", archived=True)
FALLBACK = Owner(id="79", email="plantao@cs.example")


def task_policy(*, fallback: str | None = None, body: str = "{{ rating.comment }}") -> TaskPolicy:
    """Return short templates that show what decides: the company and why the task came here."""
    templates = TaskTemplates(
        subject="{{ company or 'Sem empresa' }}", body=body, locale="pt_BR", zone=ZoneInfo("America/Sao_Paulo")
    )
    style = TaskStyle(priority="HIGH", type="TODO")
    due = DueDates(allowance=Allowance(clock=timedelta(hours=24)), zone=templates.zone)
    return TaskPolicy(
        templates=templates, style=style, due_dates=due, owners=OwnerPolicy(fallback=fallback), settle=SETTLE
    )
