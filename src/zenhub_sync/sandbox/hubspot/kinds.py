"""The object types of this portal and the names a path may give them."""

from __future__ import annotations

from dataclasses import dataclass

from zenhub_sync.sandbox.hubspot.refusals import RefusalError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Kind:
    """`defaults` are the properties that come back unasked; `required` those without which nothing is created.

    There is one of each, so that they are told apart by identity.
    """

    name: str
    singular: str
    type_id: str
    defaults: tuple[str, ...]
    searched: tuple[str, ...]
    required: tuple[str, ...] = ()
    created: str = "hs_createdate"
    modified: str = "hs_lastmodifieddate"
    pipeline: str | None = None
    stage: str | None = None
    merges: bool = False


CONTACTS = Kind(
    name="contacts",
    singular="contact",
    type_id="0-1",
    defaults=("createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"),
    searched=("email", "firstname", "lastname", "phone"),
    created="createdate",
    modified="lastmodifieddate",
    merges=True,
)
# A live portal made an empty company of `{}`, though the guide asks for a name or a domain: live report, 2026-10-06.
COMPANIES = Kind(
    name="companies",
    singular="company",
    type_id="0-2",
    defaults=("createdate", "domain", "hs_lastmodifieddate", "hs_object_id", "name"),
    searched=("name", "domain", "phone", "website"),
    created="createdate",
    merges=True,
)
DEALS = Kind(
    name="deals",
    singular="deal",
    type_id="0-3",
    defaults=(
        "amount",
        "closedate",
        "createdate",
        "dealname",
        "dealstage",
        "hs_lastmodifieddate",
        "hs_object_id",
        "pipeline",
    ),
    searched=("dealname",),
    required=("dealname", "dealstage"),
    created="createdate",
    pipeline="pipeline",
    stage="dealstage",
    merges=True,
)
# hs_pipeline falls back to "0", hs_pipeline_stage to nothing: github.com/HubSpot/hubspot-api-php/issues/139
TICKETS = Kind(
    name="tickets",
    singular="ticket",
    type_id="0-5",
    defaults=(
        "content",
        "createdate",
        "hs_lastmodifieddate",
        "hs_object_id",
        "hs_pipeline",
        "hs_pipeline_stage",
        "hs_ticket_category",
        "hs_ticket_priority",
        "subject",
    ),
    searched=("subject", "content", "hs_object_id"),
    required=("hs_pipeline_stage",),
    created="createdate",
    pipeline="hs_pipeline",
    stage="hs_pipeline_stage",
    merges=True,
)
NOTES = Kind(
    name="notes",
    singular="note",
    type_id="0-46",
    defaults=("hs_createdate", "hs_lastmodifieddate", "hs_object_id"),
    searched=("hs_note_body",),
    required=("hs_timestamp",),
)
# developers.hubspot.com … crm/activities/tasks/guide: hs_timestamp, the due date, is required
TASKS = Kind(
    name="tasks",
    singular="task",
    type_id="0-27",
    defaults=("hs_createdate", "hs_lastmodifieddate", "hs_object_id"),
    searched=("hs_task_body", "hs_task_subject"),
    required=("hs_timestamp",),
)
KINDS = {kind.name: kind for kind in (CONTACTS, COMPANIES, DEALS, TICKETS, NOTES, TASKS)}
_NAMES = {alias: kind for kind in KINDS.values() for alias in (kind.name, kind.singular, kind.type_id)}


def infer(name: str, *, any_case: bool = False) -> Kind:
    """Find the object type of a path by name, singular or type id; only the properties API takes any case.

    developers.hubspot.com … using-object-apis (2026-09); live portal report, 2026-10
    """
    kind = _NAMES.get(name.lower() if any_case else name)
    if kind is None:
        raise RefusalError(400, f"Unable to infer object type from: {name}")
    return kind
