"""YAML that is broken, ambiguous or meant to hurt becomes one ConfigProblem that says where."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.unit.config.refusing import config, problems

from zenhub_sync.config import Config
from zenhub_sync.config.loading import parse_config
from zenhub_sync.config.yaml_text import SIZE_LIMIT
from zenhub_sync.errors import ConfigProblem

BOMB = "a: &a [x, x]\n" + "\n".join(f"{b}: &{b} [*{a}, *{a}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True))


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"locale: en\nrules: [", "line 2, column 9: expected the node content, but found '<stream end>'"),
        (b"rules:\n\tmax: 1", "line 2, column 1: found character '\\t' that cannot start any token"),
        (b"locale: en\ntimezone: UTC\nlocale: pt_BR", "line 3: locale was given in line 1 already; keep one"),
        (b"rules: {low_csat: {}, low_csat: {}}", "line 1: low_csat was given in line 1 already; keep one"),
        (BOMB.encode(), "line 2, column 8: aliases (*name) are not used here"),
        (b"[" * 50_000, "line 1, column 21: nested too deep"),
        (b"locale: !!python/object/apply:os.system [id]", "line 1, column 9: tags (!name) are not used here"),
        (b"locale: 2026-02-31", "line 1, column 9: not a value: day is out of range for month"),
        (b"locale: " + b"9" * 5_000, "line 1, column 9: not a value: Exceeds the limit"),
        (b"locale: e\x00n", "line 1: holds the control character U+0000; remove it"),
        (b"locale: en\ntimezone: S\xe3o_Paulo", "line 2: not UTF-8; save the file as UTF-8"),
        (b"- locale", "must hold keys and values at the top, such as `locale: pt_BR`"),
        (b"locale: en\n---\nlocale: en", "line 2, column 1: but found another document"),
        (b"? [a]\n: b", "line 1, column 3: a key must be a word"),
        (b"x" * (SIZE_LIMIT + 1), f"longer than {SIZE_LIMIT} bytes; this is not the configuration"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(content: bytes, line: str) -> None:
    [problem] = problems(content)
    assert problem.startswith(line)


def test_every_duplicate_key_is_reported() -> None:
    assert len(problems("locale: en\nlocale: en\nrules: {max_rating_age: 1d, max_rating_age: 2d}")) == 2


def test_a_byte_order_mark_does_no_harm() -> None:
    assert config("\ufefflocale: en").locale == "en"


FRAGMENTS = ["locale", "rules", ": ", "- ", "\n", "  ", "{", "}", "[", "]", "&a ", "*a", "!!int ", "1", "7d", "'", "<<"]


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=25).map("".join))
@example("<<: {locale: en}")
@example("? ")
@example("!!int ''")
def test_any_text_is_a_configuration_or_a_problem(text: str) -> None:
    assert_read(text.encode())


@given(st.binary(max_size=40))
def test_any_bytes_are_a_configuration_or_a_problem(content: bytes) -> None:
    assert_read(content)


def assert_read(content: bytes) -> None:
    """Fail on any outcome but a Config or a ConfigProblem that names the file."""
    try:
        outcome: Config | str = parse_config(content, name="zenhub.yaml")
    except ConfigProblem as problem:
        outcome = str(problem)
    assert isinstance(outcome, Config) or outcome.startswith("zenhub.yaml: ")
