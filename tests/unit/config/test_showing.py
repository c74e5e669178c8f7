"""What `config` shows is what holds, says where it comes from, and can be written into the file as it stands."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from tests.architecture.repository import ROOT

from zenhub_sync.config import Config
from zenhub_sync.config.loading import parse_config
from zenhub_sync.config.showing import schema, shown_values
from zenhub_sync.settings import load_settings
from zenhub_sync.settings.showing import shown_variables

FILE = b"""
locale: pt_BR
task: {due_in: 8bh, reminder: 90m, business_hours: {opens: "08:30"}, holidays: {also: ["2026-12-24"]}}
hubspot: {pipeline: {stages: {new: Entrada}}}
"""


def refused(document: object) -> list[str]:
    return [error.json_path for error in Draft202012Validator(schema()).iter_errors(document)]


def test_each_value_is_the_files_or_the_default() -> None:
    shown = {each.key: (each.value, each.origin) for each in shown_values(parse_config(FILE, name="x"))}

    assert shown["locale"] == ("pt_BR", "file")
    assert shown["import.initial_lookback"] == ("30d", "default")
    assert shown["task.due_in"] == ("8bh", "file")
    assert shown["task.reminder"] == ("90m", "file")
    assert shown["task.business_hours.opens"] == ("08:30", "file")
    assert shown["task.business_hours.closes"] == ("18:00", "default")
    assert shown["task.holidays.also"] == (["2026-12-24"], "file")
    assert shown["hubspot.pipeline.stages.new.label"] == ("Entrada", "file")
    assert shown["hubspot.pipeline.stages.open.label"] == ("Em atendimento", "default")


def test_what_is_shown_can_be_put_into_a_file_and_means_the_same() -> None:
    tree: dict[str, object] = {}
    for each in shown_values(Config()):
        *sections, key = each.key.split(".")
        here = tree
        for section in sections:
            here = here.setdefault(section, {})  # type: ignore[assignment]  # built of dicts alone
        here[key] = each.value

    assert parse_config(yaml.safe_dump(tree, allow_unicode=True).encode(), name="x") == Config()


def test_the_shipped_file_is_valid_by_the_schema() -> None:
    assert refused(yaml.safe_load((ROOT / "config/zenhub-sync.yaml").read_text())) == []


@pytest.mark.parametrize(
    ("document", "where"),
    [
        ({"locals": "en"}, "$"),
        ({"rules": {"max_rating_age": "a week"}}, "$.rules.max_rating_age"),
        ({"rules": {"max_rating_age": 7}}, "$.rules.max_rating_age"),
        ({"zendesk": {"per_page": 0}}, "$.zendesk.per_page"),
        ({"task": {"due_in": "P1D"}}, "$.task.due_in"),
        ({"hubspot": {"pipeline": {"stages": {"new": {"colour": "red"}}}}}, "$.hubspot.pipeline.stages.new"),
    ],
)
def test_an_editor_sees_what_is_wrong(document: object, where: str) -> None:
    assert refused(document) == [where]


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"task": {"due_in": "1bd", "reminder": None}},
        {"hubspot": {"pipeline": {"id": 0, "stages": {"new": "Entrada", "open": {"label": "Aberto"}, "hold": 3}}}},
    ],
)
def test_an_editor_takes_what_the_program_takes(document: dict[str, object]) -> None:
    assert refused(document) == []
    parse_config(json.dumps(document).encode(), name="x")


def test_the_defaults_of_the_schema_are_as_one_would_write_them() -> None:
    told = json.dumps(schema())

    assert "P30D" not in told
    assert '"default": "30d"' in told


def test_variables_say_where_they_come_from_and_no_secret(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("pat-na1-sandbox\n")
    environ = {
        "ZENDESK_SUBDOMAIN": "acme",
        "ZENDESK_CLIENT_SECRET": "sandbox-secret",
        "HUBSPOT_ACCESS_TOKEN_FILE": str(tmp_path / "token"),
        "DATABASE_URL": "postgresql+psycopg://worker:hunter2@db/zenhub",
    }

    shown = {each.name: (each.value, each.origin) for each in shown_variables(load_settings(environ), environ)}

    assert shown["ZENDESK_SUBDOMAIN"] == ("acme", "environment")
    assert shown["HUBSPOT_ACCESS_TOKEN"] == ("(set)", "file")
    assert shown["ZENDESK_API_TOKEN"] == (None, "unset")
    assert shown["LOG_LEVEL"] == ("INFO", "default")
    assert {"ZENHUB_ALERT_URLS", "ZENHUB_HEARTBEAT_REFRESH_URL", "ZENHUB_STATUS_PAGE_TOKEN"} < shown.keys()
    assert not any(secret in str(shown) for secret in ("sandbox-secret", "pat-na1-sandbox", "hunter2"))


def test_no_variable_that_is_read_is_left_out() -> None:
    source = (ROOT / "src/zenhub_sync/settings/loading.py").read_text("utf-8")
    read = set(re.findall(r'"((?:ZENDESK|HUBSPOT|ZENHUB|DATABASE|LOG)_[A-Z_]+[A-Z])"', source))

    assert read <= {each.name for each in shown_variables(load_settings({}), {})}
    assert len(read) > 10
