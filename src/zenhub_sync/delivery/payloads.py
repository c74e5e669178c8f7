"""What is sent for an effect. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from zenhub_sync.hubspot.inputs import AssociationInput
from zenhub_sync.planning.effects import WriteTicket
from zenhub_sync.planning.moments import moment
from zenhub_sync.planning.portal import Portal
from zenhub_sync.planning.tickets import StageRole

# Association type ids, all HUBSPOT_DEFINED (developers.hubspot.com, associate records guide).
TICKET_TO_COMPANY = 26  # the primary one; 339 is the unlabelled link, which it brings along
TICKET_TO_CONTACT = 16
TASK_TO_TICKET = 230
TASK_TO_COMPANY = 192
TASK_TO_CONTACT = 204

PIPELINE = "hs_pipeline"
STAGE = "hs_pipeline_stage"
_PRIORITY = "hs_ticket_priority"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskText:
    """A task's two texts, ready for HubSpot; the body ends in the mark."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskStyle:
    """How tasks look, from the configuration; `reminder` is how long before the due date, None for never."""

    priority: str
    type: str
    reminder: timedelta | None = None


def ticket_properties(effect: WriteTicket, portal: Portal, stage: StageRole | None) -> dict[str, str]:
    """Return the properties to write; the pipeline goes with every stage, since a stage alone may be another's.

    A priority that the portal does not offer becomes the nearest one that it does, or is left out.
    """
    properties = dict(effect.properties)
    if _PRIORITY in properties:
        priority = _offered(properties.pop(_PRIORITY), portal.priorities)
        if priority is not None:
            properties[_PRIORITY] = priority
    if stage is not None:
        properties |= {PIPELINE: portal.pipeline_id, STAGE: portal.stages[stage]}
    return properties


def task_properties(text: TaskText, style: TaskStyle, owner_id: str, now: datetime, due: datetime) -> dict[str, str]:
    """Return a task's properties (developers.hubspot.com, tasks guide 2026-09).

    `hs_timestamp` is the due date, and `hs_task_reminders` takes milliseconds alone; one that has passed is left out.
    """
    properties = {
        "hs_timestamp": moment(due),
        "hs_task_subject": text.subject,
        "hs_task_body": text.body,
        "hs_task_status": "NOT_STARTED",
        "hs_task_priority": style.priority,
        "hs_task_type": style.type,
        "hubspot_owner_id": owner_id,
    }
    if style.reminder is not None and due - style.reminder > now:
        properties["hs_task_reminders"] = str(int((due - style.reminder).timestamp()) * 1000)
    return properties


def task_links(ticket_id: str, company_id: str | None, contact_id: str | None) -> dict[str, AssociationInput]:
    """Return what a task is associated with, by kind of record."""
    links = {"tickets": AssociationInput(to_id=ticket_id, type_id=TASK_TO_TICKET)}
    if company_id is not None:
        links["companies"] = AssociationInput(to_id=company_id, type_id=TASK_TO_COMPANY)
    if contact_id is not None:
        links["contacts"] = AssociationInput(to_id=contact_id, type_id=TASK_TO_CONTACT)
    return links


def _offered(priority: str, offered: frozenset[str]) -> str | None:
    if not priority or priority in offered:
        return priority
    return "HIGH" if priority == "URGENT" and "HIGH" in offered else None


def ticket_link(ui_domain: str, portal_id: str, hubspot_id: str) -> str:
    """Return where a person finds the HubSpot ticket."""
    return f"https://{ui_domain}/contacts/{portal_id}/record/0-5/{hubspot_id}"
