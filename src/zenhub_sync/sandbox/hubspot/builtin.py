"""The properties and groups that every portal is born with, as far as this product meets them.

Sources: developers.hubspot.com … objects/tickets/guide, contacts/guide, companies/guide, activities/tasks/guide
(2026-09) and live answers of tickets, contacts and tasks.
"""

from __future__ import annotations

from collections.abc import Iterator

from zenhub_sync.sandbox.hubspot.definitions import Definition, Group, Option

# The names of the default groups of tasks and notes are not established: nobody may count on these two.
GROUPS = {
    "contacts": "contactinformation",
    "companies": "companyinformation",
    "deals": "dealinformation",
    "tickets": "ticketinformation",
    "notes": "noteinformation",
    "tasks": "taskinformation",
}

# One line a property: name, type, then `ro` for a value nobody may set, `unique`, or options after a colon.
_EVERYWHERE = """
hs_object_id number ro unique
hs_createdate datetime ro
hs_lastmodifieddate datetime ro
hs_object_source string ro
hs_object_source_id string ro
hs_object_source_label string ro
hs_created_by_user_id number ro
hs_unique_creation_key string ro unique
hs_merged_object_ids string ro
hubspot_owner_id owner
hubspot_owner_assigneddate datetime ro
"""
# `createdate` is refused here although a portal may let the API set it: nothing may count on that.
_CONTACTS = """
email email
firstname string
lastname string
phone phone_number
jobtitle string
company string
website string
createdate datetime ro
lastmodifieddate datetime ro
hs_additional_emails string ro
hs_email_domain string ro
hs_all_contact_vids string ro
hs_is_contact bool ro
hs_is_unworked bool ro
hs_marketable_until_renewal bool ro
hs_pipeline string ro
associatedcompanyid number ro
notes_next_activity_date datetime ro
hs_legal_basis string
"""
_COMPANIES = """
name string
domain string
website string
phone phone_number
city string
country string
description string
numberofemployees number
createdate datetime ro
hs_additional_domains string ro
hs_num_open_deals number ro
notes_next_activity_date datetime ro
"""
_DEALS = """
dealname string
amount number
closedate datetime
createdate datetime ro
pipeline enumeration
dealstage enumeration
"""
_TICKETS = """
subject string
content string
createdate datetime ro
closed_date datetime ro
hs_is_closed bool ro
time_to_close number ro
hs_ticket_id number ro
hs_pipeline enumeration
hs_pipeline_stage enumeration
hs_ticket_priority enumeration editable : LOW MEDIUM HIGH URGENT
hs_ticket_category enumeration editable : PRODUCT_ISSUE BILLING_ISSUE FEATURE_REQUEST GENERAL_INQUIRY
hs_resolution enumeration editable : ISSUE_FIXED FEATURE_REQUEST_TRACKED REFUND_APPLIED SENT_KNOWLEDGE_DOCUMENT_LINK
source_type enumeration : CHAT EMAIL FORM PHONE
hs_primary_company string ro
hs_primary_company_id number ro
hs_primary_company_name string ro
hs_num_associated_companies number ro
hs_all_associated_contact_emails string ro
hs_feedback_last_ces_rating string ro
hs_feedback_last_survey_date datetime ro
notes_next_activity_date datetime ro
hs_pinned_engagement_id number
"""
_NOTES = """
hs_timestamp datetime
hs_note_body string
hs_body_preview string ro
hs_body_preview_html string ro
hs_body_preview_is_truncated bool ro
"""
# The five statuses are what portals really have; the guide names two. hs_pipeline and hs_pipeline_stage are left to
# HubSpot: a client says hs_task_status.
_TASKS = """
hs_timestamp datetime
hs_task_subject string
hs_task_body string
hs_task_status enumeration : NOT_STARTED IN_PROGRESS WAITING COMPLETED DEFERRED
hs_task_priority enumeration : NONE LOW MEDIUM HIGH
hs_task_type enumeration : TODO CALL EMAIL LINKED_IN_CONNECT LINKED_IN_MESSAGE LINKED_IN
hs_task_reminders milliseconds
hs_queue_membership_ids string
hs_pipeline string ro
hs_pipeline_stage string ro
hs_body_preview string ro
hs_body_preview_html string ro
hs_body_preview_is_truncated bool ro
hs_num_associated_tickets number ro
hs_task_completion_date datetime ro
hs_task_completion_count number ro
hs_task_family string ro
hs_task_for_object_type string ro
hs_task_is_all_day bool ro
hs_task_is_completed number ro
hs_task_is_completed_call number ro
hs_task_is_completed_email number ro
hs_task_is_completed_linked_in number ro
hs_task_is_completed_sequence number ro
hs_task_is_overdue bool ro
hs_task_is_past_due_date bool ro
hs_task_missed_due_date bool ro
hs_task_missed_due_date_count number ro
"""
_STAGES_OF_LIFE = "subscriber lead marketingqualifiedlead salesqualifiedlead opportunity customer evangelist other"
_LIFECYCLE = "\n".join(
    [
        f"lifecyclestage enumeration : {_STAGES_OF_LIFE}",
        *(f"hs_lifecyclestage_{stage}_date datetime ro" for stage in _STAGES_OF_LIFE.split()),
    ]
)
_OWN = {
    "contacts": _CONTACTS + _LIFECYCLE,
    "companies": _COMPANIES + _LIFECYCLE,
    "deals": _DEALS,
    "tickets": _TICKETS,
    "notes": _NOTES,
    "tasks": _TASKS,
}
_FIELD_TYPES = {
    "string": "text",
    "number": "number",
    "datetime": "date",
    "date": "date",
    "bool": "booleancheckbox",
    "enumeration": "select",
    "phone_number": "phonenumber",
}
# Shorthands of the tables above: what the value check of that name is told apart by is the definition's name.
_SHORTHANDS = {"email": "string", "milliseconds": "datetime", "owner": "enumeration"}


def groups(kind: str) -> dict[str, Group]:
    name = GROUPS[kind]
    return {name: Group(name=name, label=f"{kind.capitalize()} information")}


def definitions(kind: str) -> Iterator[Definition]:
    """Give HubSpot's own properties of one object type."""
    for line in filter(None, (_EVERYWHERE + _OWN[kind]).splitlines()):
        words, _, values = line.partition(":")
        name, shorthand, *flags = words.split()
        type_ = _SHORTHANDS.get(shorthand, shorthand)
        yield Definition(
            name=name,
            label=name.removeprefix("hs_").replace("_", " ").capitalize(),
            type=type_,
            field_type=_FIELD_TYPES[type_],
            group_name=GROUPS[kind],
            options=_options(type_, values.split()),
            unique="unique" in flags,
            read_only="ro" in flags,
            external_options=shorthand == "owner",
            referenced_object_type="OWNER" if shorthand == "owner" else None,
            builtin=True,
            locked="editable" not in flags,
        )


def _options(type_: str, values: list[str]) -> tuple[Option, ...]:
    spelled = ["true", "false"] if type_ == "bool" else values
    return tuple(
        Option(label=value.replace("_", " ").capitalize(), value=value, display_order=order)
        for order, value in enumerate(spelled)
    )
