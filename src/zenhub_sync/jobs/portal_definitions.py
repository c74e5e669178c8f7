"""The properties that the worker needs in HubSpot, with the labels that CSMs see."""

from __future__ import annotations

from zenhub_sync.delivery.tasks import TASK_KEY_PROPERTY
from zenhub_sync.hubspot.inputs import OptionInput, PropertyGroupInput, PropertyInput
from zenhub_sync.planning.properties import ORGANIZATION_ID, TASK_ID, TASK_KEY, TICKET_ID
from zenhub_sync.planning.tickets import Score

GROUP = PropertyGroupInput(name="zendesk", label="Zendesk")


def _text(name: str, label: str, description: str, *, field_type: str = "text", unique: bool = False) -> PropertyInput:
    return PropertyInput(
        name=name,
        label=label,
        type="string",
        field_type=field_type,
        group_name=GROUP.name,
        description=description,
        has_unique_value=unique,
    )


def _number(name: str, label: str, description: str) -> PropertyInput:
    return PropertyInput(
        name=name, label=label, type="number", field_type="number", group_name=GROUP.name, description=description
    )


def _moment(name: str, label: str, description: str) -> PropertyInput:
    # A datetime has the field type "date" (developers.hubspot.com, properties guide).
    return PropertyInput(
        name=name, label=label, type="datetime", field_type="date", group_name=GROUP.name, description=description
    )


_CSAT_LABELS = {
    Score.UNOFFERED: "Não oferecida",
    Score.OFFERED: "Oferecida",
    Score.BAD: "Ruim",
    Score.GOOD: "Boa",
}

_CSAT = PropertyInput(
    name="zendesk_csat",
    label="CSAT",
    type="enumeration",
    field_type="select",
    group_name=GROUP.name,
    description="Avaliação do cliente no Zendesk",
    options=tuple(
        OptionInput(value=score.value, label=label, display_order=order)
        for order, (score, label) in enumerate(_CSAT_LABELS.items())
    ),
)

TICKET_PROPERTIES: tuple[PropertyInput, ...] = (
    _text(TICKET_ID, "Ticket no Zendesk (id)", "Identifica o ticket no Zendesk; não alterar", unique=True),
    _text("zendesk_ticket_url", "Ticket no Zendesk (link)", "Onde o suporte vê o ticket"),
    _text("zendesk_status", "Status no Zendesk", "Status do ticket no Zendesk"),
    _text("zendesk_requester_email", "E-mail do solicitante", "Quem abriu o ticket"),
    _text("zendesk_organization", "Organização no Zendesk", "Organização do solicitante no Zendesk"),
    _text("zendesk_tags", "Tags no Zendesk", "Tags do ticket no Zendesk", field_type="textarea"),
    _moment("zendesk_created_at", "Aberto no Zendesk em", "Quando o ticket foi aberto"),
    _moment("zendesk_updated_at", "Atualizado no Zendesk em", "Última atualização no Zendesk"),
    _CSAT,
    _number("zendesk_csat_score", "CSAT (pontos)", "Pontos dados na pesquisa"),
    _number("zendesk_csat_scale", "CSAT (escala)", "Máximo de pontos da pesquisa"),
    _text("zendesk_csat_comment", "CSAT (comentário)", "O que o cliente escreveu", field_type="textarea"),
    _text("zendesk_csat_reason", "CSAT (motivo)", "Motivo escolhido pelo cliente"),
    _moment("zendesk_csat_at", "CSAT em", "Quando o cliente avaliou"),
    _text(TASK_KEY, "Contato CS (chave)", "Chave do caso de CSAT ruim; não alterar"),
    _text(TASK_ID, "Contato CS (tarefa)", "Tarefa criada para o caso de CSAT ruim; não alterar"),
)

TASK_PROPERTY = _text(TASK_KEY_PROPERTY, "Contato CS (chave)", "Chave do caso de CSAT ruim; não alterar", unique=True)

COMPANY_PROPERTIES: tuple[PropertyInput, ...] = (
    _text(ORGANIZATION_ID, "Organização no Zendesk (id)", "Liga a empresa à organização no Zendesk", unique=True),
)
