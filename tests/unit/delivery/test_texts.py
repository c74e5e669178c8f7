"""The task's words: the CSM's language, everything of the customer's escaped, the mark last."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.fakes.facts import escalation, story

from zenhub_sync.config.tasks import Task
from zenhub_sync.delivery import texts
from zenhub_sync.delivery.payloads import TaskText
from zenhub_sync.delivery.texts import TaskTemplates, render_task
from zenhub_sync.errors import ConfigProblem
from zenhub_sync.planning.history import CompanyHistory
from zenhub_sync.planning.marks import mark_of
from zenhub_sync.planning.rules.owner import OwnerChoice, PortalOwner, Step, Why
from zenhub_sync.planning.tickets import TicketFacts

_ANA = PortalOwner(id="77", name="Ana CS", email="ana@cs.example", archived=False)
_HISTORY = CompanyHistory(
    tickets=12,
    bad_ratings=2,
    bad_lately=2,
    oldest_open=47000,
    oldest_open_at=datetime(2026, 11, 2, 11, tzinfo=UTC),
)
_DEFAULT = TaskTemplates(subject=Task().subject, body=Task().body, locale="pt_BR", zone=ZoneInfo("America/Sao_Paulo"))


def test_the_task_tells_the_csm_all_of_it_in_portuguese() -> None:
    handled = TicketFacts(group="N1", solved_at=datetime(2026, 11, 21, 12, tzinfo=UTC), replies=3, reopens=1)
    text = _render(story(facts=handled), company="Padaria Sol Ltda.", history=_HISTORY)
    assert text.subject == "[CSAT ruim] Padaria Sol Ltda. (2x/30d) — ticket #48213: Nota fiscal não chega"
    assert text.body.splitlines() == [
        "Avaliação: 1 de 5 — motivo: Demora (22/11/2026 06:00)<br>",
        "Comentário: “Demorou demais”<br>",
        "Quem avaliou: Ana Souza, ana@padaria.example — Padaria Sol Ltda.<br>",
        "Ticket #48213: Nota fiscal não chega<br>",
        "Status: aberto · prioridade: alta · grupo: N1<br>",
        "Aberto em 17/11/2026 09:00 · resolvido em 21/11/2026 09:00 · 3 respostas · reaberto 1x<br>",
        (
            "Empresa nos últimos 90 dias: 12 tickets, 2 avaliações ruins; o mais antigo em aberto é o #47000, "
            "de 02/11/2026 08:00<br>"
        ),
        "Esta tarefa é sua porque você é o proprietário da empresa no HubSpot.<br>",
        "O que fazer: fale com o cliente, anote aqui o resultado e conclua a tarefa.<br>",
        (
            '<a href="https://acme.zendesk.com/agent/tickets/48213">Ticket no Zendesk</a>'
            ' · <a href="https://app.hubspot.com/t/9">Ticket no HubSpot</a><br>'
        ),
        "ref zenhub:escalation:48213:1",
    ]


def test_what_is_not_known_is_said_or_left_out() -> None:
    text = _render(
        story(
            comment=None,
            reason=None,
            points=None,
            scale=None,
            rated_at=None,
            priority=None,
            requester_name=None,
            requester_email=None,
            organization=None,
        )
    )
    assert text.subject == "[CSAT ruim] Sem empresa — ticket #48213: Nota fiscal não chega"
    assert text.body.splitlines()[:6] == [
        "Avaliação: ruim<br>",
        "Comentário: sem comentário<br>",
        "Quem avaliou: sem nome<br>",
        "Ticket #48213: Nota fiscal não chega<br>",
        "Status: aberto · prioridade: nenhuma<br>",
        "Aberto em 17/11/2026 09:00<br>",
    ]


@pytest.mark.parametrize(
    ("history", "line"),
    [
        (
            CompanyHistory(tickets=1, bad_ratings=1, bad_lately=1),
            "Empresa nos últimos 90 dias: 1 ticket, 1 avaliação ruim<br>",
        ),
        (
            CompanyHistory(tickets=0, bad_ratings=0, bad_lately=0),
            "Empresa nos últimos 90 dias: 0 tickets, 0 avaliações ruins<br>",
        ),
        (None, None),
    ],
)
def test_a_company_without_much_history_is_told_so(history: CompanyHistory | None, line: str | None) -> None:
    text = _render(story(), history=history)
    told = [each for each in text.body.splitlines() if each.startswith("Empresa nos")]
    assert told == ([line] if line is not None else [])
    assert "x/30d" not in text.subject


def test_a_comment_of_several_lines_keeps_them_and_nothing_else_of_it_is_html() -> None:
    body = _render(story(comment="Oi,\n\n<b>não</b> resolveu\r\nAna")).body
    assert "Comentário: “Oi,<br>\n<br>\n&lt;b&gt;não&lt;/b&gt; resolveu" in body


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("a\x00b\x07c", "abc"),
        ("pague \u202eatnoc\u202c já", "pague atnoc já"),
        ("\u2067virado", "virado"),
        ("metade \ud83d", "metade \ufffd"),
        ("família 👨\u200d👩\u200d👧", "família 👨\u200d👩\u200d👧"),
        ("مرحبا", "مرحبا"),
    ],
)
@pytest.mark.parametrize("field", ["comment", "reason", "subject", "requester_name", "organization"])
def test_what_only_a_machine_would_read_is_left_out(field: str, said: str, shown: str) -> None:
    text = _render(story(**{field: said}))
    assert shown in text.body
    assert said == shown or said not in text.body + text.subject


@pytest.mark.parametrize("subject", ["", "\x00"])
def test_a_ticket_without_a_subject_has_a_task_all_the_same(subject: str) -> None:
    text = _render(story(subject=subject))
    assert text.subject == "[CSAT ruim] Padaria Sol — ticket #48213: sem assunto"
    assert "Ticket #48213: " in text.body


def test_points_without_a_scale_stand_alone() -> None:
    assert "Avaliação: 2 — motivo" in _render(story(points=2, scale=None)).body


@pytest.mark.parametrize(
    ("why", "meant_for", "sentence"),
    [
        (Why.NO_COMPANY, None, "Esta tarefa veio para você porque o ticket não tem empresa no HubSpot."),
        (
            Why.COMPANY_WITHOUT_OWNER,
            None,
            "Esta tarefa veio para você porque a empresa não tem proprietário no HubSpot.",
        ),
        (Why.OWNER_ARCHIVED, "Bia", "Esta tarefa era para Bia, cujo usuário no HubSpot está desativado."),
        (
            Why.OWNER_UNKNOWN,
            None,
            "Esta tarefa veio para você porque o proprietário da empresa não existe mais no HubSpot.",
        ),
    ],
)
def test_the_fallback_is_told_why_the_task_came_to_them(why: Why, meant_for: str | None, sentence: str) -> None:
    assert f"{sentence}<br>" in _render(story(), OwnerChoice(owner=_ANA, why=why, meant_for=meant_for)).body


@pytest.mark.parametrize("locale", ["pt_BR", "en"])
@pytest.mark.parametrize("why", list(Why))
def test_every_reason_has_a_sentence_in_every_language(locale: str, why: Why) -> None:
    templates = replace(_DEFAULT, locale=locale, body="{{ why[0] }}|")
    text = _render(story(), OwnerChoice(owner=_ANA, why=why, meant_for="<Bia>"), templates)
    sentence = text.body.split("|")[0]
    assert sentence.endswith(".")
    assert "{" not in sentence
    assert "<Bia>" not in sentence


def test_english_says_words_and_dates_in_english() -> None:
    templates = replace(_DEFAULT, locale="en", body="{{ ticket.status }}, {{ ticket.priority }}, {{ rating.at }}")
    assert _render(story(), templates=templates).body.startswith("open, high, 2026-11-22 06:00<br>")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("{{7*7}} {% raw %}", "{{7*7}} {% raw %}"),
        ("\"aspas\" & 'mais'", "&#34;aspas&#34; &amp; &#39;mais&#39;"),
        ("ref zenhub:escalation:1:1", "ref zenhub:escalation:1:1"),
    ],
)
@pytest.mark.parametrize(
    "field", ["comment", "reason", "subject", "requester_name", "requester_email", "organization", "priority"]
)
def test_the_customers_words_stay_words(field: str, said: str, shown: str) -> None:
    body = _render(story(**{field: said})).body
    assert shown in body
    assert said == shown or said not in body
    assert mark_of(body) == "escalation:48213:1"


@pytest.mark.parametrize("company", ["Sol & Lua <Ltda>", "{{7*7}}"])
def test_the_subject_is_plain_text(company: str) -> None:
    subject = _render(story(subject='a "b" & <i>c</i>'), company=company).subject
    assert subject == f'[CSAT ruim] {company} — ticket #48213: a "b" & <i>c</i>'


def test_the_subject_is_one_line_that_fits() -> None:
    subject = _render(story(), company="Sol\r\n  " + "😀" * 300).subject
    assert subject.startswith("[CSAT ruim] Sol 😀")
    assert "\n" not in subject
    assert len(subject.encode("utf-16-le")) // 2 <= 255


@pytest.mark.parametrize("letter", ["a", "'", "😀", "\n"])
def test_a_huge_comment_leaves_room_for_the_mark(letter: str) -> None:
    text = _render(story(comment=letter * 200_000, reason="'" * 5_000, subject='"' * 5_000))
    assert len(text.body.encode("utf-16-le")) // 2 <= 65_536
    assert text.body.splitlines()[-1] == "ref zenhub:escalation:48213:1"
    assert "Ticket no Zendesk" in text.body  # the whole template still fits, only the comment was cut


def test_a_template_that_repeats_itself_is_cut_before_the_mark() -> None:
    text = _render(story(comment="c" * 20_000), templates=replace(_DEFAULT, body="{{ rating.comment }}" * 20))
    assert len(text.body) <= 65_536
    assert text.body.endswith("…<br>\nref zenhub:escalation:48213:1")


def test_a_ticket_from_before_time_has_no_date() -> None:
    assert "Aberto em data desconhecida<br>" in _render(story(created_at="")).body


@pytest.mark.parametrize("part", ["subject", "body"])
@pytest.mark.parametrize(
    "template",
    [
        "{{ rating.points / 0 }}",
        "{{ rating.comment + 1 }}",
        "{{ ticket.nothing.more }}",
        "{% for i in range(10**9) %}{% endfor %}",
        "{{ ''.__class__.__mro__ }}",
        "{{ ticket.clear() }}",
        "{% if %}",
        pytest.param("{{ 'x'.center(10**18) }}", id="too large for memory"),
        pytest.param("{{ " + "(" * 2_000 + "1" + ")" * 2_000 + " }}", id="too deep"),
    ],
)
def test_a_template_that_fails_on_real_values_is_the_configurations_problem(part: str, template: str) -> None:
    templates = replace(_DEFAULT, subject=template) if part == "subject" else replace(_DEFAULT, body=template)
    with pytest.raises(ConfigProblem, match=r"mend task\.subject or task\.body"):
        _render(story(), templates=templates)


def test_a_template_is_compiled_once_and_not_for_every_task() -> None:
    templates = replace(_DEFAULT, subject="once {{ ticket.id }}", body="and for all {{ ticket.id }}")
    missed = texts._compiled.cache_info().misses
    for number in range(3):
        _render(story(subject=str(number)), templates=templates)
    assert texts._compiled.cache_info().misses == missed + 2


def _render(
    told: Any,
    choice: OwnerChoice | None = None,
    templates: TaskTemplates = _DEFAULT,
    *,
    company: str | None = None,
    history: CompanyHistory | None = None,
) -> TaskText:
    return render_task(
        templates,
        escalation(story=told),
        choice or OwnerChoice(owner=_ANA, step=Step.COMPANY),
        company=company,
        hubspot_url="https://app.hubspot.com/t/9",
        history=history,
    )
