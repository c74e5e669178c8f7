"""The task's templates: their defaults, the variables they may use, and the check that they use no others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from jinja2 import Environment, TemplateSyntaxError, nodes, pass_context
from jinja2.meta import TrackingCodeGenerator
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

_TICKET = (
    "id subject status priority group url hubspot_url created_at updated_at solved_at replies reopens parent parent_url"
)

# What makes a text grow without bounds or calls itself, and what would read other files.
_UNWANTED = (
    nodes.Mul,
    nodes.Pow,
    nodes.Macro,
    nodes.CallBlock,
    nodes.Include,
    nodes.Import,
    nodes.FromImport,
    nodes.Extends,
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


def template(source: str) -> str:
    """Return `source` if it is a Jinja template that names only what there is, else raise ValueError."""
    # Nothing is worked out yet: the optimizer and constant output would compute `"x" * 10 ** 10` on the spot.
    environment = ImmutableSandboxedEnvironment(autoescape=True, optimized=False, finalize=_not_before_rendering)
    environment.globals.clear()  # `range`, `lipsum` and the like: a task's text counts nothing and plays nothing
    try:
        tree = environment.parse(source)
        unknown = [*_unwanted(tree), *_unknown_variables(tree, environment), *_unknown_attributes(tree)]
        if unknown:
            raise ValueError("; ".join(unknown))
        environment.from_string(source)  # parsing leaves unknown filters and tests unseen, compiling finds them
    except TemplateSyntaxError as problem:
        raise ValueError(f"line {problem.lineno}: {problem.message}") from None
    return source


@pass_context
def _not_before_rendering(_context: Context, value: object) -> object:
    return value


def _unwanted(tree: nodes.Template) -> Iterator[str]:
    for node in tree.find_all(_UNWANTED):
        yield f"line {node.lineno}: {type(node).__name__.lower()} has no place in a task's text"


def _unknown_variables(tree: nodes.Template, environment: Environment) -> Iterator[str]:
    tracker = TrackingCodeGenerator(environment)  # `find_undeclared_variables` is this, with the optimizer
    tracker.optimizer = None
    tracker.visit(tree)
    for name in sorted(tracker.undeclared_identifiers - TEMPLATE_VARIABLES.keys()):
        yield _not_known(name, TEMPLATE_VARIABLES)


def _unknown_attributes(tree: nodes.Template) -> Iterator[str]:
    used = {
        (node.node.name, node.attr)
        for node in tree.find_all(nodes.Getattr)
        if isinstance(node.node, nodes.Name) and node.node.name in TEMPLATE_VARIABLES
    }
    for variable, attribute in sorted(used):
        if attribute not in TEMPLATE_VARIABLES[variable]:
            yield _not_known(
                f"{variable}.{attribute}", [f"{variable}.{known}" for known in TEMPLATE_VARIABLES[variable]]
            )


def _not_known(name: str, known: Mapping[str, object] | list[str]) -> str:
    nearest = get_close_matches(name, known, n=1)
    advice = f"did you mean {nearest[0]}?" if nearest else f"known: {', '.join(sorted(known)) or 'no attributes'}"
    return f"{name} is not a variable of this template; {advice}"
