"""What the keys accept, and what becomes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError
from tests.unit.config.refusing import config, problems

from zenhub_sync.config import Config
from zenhub_sync.config.cron import cron


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("0s", timedelta(0)),
        ("120s", timedelta(minutes=2)),
        ("15m", timedelta(minutes=15)),
        ("24h", timedelta(days=1)),
        ("7d", timedelta(days=7)),
    ],
)
def test_a_duration(text: str, duration: timedelta) -> None:
    assert config(f"delivery: {{settle: {text}}}").delivery.settle == duration


@pytest.mark.parametrize(
    ("text", "owner"), [("12345", "12345"), ("'12345'", "12345"), ("cs@a.example", "cs@a.example")]
)
def test_the_fallback_owner_is_an_id_or_an_email(text: str, owner: str) -> None:
    assert config(f"owners: {{fallback: {text}}}").owners.fallback == owner


def test_a_custom_status_is_named_or_numbered() -> None:
    statuses = config("zendesk: {custom_statuses: {Aguardando parceiro: hold, 123: pending}}").zendesk.custom_statuses
    assert statuses == {"Aguardando parceiro": "hold", "123": "pending"}


def test_a_list_of_domains_replaces_the_default_one() -> None:
    assert config("matching: {free_mail_domains: [Correio.Example]}").matching.free_mail_domains == ("correio.example",)


def test_the_time_zone_is_ready_for_use() -> None:
    assert config("timezone: America/Manaus").zone.key == "America/Manaus"


def test_the_configuration_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Config().rules.low_csat.points_at_most = 2


@pytest.mark.parametrize(
    "schedule",
    ["0 6 * * *", "0 7,13 * * *", "*/5 * * * *", "0-59/10 6-20 * * mon-fri", "30 6 1,15 jan-mar *", "00 06 * 12 sun"],
)
def test_a_schedule(schedule: str) -> None:
    assert cron(schedule) == schedule


def test_a_schedule_takes_one_form() -> None:
    assert cron(" 0  6 * * MON-FRI ") == "0 6 * * mon-fri"


@pytest.mark.parametrize(
    "schedule",
    [
        "",
        "0 6 * *",
        "0 6 * * * *",
        "60 6 * * *",
        "0 24 * * *",
        "0 6 0 * *",
        "0 6 * 13 *",
        "*/0 * * * *",
        "0 20-6 * * *",
        "0 6, * * *",
        "0 6 * * 1-5",
        "0 6 * * monday",
        "5/10 * * * *",
        "@daily",
    ],
)
def test_what_is_no_schedule_is_refused(schedule: str) -> None:
    with pytest.raises(ValueError, match=r"must have five fields|is not a"):
        cron(schedule)


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("true", timedelta(seconds=30)),
        ("false", None),
        ("null", None),
        ("5s", timedelta(seconds=5)),
    ],
)
def test_what_looks_like_a_scanner_is_a_span_or_a_switch(text: str, window: timedelta | None) -> None:
    assert config(f"rules: {{confirm_scanner: {text}}}").rules.confirm_scanner == window


def test_thresholds_of_brands_and_forms_go_by_id() -> None:
    low = config("rules: {low_csat: {points_at_most: 2, by_brand: {4417: 3}, by_form: {9: null}}}").rules.low_csat
    assert (low.points_at_most, low.by_brand, low.by_form) == (2, {4417: 3}, {9: None})


def test_what_is_left_out_goes_by_id_or_name() -> None:
    left_out = config("zendesk: {exclude: {organizations: [Testes, 360], brands: [7], agents_as_requester: true}}")
    assert left_out.zendesk.exclude.organizations == ("Testes", "360")
    assert (left_out.zendesk.exclude.brands, left_out.zendesk.exclude.agents_as_requester) == ((7,), True)


@pytest.mark.parametrize(
    "text",
    [
        "rules: {confirm_scanner: 0s}",
        "rules: {confirm_scanner: soon}",
        "rules: {low_csat: {by_brand: {Acme: 3}}}",
        "rules: {low_csat: {by_form: {9: 0}}}",
        "zendesk: {exclude: {forms: [x]}}",
        "zendesk: {scopes: []}",
        'zendesk: {scopes: ["tickets:read users:read"]}',
    ],
)
def test_what_cannot_be_meant_of_ratings_is_refused(text: str) -> None:
    assert len(problems(text)) == 1
