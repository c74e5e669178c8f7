"""The environment becomes settings, or one error with a line for every problem."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from zenhub_sync.errors import ConfigProblem
from zenhub_sync.settings import ApiToken, ClientCredentials, load_settings

OAUTH = {
    "ZENDESK_SUBDOMAIN": "acme",
    "ZENDESK_CLIENT_ID": "zenhub",
    "ZENDESK_CLIENT_SECRET": "canary-client-secret",
}
LEGACY = {
    "ZENDESK_SUBDOMAIN": "acme",
    "ZENDESK_EMAIL": "ops@acme.example",
    "ZENDESK_API_TOKEN": "canary-api-token",
}
HUBSPOT = {"HUBSPOT_ACCESS_TOKEN": "canary-hubspot-token"}


def problems(environ: dict[str, str], *, accounts: bool = False) -> list[str]:
    """Return the lines of the refusal of `environ`."""
    with pytest.raises(ConfigProblem) as refusal:
        load_settings(environ, accounts=accounts)
    return str(refusal.value).splitlines()


def test_an_empty_environment_has_the_defaults() -> None:
    settings = load_settings({})
    assert settings.store.data_dir == Path("data")
    assert settings.store.database_url.get_secret_value() == "sqlite:///data/zenhub-sync.db"
    assert (settings.http.host, settings.http.port) == ("127.0.0.1", 8080)
    assert (settings.log.level, settings.log.format) == ("INFO", None)
    assert settings.config_path is None


def test_an_empty_variable_counts_as_not_set() -> None:
    unset = dict.fromkeys(["ZENDESK_SUBDOMAIN", "DATABASE_URL", "ZENHUB_HTTP_PORT", "ZENHUB_CONFIG", "LOG_LEVEL"], "")
    assert load_settings(unset) == load_settings({})


def test_the_database_file_lives_in_the_data_directory() -> None:
    settings = load_settings({"ZENHUB_DATA_DIR": "/data"})
    assert settings.store.database_url.get_secret_value() == "sqlite:////data/zenhub-sync.db"


def test_everything_can_be_set() -> None:
    environ = {
        "ZENHUB_HTTP_HOST": "0.0.0.0",  # noqa: S104 - what the image sets
        "ZENHUB_HTTP_PORT": "0",
        "LOG_LEVEL": "debug",
        "LOG_FORMAT": "JSON",
        "ZENHUB_CONFIG": "policy.yaml",
    }
    settings = load_settings(environ)
    assert (settings.http.host, settings.http.port) == ("0.0.0.0", 0)  # noqa: S104 - what the image sets
    assert (settings.log.level, settings.log.format) == ("DEBUG", "json")
    assert settings.config_path == Path("policy.yaml")


def test_every_problem_is_reported_at_once() -> None:
    environ = {
        "ZENDESK_SUBDOMAIN": "a.b",
        "HUBSPOT_BASE_URL": "http://api.hubapi.com",
        "DATABASE_URL": "mysql://db",
        "ZENHUB_HTTP_PORT": "99999",
        "LOG_LEVEL": "loud",
        "LOG_FORMAT": "xml",
    }
    lines = problems(environ)
    assert [line.split(":")[0] for line in lines] == list(environ)
    assert lines[0] == "ZENDESK_SUBDOMAIN: 'a.b' is not one DNS label; set it to the part before .zendesk.com"


def test_what_is_missing_is_reported_beside_what_is_wrong() -> None:
    lines = problems({"ZENDESK_SUBDOMAIN": "a.b", "LOG_LEVEL": "loud"}, accounts=True)
    assert [line.split(":")[0] for line in lines] == [
        "ZENDESK_SUBDOMAIN",
        "ZENDESK_CLIENT_ID",
        "HUBSPOT_ACCESS_TOKEN",
        "LOG_LEVEL",
    ]


def test_both_accounts_report_all_that_is_missing() -> None:
    with pytest.raises(ConfigProblem) as refusal:
        load_settings({}).require_accounts()
    assert [line.split(":")[0] for line in str(refusal.value).splitlines()] == [
        "ZENDESK_SUBDOMAIN",
        "ZENDESK_CLIENT_ID",
        "HUBSPOT_ACCESS_TOKEN",
    ]


def test_one_account_is_enough_for_a_command_that_needs_one() -> None:
    assert load_settings(HUBSPOT).require_hubspot().base_url == "https://api.hubapi.com"
    assert load_settings(OAUTH).require_zendesk().base_url == "https://acme.zendesk.com"


@pytest.mark.parametrize(
    ("half", "missing"),
    [
        ({"ZENDESK_CLIENT_ID": "x"}, "ZENDESK_CLIENT_SECRET"),
        ({"ZENDESK_CLIENT_SECRET": "x"}, "ZENDESK_CLIENT_ID"),
        ({"ZENDESK_EMAIL": "a@b.example"}, "ZENDESK_API_TOKEN"),
        ({"ZENDESK_API_TOKEN": "x"}, "ZENDESK_EMAIL"),
        ({**LEGACY, "ZENDESK_CLIENT_ID": "x"}, "ZENDESK_CLIENT_SECRET"),
    ],
)
def test_half_a_credential_names_the_other_half(half: dict[str, str], missing: str) -> None:
    lines = problems({"ZENDESK_SUBDOMAIN": "acme", **HUBSPOT, **half}, accounts=True)
    assert [line.split(":")[0] for line in lines] == [missing]


def test_oauth_wins_over_the_legacy_token() -> None:
    settings = load_settings({**LEGACY, **OAUTH})
    assert isinstance(settings.require_zendesk().credentials, ClientCredentials)
    assert settings.warnings() == ()


def test_the_legacy_token_works_and_warns_of_its_last_day() -> None:
    settings = load_settings(LEGACY)
    credentials = settings.require_zendesk().credentials
    assert isinstance(credentials, ApiToken)
    assert credentials.email == "ops@acme.example"
    assert ["2027-04-30" in warning for warning in settings.warnings()] == [True]


def test_a_base_url_makes_the_subdomain_optional() -> None:
    environ = {**OAUTH, "ZENDESK_SUBDOMAIN": "", "ZENDESK_BASE_URL": "http://127.0.0.1:8900/"}
    access = load_settings(environ).require_zendesk()
    assert (access.base_url, access.subdomain) == ("http://127.0.0.1:8900", None)


def test_no_secret_is_shown_by_what_was_loaded() -> None:
    database = {"DATABASE_URL": "postgresql://zenhub:canary-password@db.example/zenhub?options=x"}
    settings = load_settings({**OAUTH, **LEGACY, **HUBSPOT, **database})
    shown = (
        f"{settings!r} {settings} {settings.require_accounts()} {settings.model_dump_json()} {settings.store.shown_url}"
    )
    assert "canary" not in shown
    assert settings.store.shown_url == "postgresql+psycopg://db.example/zenhub"


def test_the_logs_learn_every_secret() -> None:
    database = {"DATABASE_URL": "postgresql://zenhub:canary%2Fpassword@db.example/zenhub"}
    settings = load_settings({**OAUTH, **LEGACY, **HUBSPOT, **database})
    assert settings.secrets() == (
        "canary-client-secret",
        "canary-api-token",
        "canary-hubspot-token",
        "canary%2Fpassword",
        "canary/password",
    )


def test_the_logs_learn_a_password_that_the_driver_takes_from_the_query() -> None:
    database = {"DATABASE_URL": "postgresql://db.example/zenhub?user=zenhub&password=canary%2Fquery&connect_timeout=3"}
    assert "canary/query" in load_settings(database).secrets()


def test_settings_cannot_be_changed() -> None:
    settings = load_settings({})
    with pytest.raises(ValidationError, match="frozen"):
        settings.http.port = 1


@pytest.mark.parametrize("secret", ["two words", "tökén", "line\nbreak", "tab\t", "\x00"])
@pytest.mark.parametrize("variable", ["ZENDESK_CLIENT_SECRET", "ZENDESK_API_TOKEN", "HUBSPOT_ACCESS_TOKEN"])
def test_a_secret_that_no_header_can_carry_is_refused_unseen(variable: str, secret: str) -> None:
    lines = problems({variable: secret})
    assert [line.split(":")[0] for line in lines] == [variable]
    assert secret not in lines[0]


@pytest.mark.parametrize(
    "url",
    [
        "mysql://zenhub:canary@db/zenhub",
        "postgresql+asyncpg://zenhub:canary@db/zenhub",
        "postgresql://zenhub:ca@na/ry@db/zenhub",
        "postgresql://zenhub:canary@db:port/zenhub",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite+aiosqlite:///canary.db",
        "canary",
    ],
)
def test_another_database_is_refused_with_the_forms_that_work_and_without_its_password(url: str) -> None:
    [line] = problems({"DATABASE_URL": url})
    assert "sqlite:///" in line
    assert "postgresql+psycopg://" in line
    assert "canary" not in line
    assert "ca@na" not in line


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("sqlite:///relative.db", "sqlite:///relative.db"),
        ("sqlite:////absolute.db", "sqlite:////absolute.db"),
        ("postgres://u:p@db/zenhub", "postgresql+psycopg://u:p@db/zenhub"),
        ("postgresql://u:p@db:5432/zenhub", "postgresql+psycopg://u:p@db:5432/zenhub"),
        ("postgresql+psycopg://u@[::1]/z?sslmode=require", "postgresql+psycopg://u@[::1]/z?sslmode=require"),
        ("postgresql+psycopg:///zenhub?host=/run/pg", "postgresql+psycopg:///zenhub?host=/run/pg"),
    ],
)
def test_a_database_url_takes_its_one_form(given: str, used: str) -> None:
    assert load_settings({"DATABASE_URL": given}).store.database_url.get_secret_value() == used
