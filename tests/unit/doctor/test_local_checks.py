"""Environment, configuration, database, clock, quota and dates, each check as a table."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from zenhub_sync.doctor.dates import hubspot_dates, zendesk_dates
from zenhub_sync.doctor.findings import Finding
from zenhub_sync.doctor.hearing import clock_skew, quota
from zenhub_sync.doctor.local import (
    check_database,
    check_notices,
    check_parked,
    check_settings,
    read_config,
    read_settings,
)
from zenhub_sync.store.examining import DatabaseState, examine_database
from zenhub_sync.store.migrate import SchemaState
from zenhub_sync.store.opening import migrate_database

WHOLE = {
    "ZENDESK_SUBDOMAIN": "acme",
    "ZENDESK_CLIENT_ID": "zenhub",
    "ZENDESK_CLIENT_SECRET": "sandbox-secret",
    "HUBSPOT_ACCESS_TOKEN": "pat-na1-sandbox",
}


def levels(findings: list[Finding]) -> list[str]:
    return [finding.level.value for finding in findings]


def test_a_wrong_variable_is_named_and_the_others_are_still_read() -> None:
    settings, findings = read_settings({**WHOLE, "ZENDESK_SUBDOMAIN": "a.b", "LOG_LEVEL": "LOUD"})

    assert levels(findings) == ["failure", "failure"]
    assert {finding.message.partition(":")[0] for finding in findings} == {"ZENDESK_SUBDOMAIN", "LOG_LEVEL"}
    assert all(finding.mend for finding in findings)
    assert settings.hubspot.token is not None


def test_a_secret_in_a_file_that_is_not_there_is_left_out_too() -> None:
    without = {name: value for name, value in WHOLE.items() if name != "HUBSPOT_ACCESS_TOKEN"}

    settings, findings = read_settings({**without, "HUBSPOT_ACCESS_TOKEN_FILE": "/nowhere"})

    assert (levels(findings), settings.hubspot.token) == (["failure"], None)


@pytest.mark.parametrize(
    ("left_out", "expected"), [((), ["ok"]), (("ZENDESK_SUBDOMAIN", "HUBSPOT_ACCESS_TOKEN"), ["failure", "failure"])]
)
def test_what_is_missing_is_a_failure_each(left_out: tuple[str, ...], expected: list[str]) -> None:
    settings, _ = read_settings({name: value for name, value in WHOLE.items() if name not in left_out})

    assert levels(check_settings(settings)) == expected


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({}, "serve tells nobody"),
        ({"ZENHUB_ALERT_URLS": "json://a json://b"}, "2 addresses are told of trouble; no heartbeats"),
        ({"ZENHUB_HEARTBEAT_IMPORT_URL": "https://hc.example/abc"}, "heartbeats for import"),
    ],
)
def test_who_hears_of_trouble_is_said_without_the_addresses(variables: dict[str, str], says: str) -> None:
    settings, _ = read_settings({**WHOLE, **variables})

    [finding] = check_notices(settings)

    assert (finding.level.value, says in finding.message, "example" in finding.message) == ("ok", True, False)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("locale: pt_BR\n", ["ok"]),
        ("delivery: {settle: 10s}\n", ["ok", "warning"]),
        ("rules: {max_rating_ages: 7d}\nlocal: en\n", ["failure", "failure"]),
        (": :", ["failure"]),
    ],
)
def test_a_broken_configuration_is_told_line_by_line_and_the_defaults_stand_in(
    tmp_path: Path, content: str, expected: list[str]
) -> None:
    (tmp_path / "policy.yaml").write_text(content)

    config, findings = read_config(Path("policy.yaml"), tmp_path)

    assert levels(findings) == expected
    assert config.timezone == "America/Sao_Paulo"


@pytest.mark.parametrize(
    ("schema", "level", "says"),
    [
        (None, "ok", "the first job makes the schema"),
        (SchemaState(current=None, newest="0002", known=True), "ok", "the first job makes the schema"),
        (SchemaState(current="0002", newest="0002", known=True), "ok", "schema 0002, writable"),
        (SchemaState(current="0001", newest="0002", known=True), "warning", "this program has 0002"),
        (SchemaState(current="0009", newest="0002", known=False), "failure", "newer zenhub-sync"),
    ],
)
def test_the_schema_is_compared_with_the_programs(schema: SchemaState | None, level: str, says: str) -> None:
    [finding] = check_database(DatabaseState(product="SQLite 3", schema=schema))

    assert (finding.level.value, says in finding.message) == (level, True)


def test_a_database_is_examined_without_being_changed(database_url: str) -> None:
    migrate_database(database_url)

    state = examine_database(database_url)

    assert state.schema is not None
    assert state.schema.up_to_date
    assert state.product.split()[0] in {"SQLite", "PostgreSQL"}


@pytest.mark.parametrize(
    ("reasons", "level"),
    [
        ([], "ok"),
        (["hubspot.upsert: 400 INVALID_OPTION on hs_ticket_priority"], "warning"),
        (["no owner", "hubspot.upsert: 400 MISSING_REQUIRED_PROPERTY on hs_legal_basis"], "failure"),
        (["400 MISSING_CONDITIONAL_REQUIRED_PROPERTY"], "failure"),
    ],
)
def test_a_property_that_an_admin_requires_shows_in_what_is_parked(reasons: list[str], level: str) -> None:
    assert levels(check_parked(reasons)) == [level]


@pytest.mark.parametrize(
    ("seconds", "level", "says"),
    [(0, "ok", "to 0 s"), (-29, "ok", "to 29 s"), (31, "warning", "31 s ahead of"), (-95, "failure", "95 s behind")],
)
def test_the_clock_may_differ_a_little(seconds: int, level: str, says: str) -> None:
    [finding] = clock_skew("zendesk", timedelta(seconds=seconds))

    assert (finding.level.value, says in finding.message) == (level, True)


def test_an_answer_without_a_date_is_strange() -> None:
    assert levels(clock_skew("hubspot", None)) == ["warning"]


@pytest.mark.parametrize(
    ("vendor", "headers", "expected"),
    [
        ("zendesk", {"x-rate-limit": "400", "x-rate-limit-remaining": "399"}, ["ok"]),
        ("zendesk", {"x-rate-limit": "400", "x-rate-limit-remaining": "39"}, ["warning"]),
        ("zendesk", {}, []),
        ("hubspot", {"x-hubspot-ratelimit-max": "190", "x-hubspot-ratelimit-remaining": "soon"}, []),
        (
            "hubspot",
            {
                "x-hubspot-ratelimit-max": "190",
                "x-hubspot-ratelimit-remaining": "150",
                "x-hubspot-ratelimit-daily": "250000",
                "x-hubspot-ratelimit-daily-remaining": "12",
            },
            ["ok", "warning"],
        ),
    ],
)
def test_a_quota_nearly_used_up_is_a_warning(vendor: str, headers: dict[str, str], expected: list[str]) -> None:
    assert levels(quota(vendor, headers)) == expected


@pytest.mark.parametrize(
    ("today", "by_api_token", "level", "says"),
    [
        (date(2026, 11, 22), False, "ok", "no last day"),
        (date(2026, 11, 22), True, "warning", "2027-04-30, in 159 days"),
        (date(2027, 4, 30), True, "failure", "ended"),
    ],
)
def test_api_tokens_end(today: date, by_api_token: bool, level: str, says: str) -> None:
    [finding] = zendesk_dates(today, by_api_token=by_api_token)

    assert (finding.level.value, says in finding.message) == (level, True)


@pytest.mark.parametrize(
    ("today", "level"),
    [(date(2026, 11, 22), "ok"), (date(2027, 12, 1), "warning"), (date(2028, 3, 8), "failure")],
)
def test_the_api_version_ends(today: date, level: str) -> None:
    assert levels(hubspot_dates(today)) == [level, "ok"]
