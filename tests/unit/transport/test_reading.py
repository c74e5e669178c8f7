"""Answers of any quality become values, or Malformed, and nothing else."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from tests.fakes.sender import answer

from zenhub_sync.transport.errors import Malformed
from zenhub_sync.transport.reading import read_json, read_model

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec=None)), inner),
    max_leaves=20,
)


class Word(BaseModel):
    text: str
    number: int = 0


MENDED = [
    (rb'{"text": "a\ud800b"}', "a\ufffdb"),
    (rb'{"text": "a\udc00\ud800b"}', "a\ufffd\ufffdb"),
    (rb'{"text": "a\u0000b"}', "a\ufffdb"),
    (rb'{"text": "\ud83d\ude00"}', "\U0001f600"),
    (rb'{"text": "\\u0000 and \\ud800"}', r"\u0000 and \ud800"),
    (rb'{"text": "\\\u0000"}', "\\\ufffd"),
    (b'{"text": "a\xffb"}', "a\ufffdb"),
    (b'\xef\xbb\xbf{"text": "bom"}', "bom"),
    (b'{"text": "first", "text": "second"}', "second"),
    (b'{"text": "deep", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "deep"),
    (b'{"x": ' + b'{"a":' * 100_000 + b'"[}\\""' + b"}" * 100_000 + b', "text": "deep"}', "deep"),
    (b'{"text": "big", "x": ' + b"9" * 5_000 + b"}", "big"),
    (b'{"text": "odd", "x": [NaN, Infinity, -Infinity]}', "odd"),
]


@pytest.mark.parametrize(("body", "text"), MENDED, ids=range(len(MENDED)))
def test_a_strange_body_is_read_and_mended(body: bytes, text: str) -> None:
    assert read_model(Word, answer(body)).text == text


@pytest.mark.parametrize("body", [b"", b"<html>", b"{", b"\x00", b"[" * 100_000, b'{"a":' * 100_000, b"\xff\xfe{}"])
def test_what_is_not_json_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        read_json(body)


def test_a_misfit_is_named_by_its_fields_and_not_by_what_they_hold() -> None:
    with pytest.raises(Malformed, match=r"^unexpected answer: text missing, number int_parsing$") as caught:
        read_model(Word, answer(b'{"number": "canary@example.com"}'))
    assert "canary" not in repr(caught.value)


@given(st.binary())
def test_bytes_never_raise_anything_but_malformed(body: bytes) -> None:
    with suppress(Malformed):
        read_model(Word, answer(body))


@given(anything)
def test_what_is_read_can_be_stored_and_sent(tree: object) -> None:
    read = read_json(json.dumps(tree).encode())
    text = json.dumps(read, ensure_ascii=False)
    assert "\\u0000" not in text.replace("\\\\", "")
    text.encode("utf-8")
