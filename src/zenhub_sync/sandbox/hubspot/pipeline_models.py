"""Pipelines and stages as a portal keeps them, and the ones it is born with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from zenhub_sync.sandbox.hubspot.times import stamp


@dataclass(slots=True, kw_only=True)
class Stage:
    id: str
    label: str
    display_order: int
    metadata: dict[str, str]
    created_at: datetime
    updated_at: datetime

    @property
    def closed(self) -> bool:
        return self.metadata.get("isClosed") == "true"

    def as_json(self) -> dict[str, Any]:
        return {
            "label": self.label,
            "displayOrder": self.display_order,
            "metadata": dict(self.metadata),
            "id": self.id,
            "createdAt": stamp(self.created_at),
            "updatedAt": stamp(self.updated_at),
            "archived": False,
            "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
        }


@dataclass(slots=True, kw_only=True)
class Pipeline:
    id: str
    label: str
    display_order: int
    created_at: datetime
    updated_at: datetime
    custom: bool = True
    stages: list[Stage] = field(default_factory=list)

    def stage(self, stage_id: str) -> Stage | None:
        return next((stage for stage in self.stages if stage.id == stage_id), None)

    def as_json(self) -> dict[str, Any]:
        return {
            "label": self.label,
            "displayOrder": self.display_order,
            "id": self.id,
            "stages": [stage.as_json() for stage in self.stages],
            "createdAt": stamp(self.created_at),
            "updatedAt": stamp(self.updated_at),
            "archived": False,
        }


# developers.hubspot.com … pipelines/guide (2026-09): Support Pipeline `0`
_TICKET_STAGES = (
    ("1", "New", "OPEN"),
    ("2", "Waiting on contact", "OPEN"),
    ("3", "Waiting on us", "OPEN"),
    ("4", "Closed", "CLOSED"),
)
_DEAL_STAGES = (("appointmentscheduled", "0.2"), ("closedwon", "1.0"), ("closedlost", "0.0"))
# The hidden pipeline of tasks: github.com/airbytehq/airbyte/pull/86415 (September 2026). The tail of these stage ids is
# made up where only the head was published; a recorded update shows the one of Waiting in full.
TASK_PIPELINE = "3d314325-1b2a-4225-9388-375f49c57ec3"
TASK_STAGES = {
    "NOT_STARTED": "af0e6a5c-2ea3-4c72-b69f-7c6cb3fdb591",
    "WAITING": "dd5826e4-c976-4654-a527-b59ada542e52",
    "COMPLETED": "61bafb31-e7fa-46ed-aaa9-1322438d6e67",
    "DEFERRED": "fc8148fb-3a2d-4b59-834e-69b7859347cb",
}


def ticket_metadata(state: str) -> dict[str, str]:
    return {"ticketState": state, "isClosed": "true" if state == "CLOSED" else "false"}


def default_pipelines(born: datetime) -> dict[str, dict[str, Pipeline]]:
    """Make the pipelines that every portal has."""

    def pipeline(id_: str, label: str, stages: list[tuple[str, str, dict[str, str]]]) -> dict[str, Pipeline]:
        made = Pipeline(id=id_, label=label, display_order=0, created_at=born, updated_at=born, custom=False)
        made.stages = [
            Stage(id=one, label=text, display_order=order, metadata=meta, created_at=born, updated_at=born)
            for order, (one, text, meta) in enumerate(stages)
        ]
        return {id_: made}

    tickets = [(one, label, ticket_metadata(state)) for one, label, state in _TICKET_STAGES]
    deals = [
        (one, one, {"probability": odds, "isClosed": "true" if odds in ("1.0", "0.0") else "false"})
        for one, odds in _DEAL_STAGES
    ]
    tasks = [
        (one, state.replace("_", " ").capitalize(), {"isClosed": str(state == "COMPLETED").lower(), "state": state})
        for state, one in TASK_STAGES.items()
    ]
    return {
        "tickets": pipeline("0", "Support Pipeline", tickets),
        "deals": pipeline("default", "Sales Pipeline", deals),
        "tasks": pipeline(TASK_PIPELINE, "Tasks", tasks),
    }
