"""The HubSpot pipeline: a stage for each role that a ticket can be in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from zenhub_sync.config.values import Name, Section, at_most

StageRole = Literal["new", "open", "pending", "hold", "contato_cs", "solved", "closed"]

STAGE_ROLES: tuple[StageRole, ...] = get_args(StageRole)
"""Every role, in the order of the stages on the board."""


def ticket_state(role: StageRole) -> Literal["OPEN", "CLOSED"]:
    """Return HubSpot's `ticketState` for the stage of `role`."""
    return "CLOSED" if role in {"solved", "closed"} else "OPEN"


# developers.hubspot.com … crm/pipelines/guide (2026-09): the ids are the caller's to choose, `pipelineId` of up
# to 36 and `stageId` of up to 100 characters.
PipelineId = Annotated[Name, AfterValidator(at_most(36))]
StageId = Annotated[Name, AfterValidator(at_most(100))]


class Stage(Section):
    """One stage: the one with this id, else the one with this label, else (unless `existing`) one to be made.

    A stage given as a mere string must exist already; the string is then both its id and its label.
    """

    id: StageId
    label: Name
    existing: bool = False

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Describe what the YAML may hold: a string, or those of the keys that differ from the default stage."""
        schema = handler.resolve_ref_schema(handler(core))
        whole = {key: value for key, value in schema.items() if key != "required"}
        return {"anyOf": [{"type": ["string", "integer"]}, whole]}


DEFAULT_STAGES: Mapping[StageRole, Stage] = {
    "new": Stage.unsaid(id="zenhub_new", label="Novo"),
    "open": Stage.unsaid(id="zenhub_open", label="Em atendimento"),
    "pending": Stage.unsaid(id="zenhub_pending", label="Aguardando cliente"),
    "hold": Stage.unsaid(id="zenhub_hold", label="Em espera"),
    "contato_cs": Stage.unsaid(id="zenhub_contato_cs", label="contato CS"),
    "solved": Stage.unsaid(id="zenhub_solved", label="Resolvido"),
    "closed": Stage.unsaid(id="zenhub_closed", label="Fechado"),
}


class Stages(Section):
    """The stage of each role; what is not given keeps its default."""

    new: Stage = DEFAULT_STAGES["new"]
    open: Stage = DEFAULT_STAGES["open"]
    pending: Stage = DEFAULT_STAGES["pending"]
    hold: Stage = DEFAULT_STAGES["hold"]
    contato_cs: Stage = DEFAULT_STAGES["contato_cs"]
    solved: Stage = DEFAULT_STAGES["solved"]
    closed: Stage = DEFAULT_STAGES["closed"]

    def by_role(self) -> Iterator[tuple[StageRole, Stage]]:
        """Yield each role with its stage, in the order of the board."""
        for role in STAGE_ROLES:
            yield role, self.of(role)

    def of(self, role: StageRole) -> Stage:
        """Return the stage of `role`."""
        stage: Stage = getattr(self, role)
        return stage

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, given: object) -> object:
        if not isinstance(given, Mapping):
            return given
        return {role: _completed(role, stage) for role, stage in given.items()}

    @model_validator(mode="after")
    def _keep_apart(self) -> Stages:
        self._keep_escalations_apart()
        made = [stage for _, stage in self.by_role() if not stage.existing]
        names = Counter(stage.id for stage in made) + Counter(f"label {stage.label.lower()}" for stage in made)
        twice = sorted(name for name, times in names.items() if times > 1)
        if twice:
            raise ValueError(f"two stages have the same {', '.join(twice)}; ids and labels must differ")
        return self

    def _keep_escalations_apart(self) -> None:
        taken = {stage.id: role for role, stage in self.by_role() if role != "contato_cs"}
        role = taken.get(self.contato_cs.id)
        if role is not None:
            raise ValueError(f"contato_cs and {role} share a stage, so an escalation could not be seen on the board")


def _completed(role: Any, stage: object) -> object:
    if isinstance(stage, str | int) and not isinstance(stage, bool):
        return {"id": stage, "label": stage, "existing": True}
    if isinstance(stage, Mapping) and role in DEFAULT_STAGES:
        return {**DEFAULT_STAGES[role].model_dump(), **stage}
    return stage


def _existing_if_text(stage: object) -> object:
    return _completed(None, stage)


class Pipeline(Section):
    """The pipeline with this id, else the one with this label, else one to be made.

    `after_contact` is where a ticket goes when its task is completed; None: back to the stage of its status.
    """

    id: PipelineId = "zenhub_support"
    label: Name = "Suporte (Zendesk)"
    stages: Stages = Stages.unsaid()
    after_contact: Annotated[Stage | None, BeforeValidator(_existing_if_text)] = None

    @model_validator(mode="after")
    def _keep_contato_cs_apart(self) -> Pipeline:
        if self.after_contact is not None and self.after_contact.id == self.stages.contato_cs.id:
            raise ValueError("after_contact and contato_cs are the same stage, so a case would never leave it")
        return self
