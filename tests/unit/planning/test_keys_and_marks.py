"""The names of facts, in the outbox, on the HubSpot ticket and in the body of the task."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes.facts import escalation, link, record, write

from zenhub_sync.planning.effects import Effect, episode_of, escalation_key
from zenhub_sync.planning.marks import mark_of, with_mark


@pytest.mark.parametrize(
    ("effect", "key"),
    [
        (write(48213, 7), "ticket:48213:r7"),
        (link(48213, 2), "link:48213:l2"),
        (escalation(48213, 1), "escalation:48213:1"),
        (record(48213), "task-id:48213:1"),
    ],
)
def test_an_effect_is_named_by_its_fact(effect: Effect, key: str) -> None:
    assert effect.key == key


def test_the_longest_key_fits_its_column() -> None:
    assert len(escalation(2**63 - 1, 2**31).key) <= 80


@given(st.integers(1, 2**63 - 1), st.integers(1, 999_999_999))
def test_the_episode_is_read_back_from_the_key(zendesk_id: int, episode: int) -> None:
    assert episode_of(escalation_key(zendesk_id, episode), zendesk_id) == episode
    assert mark_of(with_mark("texto", escalation_key(zendesk_id, episode))) == escalation_key(zendesk_id, episode)


@pytest.mark.parametrize(
    "key",
    [
        None,
        "",
        "escalation:1",
        "escalation:1:",
        "escalation:1:0",
        "escalation:1:-1",
        "escalation:1:1.5",
        "escalation:1:1 ",
        "escalation:1:1\n",
        "escalation:1:٣",
        "escalation:1:²",
        "escalation:1:1:1",
        "escalation:1:" + "9" * 10,
        "escalation:1:" + "9" * 5_000,
        "escalation:11:1",
        "escalation:2:1",
        "ESCALATION:1:1",
        "x escalation:1:1",
        "ticket:1:r1",
    ],
)
def test_what_is_no_key_of_this_ticket_is_no_episode(key: str | None) -> None:
    assert episode_of(key, 1) == 0


@pytest.mark.parametrize(
    ("body", "marked"),
    [
        ("Olá", "Olá<br>\nref zenhub:k:1"),
        ("Olá<br>\n", "Olá<br>\nref zenhub:k:1"),
        ("Olá<br>", "Olá<br>\nref zenhub:k:1"),
        ("", "<br>\nref zenhub:k:1"),
    ],
)
def test_the_mark_is_the_last_line(body: str, marked: str) -> None:
    assert with_mark(body, "k:1") == marked
    assert marked.splitlines()[-1] == "ref zenhub:k:1"


@pytest.mark.parametrize(
    ("body", "key"),
    [
        (None, None),
        ("", None),
        ("Olá", None),
        ("ref zenhub:", None),
        ("ref zenhub:escalation:1:1", "escalation:1:1"),
        ("<p>Olá<br>ref zenhub:escalation:1:1</p>", "escalation:1:1"),
        ("<div>ref zenhub:escalation:1:1<br></div>\n", "escalation:1:1"),
        ("ref zenhub:escalation:1:1&nbsp;", "escalation:1:1"),
        ("“ref zenhub:escalation:9:9” disse o cliente<br>\nref zenhub:escalation:1:1", "escalation:1:1"),
    ],
    ids=repr,
)
def test_the_mark_is_found_in_what_hubspot_makes_of_the_body(body: str | None, key: str | None) -> None:
    assert mark_of(body) == key


@given(st.text(max_size=60))
def test_a_mark_in_the_comment_never_wins(comment: str) -> None:
    body = f"Comentário: {comment} ref zenhub:escalation:9:9 {comment}"
    assert mark_of(with_mark(body, "escalation:1:1")) == "escalation:1:1"
