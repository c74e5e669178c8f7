"""The task's templates: what the default one says, and what a changed one may name."""

from __future__ import annotations

import tracemalloc
from collections.abc import Mapping
from contextlib import suppress

import pytest
from jinja2 import StrictUndefined, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from zenhub_sync.config import TEMPLATE_VARIABLES, Config
from zenhub_sync.config.template_check import template

ZENDESK = "https://acme.zendesk.com/agent/tickets/48213"
HUBSPOT = "https://app.hubspot.com/contacts/1/ticket/2"

FACTS: Mapping[str, object] = {
    "ticket": {
        "id": 48213,
        "subject": "Fatura <errada>",
        "status": "solved",
        "priority": None,
        "group": "N1",
        "solved_at": "21/11/2026 09:00",
        "replies": 3,
        "parent": 47000,
        "parent_url": "https://acme.zendesk.com/agent/tickets/47000",
        "reopens": 1,
        "url": ZENDESK,
        "hubspot_url": HUBSPOT,
        "created_at": "20/11/2026 09:15",
        "updated_at": "21/11/2026 10:00",
    },
    "rating": {
        "comment": "Demorou <muito>",
        "reason": "Tempo",
        "points": 2,
        "scale": 5,
        "category": "ruim",
        "at": "21/11/2026 10:00",
    },
    "requester": {"name": "Ana & Bia", "email": "ana@cliente.example"},
    "organization": "Cliente Ltda",
    "company": "Cliente S.A.",
    "history": {
        "days": 90,
        "tickets": 12,
        "bad_ratings": 2,
        "oldest_open": 47000,
        "oldest_open_at": "02/11/2026 08:00",
    },
    "repeats": 2,
    "confirm": False,
    "owner": "Carla",
    "why": ["A empresa não tem proprietário no HubSpot."],
    "key": "escalation:48213:1",
}
NOTHING: Mapping[str, object] = {
    **FACTS,
    "rating": dict.fromkeys(TEMPLATE_VARIABLES["rating"]),
    "requester": dict.fromkeys(TEMPLATE_VARIABLES["requester"]),
    "organization": None,
    "company": None,
    "history": None,
    "repeats": 1,
    "owner": None,
    "why": [],
}


def render(source: str, facts: Mapping[str, object], *, autoescape: bool = True) -> str:
    """Render `source` as strictly as it can be rendered."""
    environment = ImmutableSandboxedEnvironment(autoescape=autoescape, undefined=StrictUndefined)
    return environment.from_string(source).render(facts)


def test_the_facts_of_this_test_are_all_that_templates_may_name() -> None:
    names = {name: set(fact) if isinstance(fact, dict) else set() for name, fact in FACTS.items()}
    assert names == {name: set(attributes) for name, attributes in TEMPLATE_VARIABLES.items()}


def test_the_default_body_says_the_most_useful_things_first() -> None:
    assert render(Config().task.body, FACTS).splitlines() == [
        "Avaliação: 2 de 5 (ruim) — motivo: Tempo (21/11/2026 10:00)<br>",
        "Comentário: “Demorou &lt;muito&gt;”<br>",
        "Quem avaliou: Ana &amp; Bia, ana@cliente.example — Cliente S.A.<br>",
        (
            "Ticket #48213: Fatura &lt;errada&gt; "
            '(continuação do <a href="https://acme.zendesk.com/agent/tickets/47000">#47000</a>)<br>'
        ),
        "Status: solved · prioridade: nenhuma · grupo: N1<br>",
        "Aberto em 20/11/2026 09:15 · resolvido em 21/11/2026 09:00 · 3 respostas · reaberto 1x<br>",
        (
            "Empresa nos últimos 90 dias: 12 tickets, 2 avaliações ruins; o mais antigo em aberto é o #47000, "
            "de 02/11/2026 08:00<br>"
        ),
        "A empresa não tem proprietário no HubSpot.<br>",
        "O que fazer: fale com o cliente, anote aqui o resultado e conclua a tarefa.<br>",
        f'<a href="{ZENDESK}">Ticket no Zendesk</a> · <a href="{HUBSPOT}">Ticket no HubSpot</a><br>',
    ]


def test_the_default_body_copes_with_what_is_not_known() -> None:
    assert render(Config().task.body, NOTHING).splitlines()[:3] == [
        "Avaliação: ruim<br>",
        "Comentário: sem comentário<br>",
        "Quem avaliou: sem nome<br>",
    ]


@pytest.mark.parametrize("source", [Config().task.subject, Config().task.body])
def test_the_default_passes_the_check_that_it_is_spared(source: str) -> None:
    assert template(source) == source


@pytest.mark.parametrize(("facts", "company"), [(FACTS, "Cliente S.A. (2x/30d)"), (NOTHING, "Sem empresa")])
def test_the_default_subject(facts: Mapping[str, object], company: str) -> None:
    subject = render(Config().task.subject, facts, autoescape=False)
    assert subject == f"[CSAT ruim] {company} — ticket #48213: Fatura <errada>"


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("{{ tikcet.id }}", r"tikcet is not a variable of this template; did you mean ticket\?"),
        ("{{ ticket.idd }}", r"ticket\.idd is not a variable of this template; did you mean ticket\.id\?"),
        ("{{ company.name }}", r"company\.name is not a variable of this template; known: no attributes"),
        ("{{ xyz }}", "xyz is not a variable of this template; known: company, confirm, history, key"),
        ("a\n{% if x", "line 2: unexpected end of template"),
        ("{{ key | nope }}", "line 1: No filter named 'nope'"),
        ("{{ key is nope }}", "line 1: No test named 'nope'"),
        ("{{ x }}{{ y }}", "x is not a variable .*; y is not a variable"),
        ("{% for i in range(9) %}x{% endfor %}", "range is not a variable"),
        ("{{ lipsum.__globals__ }}", "lipsum is not a variable"),
        ("{{ cycler.__init__.__globals__ }}", "cycler is not a variable"),
        ("{{ ticket.__class__ }}", "ticket.__class__ is not a variable"),
        ("{{ 'x' * 10 ** 10 }}", "line 1: mul has no place in a task's text; line 1: pow has no place"),
        ("a\n{% macro m() %}{{ m() }}{% endmacro %}", "line 2: macro has no place"),
        ("{% include '/etc/passwd' %}", "include has no place"),
        ("{% import 'os' as os %}", "import has no place"),
        ("{% from 'os' import path %}", "fromimport has no place"),
        ("{% extends 'x' %}", "extends has no place"),
    ],
)
def test_a_template_that_could_not_be_rendered_is_refused(source: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        template(source)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "{{ ticket.subject | truncate(60) }}",
        "{% for line in why %}{{ loop.index }} {{ line }}{% endfor %}",
        "{% set a = 1 %}{{ a }}",
    ],
)
def test_any_other_template_is_accepted(source: str) -> None:
    assert template(source) == source


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ ticket['__class__'] }}",
        "{{ key | attr('__class__') }}",
        "{{ '{0.__class__}'.format(key) }}",
        "{{ '%s' | format(key.__class__) }}",
        "{{ why.append('x') }}",
        "{{ self.__init__.__globals__ }}",
    ],
)
def test_what_reaches_behind_the_values_finds_nothing(source: str) -> None:
    with suppress(SecurityError, UndefinedError, ValueError):
        shown = ImmutableSandboxedEnvironment(autoescape=True).from_string(template(source)).render(FACTS)
        assert "class" not in shown
        assert FACTS["why"] == ["A empresa não tem proprietário no HubSpot."]


def test_looking_at_a_template_does_not_render_it() -> None:
    """A text that grows without bounds takes all memory once it is worked out; looked at, it takes none."""
    source = "{{ '' | center(100_000_000) }}"
    tracemalloc.start()
    try:
        assert template(source) == source
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()
