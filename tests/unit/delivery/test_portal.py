"""Before anything is written, the pipeline, its stages and the properties are found, by id or by label."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from zenhub_sync.delivery.portal import NEEDED, check_portal_id, resolve_portal
from zenhub_sync.errors import ConfigProblem
from zenhub_sync.hubspot.models import Account, Pipeline, PropertyDefinition, PropertyOption, Stage
from zenhub_sync.planning.portal import PipelineNames, StageName
from zenhub_sync.planning.tickets import StageRole

_NAMES = PipelineNames(
    id="zenhub_support",
    label="Suporte (Zendesk)",
    stages={
        StageRole.OPEN: StageName(id="zenhub_open", label="Em atendimento"),
        StageRole.CONTATO_CS: StageName(id="zenhub_contato_cs", label="contato CS"),
    },
)
_STAGES = (Stage(id="zenhub_open", label="x"), Stage(id="88", label=" Contato cs "))


@dataclass(frozen=True, slots=True, kw_only=True)
class FakePortalReads:
    """A portal with these pipelines; it lacks the properties in `without`."""

    found: tuple[Pipeline, ...]
    without: frozenset[str] = frozenset()
    unique: bool = True

    def account(self) -> Account:
        return Account(portal_id="4242")

    def pipelines(self, kind: str) -> tuple[Pipeline, ...]:
        assert kind == "tickets"
        return self.found

    def properties(self, kind: str) -> tuple[PropertyDefinition, ...]:
        assert kind == "tickets"
        offered = (PropertyOption(value="LOW"), PropertyOption(value="HIGH"))
        return tuple(
            PropertyDefinition(
                name=name,
                type="string",
                has_unique_value=name == "zendesk_ticket_id" and self.unique,
                options=offered if name == "hs_ticket_priority" else (),
            )
            for name in NEEDED
            if name not in self.without
        )


def _pipeline(pipeline_id: str = "zenhub_support", label: str = "Suporte", **others: object) -> Pipeline:
    return Pipeline.model_validate({"id": pipeline_id, "label": label, "stages": _STAGES, **others})


@pytest.mark.parametrize(
    ("pipelines", "chosen"),
    [
        ([_pipeline()], "zenhub_support"),
        ([_pipeline("77", " suporte (ZENDESK) ")], "77"),
        ([_pipeline("77", "Suporte (Zendesk)"), _pipeline()], "zenhub_support"),
        ([_pipeline(archived=True), _pipeline("77", "Suporte (Zendesk)")], "77"),
    ],
    ids=["by id", "by label", "id before label", "not an archived one"],
)
def test_the_pipeline_is_found(pipelines: list[Pipeline], chosen: str) -> None:
    portal = resolve_portal(FakePortalReads(found=tuple(pipelines)), _NAMES)
    assert portal.pipeline_id == chosen
    assert portal.stages == {StageRole.OPEN: "zenhub_open", StageRole.CONTATO_CS: "88"}
    assert portal.priorities == {"LOW", "HIGH"}


@pytest.mark.parametrize("pipelines", [(), (_pipeline("1", "Vendas"),), (_pipeline(archived=True),)])
def test_a_portal_without_our_pipeline_is_to_be_set_up(pipelines: tuple[Pipeline, ...]) -> None:
    with pytest.raises(
        ConfigProblem, match=r"no ticket pipeline 'zenhub_support' or 'Suporte \(Zendesk\)'; it has .*Run .*setup"
    ):
        resolve_portal(FakePortalReads(found=pipelines), _NAMES)


def test_a_missing_stage_is_named_beside_those_that_are_there() -> None:
    lacking = _pipeline(stages=(Stage(id="1", label="Novo"), Stage(id="zenhub_contato_cs", label="a", archived=True)))
    with pytest.raises(ConfigProblem) as caught:
        resolve_portal(FakePortalReads(found=(lacking,)), _NAMES)
    assert "has no stage for open ('Em atendimento'), contato_cs ('contato CS'); it has 'Novo' (1)" in str(caught.value)


@pytest.mark.parametrize("lacking", NEEDED)
def test_a_missing_property_is_named(lacking: str) -> None:
    with pytest.raises(ConfigProblem, match=f"lack the properties {lacking}; run zenhub-sync setup"):
        resolve_portal(FakePortalReads(found=(_pipeline(),), without=frozenset({lacking})), _NAMES)


def test_an_id_that_is_not_unique_would_make_duplicates() -> None:
    with pytest.raises(ConfigProblem, match="zendesk_ticket_id is not unique"):
        resolve_portal(FakePortalReads(found=(_pipeline(),), unique=False), _NAMES)


def test_only_the_portal_that_is_named_is_written() -> None:
    reads = FakePortalReads(found=())
    check_portal_id(reads, "4242")
    with pytest.raises(ConfigProblem, match=r"belongs to portal 4242, but hubspot\.portal_id says 4243"):
        check_portal_id(reads, "4243")
