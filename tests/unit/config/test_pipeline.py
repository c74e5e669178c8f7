"""The pipeline and its stages: the defaults, changes to them, and stages that are there already."""

from __future__ import annotations

import pytest
from tests.unit.config.refusing import config, problems

from zenhub_sync.config import STAGE_ROLES, Config, Stage, StageRole, Stages, ticket_state


def stages(text: str) -> Stages:
    """Return the stages of a configuration that says only `text` of them."""
    return config(f"hubspot: {{pipeline: {{stages: {{{text}}}}}}}").hubspot.pipeline.stages


@pytest.mark.parametrize(
    ("role", "label", "stage_id", "state"),
    [
        ("new", "Novo", "zenhub_new", "OPEN"),
        ("open", "Em atendimento", "zenhub_open", "OPEN"),
        ("pending", "Aguardando cliente", "zenhub_pending", "OPEN"),
        ("hold", "Em espera", "zenhub_hold", "OPEN"),
        ("contato_cs", "contato CS", "zenhub_contato_cs", "OPEN"),
        ("solved", "Resolvido", "zenhub_solved", "CLOSED"),
        ("closed", "Fechado", "zenhub_closed", "CLOSED"),
    ],
)
def test_the_board_of_the_contract(role: StageRole, label: str, stage_id: str, state: str) -> None:
    assert Config().hubspot.pipeline.stages.of(role) == Stage(id=stage_id, label=label)
    assert ticket_state(role) == state


def test_the_board_keeps_its_order() -> None:
    assert [role for role, _ in Stages().by_role()] == list(STAGE_ROLES)


def test_what_is_given_of_a_stage_is_laid_over_its_default() -> None:
    changed = stages("new: {label: Entrada}")
    assert changed.new == Stage(id="zenhub_new", label="Entrada")
    assert changed.open == Stages().open


@pytest.mark.parametrize(("text", "name"), [("Entrada", "Entrada"), ("'1024'", "1024"), ("1024", "1024")])
def test_a_string_names_a_stage_that_is_there_already(text: str, name: str) -> None:
    assert stages(f"new: {text}").new == Stage(id=name, label=name, existing=True)


def test_two_roles_may_share_a_stage_that_is_there_already() -> None:
    shared = stages("pending: Parado, hold: Parado")
    assert shared.pending == shared.hold


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("{id: cs_ok, label: CS contatado}", Stage(id="cs_ok", label="CS contatado")),
        ("CS contatado", Stage(id="CS contatado", label="CS contatado", existing=True)),
        ("null", None),
    ],
)
def test_a_stage_after_the_contact_may_be_made_or_named(text: str, stage: Stage | None) -> None:
    assert config(f"hubspot: {{pipeline: {{after_contact: {text}}}}}").hubspot.pipeline.after_contact == stage


def test_a_case_that_would_never_leave_contato_cs_is_refused() -> None:
    [line] = problems("hubspot: {pipeline: {after_contact: zenhub_contato_cs}}")
    assert line.startswith("hubspot.pipeline: after_contact and contato_cs are the same stage")


def test_a_pipeline_is_named_by_its_id_or_its_label() -> None:
    assert config("hubspot: {pipeline: {id: 5678}}").hubspot.pipeline.id == "5678"
    assert config("hubspot: {pipeline: {label: Atendimento}}").hubspot.pipeline.label == "Atendimento"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("contato_cs: Novo, new: Novo", "hubspot.pipeline.stages: contato_cs and new share a stage"),
        ("new: {id: zenhub_open}", "hubspot.pipeline.stages: two stages have the same zenhub_open"),
        ("new: {label: ' RESOLVIDO '}", "hubspot.pipeline.stages: two stages have the same label resolvido"),
        (
            "new: {labl: X}",
            "hubspot.pipeline.stages.new.labl: unknown key; did you mean",
        ),
        ("new: ''", "hubspot.pipeline.stages.new.id: must not be empty"),
        ("new: true", "hubspot.pipeline.stages.new: must hold keys of its own"),
    ],
)
def test_a_board_that_cannot_work_is_refused(text: str, line: str) -> None:
    assert problems(f"hubspot: {{pipeline: {{stages: {{{text}}}}}}}")[0].startswith(line)


def test_an_id_longer_than_hubspot_takes_is_refused() -> None:
    [line] = problems(f"hubspot: {{pipeline: {{id: {'x' * 37}}}}}")
    assert line.startswith("hubspot.pipeline.id: must have at most 36 characters")
