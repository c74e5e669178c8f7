"""The values HubSpot sets by itself when a record is written or read."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import datetime

from zenhub_sync.sandbox.hubspot.kinds import COMPANIES, CONTACTS, NOTES, TASKS, TICKETS
from zenhub_sync.sandbox.hubspot.pipeline_models import TASK_PIPELINE, TASK_STAGES
from zenhub_sync.sandbox.hubspot.records import Record
from zenhub_sync.sandbox.hubspot.times import milliseconds, read_iso, stamp
from zenhub_sync.sandbox.hubspot.world import API, World

_TAG = re.compile(r"<[^>]*>")
_PREVIEW = 512
_PRIMARY_COMPANY = 26
# What a task has besides the values it was given: live answer to a creation, 2025-02-18.
_NEW_TASK = {
    "hs_task_completion_count": "0",
    "hs_task_family": "SALES",
    "hs_task_for_object_type": "OWNER",
    "hs_task_is_all_day": "false",
    "hs_task_is_completed_call": "0",
    "hs_task_is_completed_email": "0",
    "hs_task_is_completed_linked_in": "0",
    "hs_task_is_completed_sequence": "0",
    "hs_task_missed_due_date": "false",
    "hs_task_missed_due_date_count": "0",
    "hs_pipeline": TASK_PIPELINE,
}
_TASK_DEFAULTS = {"hs_task_status": "NOT_STARTED", "hs_task_priority": "NONE", "hs_task_type": "TODO"}


def on_create(world: World, record: Record, by: str) -> Mapping[str, str]:
    """Return the system values of a new record."""
    born = stamp(record.created_at)
    source = "INTEGRATION" if by == API else "CRM_UI"
    values = {
        record.kind.created: born,
        "hs_object_id": record.id,
        "hs_object_source": source,
        "hs_object_source_label": source,
        "hs_object_source_id": str(world.options.portal_id + 1) if by == API else "userId:9586504",
    }
    # A new contact has none, others are not on record (live answer, 2024-04-25).
    if record.kind is not CONTACTS:
        values["hs_createdate"] = born
    if record.kind is TICKETS:
        values["hs_ticket_id"] = record.id
    if record.kind is TASKS:
        values |= _NEW_TASK | {name: value for name, value in _TASK_DEFAULTS.items() if name not in record.values}
    if record.kind is CONTACTS:
        values |= {
            "hs_all_contact_vids": record.id,
            "hs_is_contact": "true",
            "hs_is_unworked": "true",
            "hs_marketable_until_renewal": "false",
            "hs_pipeline": "contacts-lifecycle-pipeline",
        }
    return values


def on_change(world: World, record: Record, changed: Mapping[str, str], at: datetime) -> Mapping[str, str]:
    """Return what follows from values that were just written; `changed` holds the ones before."""
    values: dict[str, str] = {record.kind.modified: stamp(at)}
    if "hubspot_owner_id" in changed:
        values["hubspot_owner_assigneddate"] = stamp(at)
    if record.kind.stage in changed:
        values |= _stage(world, record, changed[record.kind.stage or ""], at)
    if record.kind is CONTACTS and "email" in changed:
        values["hs_email_domain"] = record.values.get("email", "").rpartition("@")[2]
    if record.kind is CONTACTS and record.values.get("lifecyclestage") and "lifecyclestage" in changed:
        values[f"hs_lifecyclestage_{record.values['lifecyclestage']}_date"] = stamp(at)
    body = {TASKS.name: "hs_task_body", NOTES.name: "hs_note_body"}.get(record.kind.name)
    if body in changed:
        values |= _preview(record.values.get(body or "", ""))
    if record.kind is TASKS and "hs_task_status" in changed:
        values |= _status(record, at)
    return values


def on_read(world: World, record: Record, now: datetime) -> Mapping[str, str]:
    """Return the values that time and associations make, not writes."""
    if record.kind is TASKS:
        due = read_iso(record.values.get("hs_timestamp", ""))
        open_ = record.values.get("hs_task_status") != "COMPLETED"
        late = "true" if due is not None and open_ and due < now else "false"
        tickets = len(world.associated(record, TICKETS))
        counted = {"hs_num_associated_tickets": str(tickets)} if tickets else {}
        return {"hs_task_is_overdue": late, "hs_task_is_past_due_date": late} | counted
    if record.kind is TICKETS:
        return _companies_of(world, record)
    return {}


def _companies_of(world: World, record: Record) -> Mapping[str, str]:
    companies = world.associated(record, COMPANIES)
    if not companies:
        return {}
    values = {"hs_num_associated_companies": str(len(companies))}
    primary = next((id_ for id_, types in companies.items() if _PRIMARY_COMPANY in types), None)
    company = world.records.get(COMPANIES, primary) if primary else None
    if company is not None:
        name = company.values.get("name", "")
        values |= {"hs_primary_company_id": company.id}
        values |= {"hs_primary_company": name, "hs_primary_company_name": name} if name else {}
    return values


def _stage(world: World, record: Record, before: str, at: datetime) -> Mapping[str, str]:
    """Keep the stage clocks and, for a ticket, what its CLOSED stages mean."""
    after = record.values.get(record.kind.stage or "", "")
    values = {f"hs_v2_date_entered_{after}": stamp(at)}
    if before and world.stage(record.kind, before):
        values[f"hs_v2_date_exited_{before}"] = stamp(at)
    found = world.stage(record.kind, after)
    if record.kind is not TICKETS or found is None:
        return values
    closed = found[1].closed
    was_closed = record.values.get("hs_is_closed") == "true"
    values["hs_is_closed"] = "true" if closed else "false"
    if closed and not was_closed:
        values["closed_date"] = stamp(at)
        values["time_to_close"] = str(milliseconds(at) - milliseconds(record.created_at))
    if not closed:
        values |= {"closed_date": "", "time_to_close": ""}
    return values


def _preview(body: str) -> Mapping[str, str]:
    text = html.unescape(_TAG.sub("", body)).strip()
    framed = f"<html>\n <head></head>\n <body>\n {body[:_PREVIEW]}\n </body>\n</html>"
    return {
        "hs_body_preview": text[:_PREVIEW],
        "hs_body_preview_html": framed if body else "",
        "hs_body_preview_is_truncated": "true" if len(text) > _PREVIEW else "false",
    }


def _status(record: Record, at: datetime) -> Mapping[str, str]:
    """Follow a task's status into its pipeline stage; IN_PROGRESS has no stage of its own there."""
    status = record.values.get("hs_task_status", "")
    done = status == "COMPLETED"
    count = int(record.values.get("hs_task_completion_count", "0")) + done
    return {
        "hs_task_is_completed": "1" if done else "0",
        "hs_task_completion_date": stamp(at) if done else "",
        "hs_task_completion_count": str(count),
        "hs_pipeline_stage": TASK_STAGES.get(status, TASK_STAGES["NOT_STARTED"]),
    }
