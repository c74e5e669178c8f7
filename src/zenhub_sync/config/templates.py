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

_ENGLISH_SUBJECT = (
    "[Bad CSAT] {% if confirm %}confirm: {% endif %}"
    '{{ company or organization or "No company" }}{% if repeats > 1 %} ({{ repeats }}x/30d){% endif %}'
    " — ticket #{{ ticket.id }}: {{ ticket.subject | truncate(60) }}"
)

_ENGLISH_BODY = """\
Rating: {% if rating.points %}{{ rating.points }}\
{% if rating.scale %} of {{ rating.scale }}{% endif %}{% else %}bad{% endif %}\
{% if rating.points and rating.category %} ({{ rating.category }}){% endif %}\
{% if rating.reason %} — reason: {{ rating.reason }}{% endif %}\
{% if rating.at %} ({{ rating.at }}){% endif %}<br>
{% if confirm %}\
Confirm before you act: the rating came seconds after the survey and without a word; \
it may have been a mail scanner.<br>
{% endif %}\
Comment: {% if rating.comment %}“{{ rating.comment }}”{% else %}none{% endif %}<br>
Rated by: {{ requester.name or "no name" }}{% if requester.email %}, {{ requester.email }}{% endif %}\
{% if company or organization %} — {{ company or organization }}{% endif %}<br>
Ticket #{{ ticket.id }}: {{ ticket.subject }}\
{% if ticket.parent %} (continues <a href="{{ ticket.parent_url }}">#{{ ticket.parent }}</a>){% endif %}<br>
Status: {{ ticket.status }} · priority: {{ ticket.priority or "none" }}\
{% if ticket.group %} · group: {{ ticket.group }}{% endif %}<br>
Opened {{ ticket.created_at or "on an unknown date" }}\
{% if ticket.solved_at %} · solved {{ ticket.solved_at }}{% endif %}\
{% if ticket.replies is not none %} · {{ ticket.replies }} {% if ticket.replies == 1 %}reply{% else %}replies\
{% endif %}{% endif %}\
{% if ticket.reopens %} · reopened {{ ticket.reopens }}x{% endif %}<br>
{% if history %}\
Company in the last {{ history.days }} days: {{ history.tickets }} \
{% if history.tickets == 1 %}ticket{% else %}tickets{% endif %}\
, {{ history.bad_ratings }} bad {% if history.bad_ratings == 1 %}rating{% else %}ratings{% endif %}\
{% if history.oldest_open %}; the oldest open one is #{{ history.oldest_open }}, of {{ history.oldest_open_at }}\
{% endif %}<br>
{% endif %}\
{% for sentence in why %}{{ sentence }}<br>
{% endfor %}\
What to do: talk to the customer, note the outcome here, and complete the task.<br>
<a href="{{ ticket.url }}">Ticket in Zendesk</a>\
{% if ticket.hubspot_url %} · <a href="{{ ticket.hubspot_url }}">Ticket in HubSpot</a>{% endif %}<br>
"""

_IN_ENGLISH = {DEFAULT_SUBJECT: _ENGLISH_SUBJECT, DEFAULT_BODY: _ENGLISH_BODY}


def in_language(source: str, locale: str) -> str:
    """Return a built-in template in the language of the locale; one of the configuration's own is left as it is."""
    return _IN_ENGLISH.get(source, source) if locale == "en" else source
