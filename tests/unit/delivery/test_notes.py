"""What is added to an open task: once, above its mark, and never to a task that is over."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.fakes.facts import NOW, TICKET, escalated, stored
from tests.fakes.hubspot import FakeHubSpot
from tests.fakes.portal import task_policy

from zenhub_sync.delivery.notes import add_notes
from zenhub_sync.delivery.results import Results
from zenhub_sync.planning.effects import NoteTask
from zenhub_sync.planning.marks import mark_of
from zenhub_sync.planning.tickets import EscalationState, MirroredTicket
from zenhub_sync.store.outbox_states import EffectState

_BODY = "Avaliação: 1 de 5<br>\nComentário: “Ruim”<br>\nref zenhub:escalation:48213:1"
_KNOWN = escalated()


def _hubspot(body: str = _BODY, status: str = "NOT_STARTED") -> FakeHubSpot:
    hubspot = FakeHubSpot()
    hubspot.records["tasks"]["7001"] = {"hs_task_body": body, "hs_task_status": status}
    return hubspot


def _note(**changes: Any) -> NoteTask:
    fields: dict[str, Any] = {"fact": "comment-1f", "at": "2026-11-22T11:00:00Z", "comment": "Continua ruim", **changes}
    return NoteTask(zendesk_id=TICKET, episode=1, **fields)


def _apply(hubspot: FakeHubSpot, effect: NoteTask, known: MirroredTicket = _KNOWN) -> tuple[EffectState, str | None]:
    results = Results(now=NOW.timestamp())
    add_notes(hubspot, task_policy().templates, [stored(effect)], {TICKET: known}, results)
    (settled,) = results.settlements
    return settled.state, settled.reason


@pytest.mark.parametrize(
    ("effect", "line"),
    [
        (_note(), "Comentário do cliente (22/11/2026 08:00): “Continua ruim”<br>"),
        (_note(comment="<b>a</b>\nb"), "Comentário do cliente (22/11/2026 08:00): “&lt;b&gt;a&lt;/b&gt;<br>"),
        (_note(comment="a\u202eb\x00"), "Comentário do cliente (22/11/2026 08:00): “ab”<br>"),
        (_note(comment="{when} {0} %s"), "Comentário do cliente (22/11/2026 08:00): “{when} {0} %s”<br>"),
        (
            _note(fact="merged", comment=None, survivor=9, url="https://acme.zendesk.com/agent/tickets/9"),
            (
                'O ticket foi mesclado em <a href="https://acme.zendesk.com/agent/tickets/9">#9</a> '
                "(22/11/2026 08:00): continue por lá.<br>"
            ),
        ),
        (_note(fact="merged", comment=None), "O ticket foi mesclado em outro no Zendesk (22/11/2026 08:00).<br>"),
        (_note(fact="deleted", comment=None), "O ticket foi apagado no Zendesk (22/11/2026 08:00).<br>"),
    ],
)
def test_the_note_stands_above_the_mark_and_all_else_stays(effect: NoteTask, line: str) -> None:
    hubspot = _hubspot()
    assert _apply(hubspot, effect) == (EffectState.DONE, None)
    lines = hubspot.records["tasks"]["7001"]["hs_task_body"].splitlines()
    assert lines[:3] == ["Avaliação: 1 de 5<br>", "Comentário: “Ruim”<br>", line]
    assert lines[-1] == "ref zenhub:escalation:48213:1"


@pytest.mark.parametrize("rewritten", [str, lambda body: f"<p>{body}</p>".replace("<br>\n", "<br/> ")])
@pytest.mark.parametrize("effect", [_note(), _note(comment="a & <b>\nc"), _note(fact="deleted", comment=None)])
def test_a_note_whose_answer_was_lost_is_not_written_twice(effect: NoteTask, rewritten: Any) -> None:
    hubspot = _hubspot()
    _apply(hubspot, effect)
    task = hubspot.records["tasks"]["7001"]
    task["hs_task_body"] = rewritten(task["hs_task_body"])
    before = task["hs_task_body"]
    assert _apply(hubspot, effect) == (EffectState.DONE, None)
    assert hubspot.records["tasks"]["7001"]["hs_task_body"].count("(22/11/2026") == before.count("(22/11/2026") == 1
    assert mark_of(hubspot.records["tasks"]["7001"]["hs_task_body"]) == "escalation:48213:1"


def test_a_comment_that_the_task_quotes_already_is_no_news() -> None:
    """After a lost store, the task that is known again may have been made with the comment."""
    hubspot = _hubspot()
    assert _apply(hubspot, _note(comment="Ruim")) == (EffectState.DONE, None)
    assert hubspot.records["tasks"]["7001"]["hs_task_body"] == _BODY


def test_a_comment_that_only_looks_like_a_word_of_the_task_is_news() -> None:
    hubspot = _hubspot()
    _apply(hubspot, _note(comment="Avaliação"))
    assert "“Avaliação”" in hubspot.records["tasks"]["7001"]["hs_task_body"]


@pytest.mark.parametrize(
    ("known", "state"),
    [
        (replace(_KNOWN, escalation=EscalationState.CLOSED), EffectState.DROPPED),
        (replace(_KNOWN, episode=2), EffectState.DROPPED),
        (replace(_KNOWN, task_id=None), EffectState.PARKED),
    ],
    ids=["the case is over", "another case has begun", "the task is not made yet"],
)
def test_a_note_needs_an_open_task(known: MirroredTicket, state: EffectState) -> None:
    hubspot = _hubspot()
    assert _apply(hubspot, _note(), known)[0] is state
    assert hubspot.records["tasks"]["7001"]["hs_task_body"] == _BODY


def test_a_completed_or_deleted_task_gets_none() -> None:
    assert _apply(_hubspot(status="COMPLETED"), _note()) == (EffectState.DONE, None)
    gone = FakeHubSpot()
    assert _apply(gone, _note()) == (EffectState.DONE, None)
    assert gone.records["tasks"] == {}


def test_a_comment_that_the_task_has_no_room_for_is_pointed_to_and_once() -> None:
    hubspot = _hubspot("x" * 65_000 + "<br>\nref zenhub:escalation:48213:1")
    for _ in range(2):
        assert _apply(hubspot, _note(comment="<" * 500)) == (EffectState.DONE, None)
    body = hubspot.records["tasks"]["7001"]["hs_task_body"]
    assert (len(body) <= 65_536, body.count("está no ticket do HubSpot"), "&lt;" in body) == (True, 1, False)
    assert mark_of(body) == "escalation:48213:1"
