"""The texts that are built in, in each language that `locale` may name."""

from __future__ import annotations

import pytest
import yaml
from tests.unit.config.test_default_file import ROOT

from zenhub_sync.config import Config
from zenhub_sync.config.loading import parse_config
from zenhub_sync.config.template_check import template
from zenhub_sync.policies import task_policy

_FILE = (ROOT / "config" / "zenhub-sync.yaml").read_text("utf-8")


def words(config: Config) -> tuple[str, str]:
    templates = task_policy(config).templates
    return templates.subject, templates.body


def test_the_default_language_is_portuguese() -> None:
    subject, body = words(Config())
    assert ("[CSAT ruim]" in subject, "O que fazer" in body) == (True, True)


@pytest.mark.parametrize("text", ["locale: en", _FILE.replace("locale: pt_BR", "locale: en")], ids=["alone", "file"])
def test_with_locale_en_the_built_in_texts_are_english(text: str) -> None:
    subject, body = words(parse_config(text.encode(), name="zenhub.yaml"))
    assert ("[Bad CSAT]" in subject, "What to do" in body) == (True, True)
    assert "Avaliação" not in body
    assert (template(subject), template(body)) == (subject, body)


def test_a_text_of_ones_own_stays_as_it_is_in_every_language() -> None:
    own = yaml.safe_dump({"locale": "en", "task": {"subject": "CSAT {{ ticket.id }}"}})
    assert words(parse_config(own.encode(), name="zenhub.yaml"))[0] == "CSAT {{ ticket.id }}"
