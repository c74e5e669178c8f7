"""The task's templates: their defaults, and the variables they may use."""

from __future__ import annotations

from collections.abc import Mapping

_TICKET = (
    "id subject status priority group url hubspot_url created_at updated_at solved_at replies reopens parent parent_url"
)

TEMPLATE_VARIABLES: Mapping[str, frozenset[str]] = {
    "ticket": frozenset(_TICKET.split()),
    "rating": frozenset({"comment", "reason", "points", "scale", "category", "at"}),
    "requester": frozenset({"name", "email"}),
    "organization": frozenset(),
    "company": frozenset(),
    "history": frozenset({"days", "tickets", "bad_ratings", "oldest_open", "oldest_open_at"}),
    "repeats": frozenset(),
    "confirm": frozenset(),
    "owner": frozenset(),
    "why": frozenset(),
    "key": frozenset(),
}
"""What a template may name, with the attributes of each; no attributes: it is the value itself."""

DEFAULT_SUBJECT = (
    "[CSAT ruim] {% if confirm %}confirmar: {% endif %}"
    '{{ company or organization or "Sem empresa" }}{% if repeats > 1 %} ({{ repeats }}x/30d){% endif %}'
    " — ticket #{{ ticket.id }}: {{ ticket.subject | truncate(60) }}"
)

DEFAULT_BODY = """\
Avaliação: {% if rating.points %}{{ rating.points }}\
{% if rating.scale %} de {{ rating.scale }}{% endif %}{% else %}ruim{% endif %}\
{% if rating.points and rating.category %} ({{ rating.category }}){% endif %}\
{% if rating.reason %} — motivo: {{ rating.reason }}{% endif %}\
{% if rating.at %} ({{ rating.at }}){% endif %}<br>
{% if confirm %}\
Confirme antes de agir: a nota veio segundos depois da pesquisa e sem nenhuma palavra; \
pode ter sido um filtro de e-mail.<br>
{% endif %}\
Comentário: {% if rating.comment %}“{{ rating.comment }}”{% else %}sem comentário{% endif %}<br>
Quem avaliou: {{ requester.name or "sem nome" }}{% if requester.email %}, {{ requester.email }}{% endif %}\
{% if company or organization %} — {{ company or organization }}{% endif %}<br>
Ticket #{{ ticket.id }}: {{ ticket.subject }}\
{% if ticket.parent %} (continuação do <a href="{{ ticket.parent_url }}">#{{ ticket.parent }}</a>){% endif %}<br>
Status: {{ ticket.status }} · prioridade: {{ ticket.priority or "nenhuma" }}\
{% if ticket.group %} · grupo: {{ ticket.group }}{% endif %}<br>
Aberto em {{ ticket.created_at or "data desconhecida" }}\
{% if ticket.solved_at %} · resolvido em {{ ticket.solved_at }}{% endif %}\
{% if ticket.replies is not none %} · {{ ticket.replies }} {% if ticket.replies == 1 %}resposta{% else %}respostas\
{% endif %}{% endif %}\
{% if ticket.reopens %} · reaberto {{ ticket.reopens }}x{% endif %}<br>
{% if history %}\
Empresa nos últimos {{ history.days }} dias: {{ history.tickets }} \
{% if history.tickets == 1 %}ticket{% else %}tickets{% endif %}\
, {{ history.bad_ratings }} {% if history.bad_ratings == 1 %}avaliação ruim{% else %}avaliações ruins{% endif %}\
{% if history.oldest_open %}; o mais antigo em aberto é o #{{ history.oldest_open }}, de {{ history.oldest_open_at }}\
{% endif %}<br>
{% endif %}\
{% for sentence in why %}{{ sentence }}<br>
{% endfor %}\
O que fazer: fale com o cliente, anote aqui o resultado e conclua a tarefa.<br>
<a href="{{ ticket.url }}">Ticket no Zendesk</a>\
{% if ticket.hubspot_url %} · <a href="{{ ticket.hubspot_url }}">Ticket no HubSpot</a>{% endif %}<br>
"""
