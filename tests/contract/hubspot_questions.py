"""The questions behind the recordings of HubSpot."""

from __future__ import annotations

from tests.contract.questions import TASK, TICKET, Question

from zenhub_sync.hubspot import wire_associations, wire_objects, wire_portal
from zenhub_sync.hubspot.inputs import PropertyGroupInput, PropertyInput, UpdateInput
from zenhub_sync.sandbox.hubspot import PortalOptions

OBJECTS = "/crm/objects/2026-09"
ASSOCIATIONS = "/crm/associations/2026-09"
PROPERTIES = "/crm/properties/2026-09/tickets"
PRIMARY_COMPANY = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 26}

CREATE = wire_objects.create("tickets", {}, [])
UPDATE = wire_objects.update("tasks", [UpdateInput(id="1", properties={}, trace="t")])
PROPERTY = PropertyInput(name="x", label="X", type="string", field_type="text", group_name="g")

TASK_PIPELINE = dict.fromkeys(
    ("hs_pipeline", "hs_pipeline_stage"),
    "the recorded update has it, and since September 2026 the pipeline of tasks is no longer hidden",
)
SET_BY_THE_SYSTEM = "the recording shows the default properties alone; those of tasks and contacts show all that is set"

HUBSPOT = [
    Question(
        recording="hubspot/ticket_create_201",
        method="POST",
        path=f"{OBJECTS}/tickets",
        body={"properties": TICKET | {"hs_ticket_priority": "LOW"}},
        call=CREATE,
        deviations={
            f"+ .properties.{name}": SET_BY_THE_SYSTEM
            for name in (
                "hs_createdate",
                "hs_is_closed",
                "hs_object_source",
                "hs_object_source_id",
                "hs_object_source_label",
                "hs_ticket_id",
                "hs_v2_date_entered_1",
            )
        },
    ),
    Question(
        recording="hubspot/task_create_201",
        method="POST",
        path=f"{OBJECTS}/tasks",
        body={"properties": TASK},
        call=CREATE,
        deviations={f"+ .properties.{key}": why for key, why in TASK_PIPELINE.items()},
    ),
    Question(
        recording="hubspot/contact_create_201",
        method="POST",
        path=f"{OBJECTS}/contacts",
        body={
            "properties": {
                "email": "caio@mercado.com.br",
                "firstname": "Caio",
                "lastname": "Silva",
                "lifecyclestage": "other",
            }
        },
        call=CREATE,
    ),
    Question(
        recording="hubspot/tasks_batch_create_201",
        method="POST",
        path=f"{OBJECTS}/tasks/batch/create",
        body={"inputs": [{"properties": TASK, "objectWriteTraceId": trace} for trace in "ab"]},
        call=UPDATE,
        deviations={f"+ .results[].properties.{key}": why for key, why in TASK_PIPELINE.items()},
    ),
    Question(
        recording="hubspot/tasks_batch_update_200",
        method="POST",
        path=f"{OBJECTS}/tasks/batch/update",
        body={"inputs": [{"id": "$task", "properties": {"hs_task_subject": "x"}, "objectWriteTraceId": "t"}]},
        call=UPDATE,
    ),
    Question(
        recording="hubspot/property_create_201",
        method="POST",
        path=PROPERTIES,
        body={"name": "x", "label": "X", "type": "string", "fieldType": "text", "groupName": "ticketinformation"},
        call=wire_portal.create_property("tickets", PROPERTY),
    ),
    Question(
        recording="hubspot/property_group_create_201",
        method="POST",
        path=f"{PROPERTIES}/groups",
        body={"name": "zendesk", "label": "Zendesk"},
        call=wire_portal.create_property_group("tickets", PropertyGroupInput(name="a", label="A")),
    ),
    Question(
        recording="hubspot/associations_batch_create_201",
        method="POST",
        path=f"{ASSOCIATIONS}/tickets/companies/batch/create",
        body={"inputs": [{"from": {"id": "$ticket"}, "to": {"id": "$company"}, "types": [PRIMARY_COMPANY]}]},
        call=wire_associations.associate("tickets", "companies", 26, [("1", "2")]),
    ),
    Question(
        recording="hubspot/associations_batch_read_200",
        method="POST",
        path=f"{ASSOCIATIONS}/tickets/companies/batch/read",
        body={"inputs": [{"id": "$ticket"}]},
        call=wire_associations.associations("tickets", "companies", ["1"], after={}),
    ),
    Question(
        recording="hubspot/associations_default_put_200_ticket_contact",
        method="PUT",
        path=f"{OBJECTS}/tickets/$ticket/associations/default/contacts/$contact",
    ),
    Question(
        recording="hubspot/associations_labelled_put_201",
        method="PUT",
        path=f"{OBJECTS}/tickets/$ticket/associations/companies/$company",
        body=[PRIMARY_COMPANY],
    ),
    Question(
        recording="hubspot/associations_v4_list_200",
        path=f"{OBJECTS}/tickets/$ticket/associations/companies",
    ),
    Question(
        recording="hubspot/errors/207_batch_read_not_found",
        method="POST",
        path=f"{OBJECTS}/contacts/batch/read",
        body={"inputs": [{"id": "meows@loudly.lol"}], "idProperty": "email"},
        call=wire_objects.read("contacts", ["meows@loudly.lol"], [], id_property="email"),
    ),
    Question(
        recording="hubspot/errors/400_duplicate_ids_in_batch",
        method="POST",
        path=f"{OBJECTS}/tickets/batch/update",
        body={"inputs": [{"id": "$ticket", "properties": {"subject": "x"}}] * 2},
        call=UPDATE,
    ),
    Question(
        recording="hubspot/errors/400_invalid_option_ticket_category",
        method="POST",
        path=f"{OBJECTS}/tickets",
        body={"properties": TICKET | {"hs_ticket_category": "reports"}},
        call=CREATE,
    ),
    Question(
        recording="hubspot/errors/400_read_only_value",
        method="POST",
        path=f"{OBJECTS}/tickets",
        body={"properties": TICKET | {"hs_unique_creation_key": "x"}},
        call=CREATE,
        deviations=dict.fromkeys(("+ .correlationId", "+ .message"), "left out of the report that this one is from"),
    ),
    Question(
        recording="hubspot/errors/400_task_required_property",
        method="POST",
        path=f"{OBJECTS}/tasks",
        body={"properties": {"hs_task_subject": "x"}},
        call=CREATE,
    ),
    Question(
        recording="hubspot/errors/400_unique_value_conflict",
        method="PATCH",
        path=f"{OBJECTS}/contacts/$other_contact",
        body={"properties": {"email": "ana@padaria.com.br"}},
        call=UPDATE,
    ),
    Question(
        recording="hubspot/errors/401_invalid_authentication",
        path=f"{OBJECTS}/tickets",
        call=CREATE,
        token="pat-na1-wrong",
    ),
    Question(
        recording="hubspot/errors/409_contact_exists",
        method="POST",
        path=f"{OBJECTS}/contacts",
        body={"properties": {"email": "ana@padaria.com.br"}},
        call=CREATE,
    ),
    Question(
        recording="hubspot/errors/429_secondly",
        method="POST",
        path=f"{OBJECTS}/tickets/search",
        body={},
        call=CREATE,
        times=2,
        portal=PortalOptions(search_per_second=1),
    ),
    Question(
        recording="hubspot/errors/429_ten_secondly_rolling",
        path=f"{OBJECTS}/tickets",
        call=CREATE,
        times=2,
        portal=PortalOptions(burst=1),
    ),
]
